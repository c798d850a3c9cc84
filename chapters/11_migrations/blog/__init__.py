"""A blog: users and their posts."""
