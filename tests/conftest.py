"""What all tests of the workbook share."""

pytest_plugins = ["toys", "runners"]

collect_ignore = ["toy"]  # its tests belong to its chapters
