"""Which tests of a chapter are asked for."""

from __future__ import annotations

from workbook.course import Chapter

SUITE, EXERCISE = ("tests",), ("exercise",)
OF_TESTS = ("tests/", "exercise/")  # what the paths of tests begin with; all other code is the app


def asked(chapter: Chapter) -> tuple[str, ...]:
    """What a solved exercise must pass: its own tests, and the suite where the learner can break that.

    Left out otherwise, because a learner's test may store what the suite of a `once` chapter stumbles over.
    """
    return EXERCISE if all(file.startswith("exercise/") for file in chapter.exercise.edit) else (*EXERCISE, *SUITE)
