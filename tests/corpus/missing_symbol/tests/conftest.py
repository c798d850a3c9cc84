"""Fixtures."""

from shelf.main import application
