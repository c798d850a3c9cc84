"""The HTTP interface."""

while True: pass
