"""Which tests of a chapter are asked for."""

from __future__ import annotations

from workbook.course import Chapter

SUITE, EXERCISE = ("tests",), ("exercise",)
OF_TESTS = ("tests/", "exercise/")  # what the paths of tests begin with; all other code is the app

# Options of pytest: one other order, always the same; and a test that is named twice is run twice.
SHUFFLED, REPEATED = ("-p", "randomly", "--randomly-seed", "20"), ("--keep-duplicates",)


def asked(chapter: Chapter) -> tuple[str, ...]:
    """What a solved exercise must pass: its own tests, and the suite where the learner can break that.

    Left out otherwise, because a learner's test may store what the suite of a `once` chapter stumbles over.
    """
    if all(file.startswith("exercise/") for file in chapter.exercise.edit):
        return EXERCISE
    if not (excluded := chapter.exercise.excluded):
        return (*EXERCISE, *SUITE)
    suite = {file.relative_to(chapter.folder).as_posix() for file in (chapter.folder / "tests").rglob("test_*.py")}
    return (*EXERCISE, *sorted(suite.difference(excluded)))


def edits_fixtures(chapter: Chapter) -> bool:
    """Whether the learner writes fixtures, which must keep tests apart in every order."""
    return any(file.rpartition("/")[2] == "conftest.py" for file in chapter.exercise.edit)
