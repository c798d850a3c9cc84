"""Types."""

Name = str
