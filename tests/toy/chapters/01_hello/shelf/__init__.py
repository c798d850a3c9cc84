"""A shelf of things."""
