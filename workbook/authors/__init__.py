"""What helps to write chapters, and holds them to their word."""
