"""A user service."""
