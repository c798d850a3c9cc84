"""What all tests of the workbook share."""

import surroundings

surroundings.leave_behind()

pytest_plugins = ["toys", "runners", "xdist_scheduling"]

collect_ignore = ["toy"]  # its tests belong to its chapters
