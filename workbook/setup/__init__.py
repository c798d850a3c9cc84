"""The environment of a bare clone. All that comes before it is there uses the standard library only."""
