"""The learner's copies, their progress, and the loop from save to verdict."""
