"""Fixtures."""

def client(:
