"""The embedded PostgreSQL from inside: its programs, where it lives, one data folder and its life."""
