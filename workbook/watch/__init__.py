"""From save to verdict: the loop, its screen and its keys."""
