"""A variant is a patch that says what it is; one that says too little, or does too much, is refused with its line."""

from __future__ import annotations

import pytest
from toys import Toy

from workbook.chapters import variants
from workbook.course import Chapter
from workbook.system.errors import UserError

MAIN = "shelf/main.py"
CASES = "chapters/01_hello/exercise/cases"
SABOTAGE = "chapters/02_store/exercise/sabotage"
STAGE, WRONG = "# against: stage\n", "# against: stage\n# mistake: Says hi.\n# verdict: ✗ It says hello\n"


def read(toy: Toy, path: str) -> tuple[Chapter, variants.Variant]:
    chapter = toy.course.find(path.split("/")[1])
    return chapter, variants.read(chapter, toy.root / path)


def test_variant_says_what_it_is(toy: Toy) -> None:
    """The header is the answer's mistake and the verdict on it; the patch gives the text that differs."""
    toy.vary(f"{CASES}/wrong_hi.diff", MAIN, "hello, world", "hi, world", WRONG)

    chapter, variant = read(toy, f"{CASES}/wrong_hi.diff")

    assert variant.said == {"against": "stage", "mistake": "Says hi.", "verdict": "✗ It says hello"}
    changed = toy.read(f"chapters/01_hello/{MAIN}").replace("hello, world", "hi, world")
    assert variants.laid_over(chapter, variant) == {MAIN: changed}


def test_variant_of_the_solution_has_all_of_it(toy: Toy) -> None:
    """What the patch leaves alone is as the solution has it, also in files that it does not name."""
    toy.write("solutions/01_hello/shelf/more.py", "MORE = 1\n")
    toy.edit("chapters/01_hello/chapter.toml", 'edit = ["shelf/main.py"]', 'edit = ["shelf/main.py", "shelf/more.py"]')
    solved = toy.read(f"solutions/01_hello/{MAIN}")
    patch = f"--- a/{MAIN}\n+++ b/{MAIN}\n@@ -1 +0,0 @@\n-{solved.partition(chr(10))[0]}\n"
    toy.write(f"{CASES}/right_short.diff", f"# against: solution\n{patch}")

    chapter, variant = read(toy, f"{CASES}/right_short.diff")

    assert variants.laid_over(chapter, variant) == {MAIN: solved.partition("\n")[2], "shelf/more.py": "MORE = 1\n"}


def test_variant_may_have_other_line_ends(toy: Toy) -> None:
    """A checkout with Windows line ends has the same variants."""
    files = [toy.root / f"{SABOTAGE}/says_ok.diff", toy.root / f"chapters/02_store/{MAIN}"]
    before = variants.changed(*read(toy, f"{SABOTAGE}/says_ok.diff"))
    for file in files:
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))

    assert variants.changed(*read(toy, f"{SABOTAGE}/says_ok.diff")) == before


def test_variants_are_in_the_order_of_their_names(toy: Toy) -> None:
    """So they are told to a learner, and a case is found by its kind."""
    toy.vary(f"{CASES}/wrong_hi.diff", MAIN, "hello, world", "hi, world", WRONG)
    toy.vary(f"{CASES}/right_hi.diff", MAIN, "hello, world", "hi, world", STAGE)

    sabotages = [file.stem for file in variants.sabotages(toy.course.find("02"))]
    kinds = [[file.stem for file in variants.cases(toy.course.find("01"), kind)] for kind in ("right", "*")]

    assert sabotages == ["no_check", "overwrites", "says_ok", "wrong_status"]
    assert kinds == [["right_hi"], ["right_hi", "wrong_hi"]]


@pytest.mark.parametrize(
    ("name", "header", "why"),
    [
        pytest.param("wrong_a", "", "line 1: the header does not say 'against': `# against: …`.", id="no-header"),
        pytest.param("wrong_a", STAGE, "line 2: the header does not say 'mistake': `# mistake: …`.", id="no-mistake"),
        pytest.param(
            "wrong_a",
            WRONG.replace("verdict", "verdikt"),
            "line 3: a header has no 'verdikt' here; do you mean 'verdict'?",
            id="misspelt",
        ),
        pytest.param("right_a", WRONG, "line 2: a header has no 'mistake' here; do you mean 'against'?", id="alien"),
        pytest.param("right_a", STAGE * 2, "line 2: the header says 'against' twice.", id="twice"),
        pytest.param("right_a", "# against:\n", "line 1: 'against' says nothing.", id="nothing"),
        pytest.param("right_a", "# note\n", "line 1: a header has no 'note' here; do you mean 'against'?", id="note"),
        pytest.param(
            "right_a", "# against: stages\n", "line 1: a patch is against stage or solution, not 'stages'.", id="base"
        ),
        pytest.param("right_a", f"{STAGE}Hello\n", "line 2: no diff has this line here: Hello", id="no-diff"),
    ],
)
def test_variant_with_a_wrong_header_is_refused(toy: Toy, name: str, header: str, why: str) -> None:
    """The file and its line are named, and what should be there."""
    toy.vary(f"{CASES}/{name}.diff", MAIN, "hello, world", "hi, world", header)

    with pytest.raises(UserError) as caught:
        read(toy, f"{CASES}/{name}.diff")

    assert caught.value.what == f"{CASES}/{name}.diff, {why}"


@pytest.mark.parametrize(
    "file", ["tests/test_hello.py", "exercise/test_exercise.py", "exercise/conftest.py", "pyproject.toml"]
)
def test_sabotage_changes_the_app_only(toy: Toy, file: str) -> None:
    """Tests, settings and the learner's own files are not the app."""
    toy.write(f"{SABOTAGE}/says_ok.diff", f"# defect: D.\n--- {file}\n+++ {file}\n@@ -1 +1,2 @@\n a\n+b\n")

    with pytest.raises(UserError) as caught:
        read(toy, f"{SABOTAGE}/says_ok.diff")

    assert caught.value.what == (
        f"{SABOTAGE}/says_ok.diff, line 2: a sabotage changes only the app: {file} is not a file of it."
    )


def test_variant_that_does_not_fit_is_named(toy: Toy) -> None:
    """A stage that has moved on leaves its patches behind: the line that does not fit is told."""
    toy.edit(f"chapters/02_store/{MAIN}", "HTTPException(409", "HTTPException(400")

    with pytest.raises(UserError) as caught:
        variants.changed(*read(toy, f"{SABOTAGE}/no_check.diff"))

    what = 'line 10: it does not fit line 32 of shelf/main.py: raise HTTPException(400, "This name is taken.")'
    assert caught.value.what == f"{SABOTAGE}/no_check.diff, {what}"
