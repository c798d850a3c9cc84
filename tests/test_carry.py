"""A fix made in one chapter reaches everything that came from it, whole or not at all."""

import json
import shutil

import pytest
from toys import Toy

from workbook.authors import carry, changes_lock, fitting
from workbook.authors.git import Change
from workbook.chapters import variants
from workbook.system.errors import UserError

FIRST, SECOND, THIRD = "chapters/01_hello", "chapters/02_store", "chapters/03_more"
MAIN = "shelf/main.py"

FIX = ('"hello, world"', '"hi, world"')
TITLE = ('app = FastAPI(title="shelf")', 'app = FastAPI(title="shelf", version="1")')


@pytest.fixture
def chained(toy: Toy) -> Toy:
    """Three chapters, all committed."""
    toy.grow("more")
    shutil.rmtree(toy.root / THIRD / "exercise/sabotage")
    toy.commit()
    return toy


@pytest.fixture
def rewritten(chained: Toy) -> Toy:
    """The third chapter has replaced the line that `FIX` mends in the first."""
    chained.edit(f"{THIRD}/{MAIN}", '{"message": "hello, world"}', '{"message": "hello" + ", world"}')
    changes_lock.lock(chained.course)
    chained.commit()
    return chained


def run(toy: Toy, number: str = "01") -> list[str]:
    said: list[str] = []
    carry.carry(toy.course, toy.course.find(number), said.append)
    return said


def resume(toy: Toy) -> list[str]:
    said: list[str] = []
    carry.resume(toy.course, said.append)
    return said


def changed(toy: Toy) -> list[str]:
    """What git sees as changed or new."""
    lines = toy.git("status", "--porcelain", "--untracked-files=all").splitlines()
    return sorted(line[3:] for line in lines if not line.endswith(("CHANGES.diff", "FILES.lock")))


@pytest.fixture
def stopped(rewritten: Toy) -> Toy:
    """A carry that has stopped at the third chapter."""
    rewritten.edit(f"{FIRST}/{MAIN}", *FIX)
    with pytest.raises(UserError):
        run(rewritten)
    return rewritten


def test_carry_reaches_chapters_and_overlays(chained: Toy) -> None:
    """Every later chapter, the solutions and the sabotaged copies get the change."""
    chained.edit(f"{FIRST}/{MAIN}", *TITLE)

    run(chained)

    links = [FIRST, SECOND, THIRD, "solutions/01_hello"]
    assert changed(chained) == sorted(f"{link}/{MAIN}" for link in links)
    assert all(TITLE[1] in chained.read(f"{link}/{MAIN}") for link in links)


def test_carry_leaves_the_lock_current(chained: Toy) -> None:
    """After a carry the locks hold."""
    chained.edit(f"{FIRST}/{MAIN}", *TITLE)

    run(chained)

    assert changes_lock.lock(chained.course, check=True) == []


def test_carry_says_a_line_for_each_file(chained: Toy) -> None:
    """The maintainer reads which file got the change."""
    chained.edit(f"{SECOND}/{MAIN}", "No such item.", "Nothing there.")

    assert run(chained, "02") == [
        f"✓ {THIRD}/{MAIN}: carried",
        "✓ every CHANGES.diff is current",
    ]


def test_carry_goes_forward_only(chained: Toy) -> None:
    """A change in a later chapter does not reach an earlier one."""
    chained.edit(f"{SECOND}/{MAIN}", *TITLE)

    run(chained, "02")

    assert f"{FIRST}/{MAIN}" not in changed(chained)


def test_carry_recognises_what_is_there_already(chained: Toy) -> None:
    """A chapter that was mended by hand before is left as it is, and those after it still get the change."""
    chained.edit(f"{FIRST}/{MAIN}", *TITLE)
    chained.edit(f"{SECOND}/{MAIN}", *TITLE)
    mended = chained.read(f"{SECOND}/{MAIN}")

    said = run(chained)

    assert f"✓ {SECOND}/{MAIN}: has it already" in said
    assert chained.read(f"{SECOND}/{MAIN}") == mended
    assert TITLE[1] in chained.read(f"{THIRD}/{MAIN}")


def test_carry_says_where_little_context_was_left(chained: Toy) -> None:
    """A change that fits only loosely is made, and marked for a second look."""
    chained.edit(f"{SECOND}/{MAIN}", '@app.get("/hello")', '@app.get("/hello", tags=["greeting"])')
    chained.commit()
    chained.edit(f"{FIRST}/{MAIN}", *FIX)

    said = run(chained)

    assert f"✓ {SECOND}/{MAIN}: carried with little context, look at it" in said
    assert FIX[1] in chained.read(f"{SECOND}/{MAIN}")


def test_carry_finds_a_line_whose_neighbours_have_all_changed() -> None:
    """A replaced line that is there once is replaced, whatever is around it; one that is there twice is left."""
    fix = Change("a\nold line\nb\n", "a\nnew line\nb\n")

    found = fitting.fit(fix, "x\nold line\ny\n")

    assert found is not None
    assert (found.how, found.change.after) == ("loosely", "x\nnew line\ny\n")
    assert fitting.fit(fix, "x\nold line\ny\nold line\n") is None


def test_carry_merges_changes_that_do_not_meet() -> None:
    """A later chapter has changed the lines around; both changes are in the result."""
    before = "".join(f"{number}\n" for number in range(9))

    found = fitting.fit(Change(before, before.replace("4", "four")), before.replace("2", "two").replace("6", "six"))

    assert found is not None
    assert (found.how, found.change.after) == ("applied", "0\n1\ntwo\n3\nfour\n5\nsix\n7\n8\n")


def test_carry_leaves_a_chapter_its_own_words(chained: Toy) -> None:
    """A docstring that a later chapter has written anew is its own: nothing stops there."""
    for path in (f"{SECOND}/{MAIN}", f"{THIRD}/{MAIN}"):
        chained.edit(path, "Greet whoever asks.", "Say hello.")
    chained.commit()
    chained.edit(f"{FIRST}/{MAIN}", "Greet whoever asks.", "Greet the caller.")

    said = run(chained)

    assert f"✓ {SECOND}/{MAIN}: keeps words of its own" in said
    assert "Say hello." in chained.read(f"{THIRD}/{MAIN}")


def test_carry_takes_the_patches_along(chained: Toy) -> None:
    """Sabotages are made anew on the changed text: the same header, the same defect."""
    second = chained.course.find("02")
    sabotages = [variants.read(second, file) for file in variants.sabotages(second)]
    before = {one.slug: variants.changed(second, one)[MAIN] for one in sabotages}
    new = "# The whole service.\napp = FastAPI"
    chained.edit(f"{FIRST}/{MAIN}", "app = FastAPI", new)

    said = run(chained)

    for one in sabotages:
        now = variants.read(second, one.file)
        assert f"✓ {SECOND}/exercise/sabotage/{one.slug}.diff: fits again" in said
        assert now.header == one.header
        assert variants.changed(second, now)[MAIN] == (before[one.slug] or "").replace("app = FastAPI", new)


def test_carry_names_a_patch_that_meets_the_change(chained: Toy) -> None:
    """What a sabotage changes is changed itself: that is for a person to say, and all else is done."""
    chained.vary(f"{SECOND}/exercise/sabotage/late.diff", MAIN, "hello, world", "bye, world")
    chained.commit()
    chained.edit(f"{FIRST}/{MAIN}", *FIX)

    with pytest.raises(UserError, match=r"meets what is changed in chapters/02_store/exercise/sabotage/late\.diff"):
        run(chained)

    assert FIX[1] in chained.read(f"{THIRD}/{MAIN}")
    assert changes_lock.lock(chained.course, check=True) == []
    with pytest.raises(UserError, match="No carry is under way"):
        resume(chained)


def test_carry_does_not_guess() -> None:
    """Where a change fits forwards in one place and backwards in another, it is for a person to say."""
    with_line, without = "a\nb\nc\nx\nd\ne\nf\n", "a\nb\nc\nd\ne\nf\n"

    assert fitting.fit(Change(with_line, without), f"start\n{with_line}between\n{without}end\n") is None


def test_carry_adds_and_removes_files(chained: Toy) -> None:
    """A new file appears in every later chapter, a removed one goes, and overlays gain nothing."""
    chained.write(f"{SECOND}/shelf/extra.py", "EXTRA = 1\n")
    (chained.root / f"{SECOND}/tests/test_hello.py").unlink()

    run(chained, "02")

    both = [f"{link}/{file}" for link in (SECOND, THIRD) for file in ("shelf/extra.py", "tests/test_hello.py")]
    assert changed(chained) == both


def test_carry_ends_where_the_file_is_gone(chained: Toy) -> None:
    """A chapter that has dropped the file does not get it back."""
    (chained.root / f"{SECOND}/tests/test_hello.py").unlink()
    chained.commit()
    chained.edit(f"{FIRST}/tests/test_hello.py", "/goodbye", "/farewell")

    said = run(chained)

    assert f"- {SECOND}/tests/test_hello.py: is not there, the change ends here" in said
    assert changed(chained) == [f"{FIRST}/tests/test_hello.py"]


def test_carry_takes_an_exercise_to_its_own_solution_only(chained: Toy) -> None:
    """Another chapter's exercise is another exercise."""
    exercise = "exercise/test_exercise.py"
    for folder in (THIRD, "solutions/03_more"):
        chained.edit(f"{folder}/{exercise}", "A name that is taken is refused.", "Something else.")
    chained.commit()
    chained.edit(f"{SECOND}/{exercise}", "A name that is taken", "A taken name")

    said = run(chained, "02")

    assert f"- {THIRD}/{exercise}: an exercise of its own, left as it is" in said
    assert changed(chained) == [f"{SECOND}/{exercise}", f"solutions/02_store/{exercise}"]


def test_carry_stops_where_the_change_does_not_fit(rewritten: Toy) -> None:
    """It names the file and the link, has finished what comes before, and has not touched the file."""
    before = rewritten.read(f"{THIRD}/{MAIN}")
    rewritten.edit(f"{FIRST}/{MAIN}", *FIX)

    with pytest.raises(UserError) as error:
        run(rewritten)

    assert error.value.what == "The change to shelf/main.py does not fit chapters/03_more."
    assert "Mend chapters/03_more/shelf/main.py by hand" in error.value.todo
    assert FIX[1] in rewritten.read(f"{SECOND}/{MAIN}")
    assert rewritten.read(f"{THIRD}/{MAIN}") == before


def test_carry_goes_on_after_mending(stopped: Toy) -> None:
    """The mended file is taken as it stands, the rest gets the change, and the locks are current."""
    stopped.edit(f"{THIRD}/{MAIN}", '"hello" + ", world"', '"hi" + ", world"')

    said = resume(stopped)

    assert said[0] == f"✓ {THIRD}/{MAIN}: as you left it"
    assert changes_lock.lock(stopped.course, check=True) == []
    with pytest.raises(UserError, match="No carry is under way"):
        resume(stopped)


@pytest.fixture
def stopped_early(rewritten: Toy) -> Toy:
    """A carry that has stopped at the third of four chapters; the fourth has an import of its own."""
    rewritten.grow("most")
    rewritten.edit(f"chapters/04_most/{MAIN}", "from typing", "import os\nfrom typing")
    rewritten.edit(f"{FIRST}/{MAIN}", *FIX)
    with pytest.raises(UserError):
        run(rewritten)
    return rewritten


def test_carry_takes_the_mended_form_on(stopped_early: Toy) -> None:
    """What comes after the mended chapter gets the change as it was made there."""
    stopped = stopped_early
    stopped.edit(f"{THIRD}/{MAIN}", '"hello" + ", world"', '"hi" + ", world"')

    said = resume(stopped)

    assert f"✓ chapters/04_most/{MAIN}: carried" in said
    assert '"hi" + ", world"' in stopped.read(f"chapters/04_most/{MAIN}")


def test_carry_ends_where_the_maintainer_leaves_the_file(stopped_early: Toy) -> None:
    """A file that was left unmended ends the change: the chapters after it do not get it."""
    before = stopped_early.read(f"chapters/04_most/{MAIN}")

    resume(stopped_early)

    assert stopped_early.read(f"chapters/04_most/{MAIN}") == before


def test_carry_does_not_start_over_an_unfinished_one(stopped: Toy) -> None:
    """The two ways out are named."""
    with pytest.raises(UserError, match="The carry of 01_hello is not finished") as error:
        run(stopped)

    assert "--continue" in error.value.todo
    assert "--abort" in error.value.todo


def test_carry_is_taken_back(stopped: Toy) -> None:
    """An abort leaves the maintainer's own change, and nothing else."""
    carry.abort(stopped.course, print)

    assert changed(stopped) == [f"{FIRST}/{MAIN}"]


def test_carry_abort_keeps_later_edits(stopped: Toy) -> None:
    """A file that was edited after the carry wrote it is left alone and named."""
    stopped.edit(f"{SECOND}/{MAIN}", "No such item.", "Nothing there.")
    said: list[str] = []

    carry.abort(stopped.course, said.append)

    assert f"✗ {SECOND}/{MAIN}: edited since, left as it is" in said
    assert "Nothing there." in stopped.read(f"{SECOND}/{MAIN}")


def test_carry_goes_on_after_a_kill(stopped: Toy) -> None:
    """A carry that was ended between two steps goes on with the file it was at."""
    file = stopped.root / ".workbook/carry.json"
    state = json.loads(file.read_text(encoding="utf-8"))
    stopped.edit(f"{THIRD}/{MAIN}", '"hello" + ", world"', FIX[0])
    file.write_text(json.dumps(state | {"misfit": False, "text": None}), encoding="utf-8")

    assert f"✓ {THIRD}/{MAIN}: carried" in resume(stopped)


def test_carry_needs_a_change(chained: Toy) -> None:
    """With nothing uncommitted there is nothing to carry."""
    with pytest.raises(UserError, match="01_hello has no uncommitted change to carry"):
        run(chained)


def test_carry_names_a_file_that_is_not_utf8(chained: Toy) -> None:
    """A file saved in another encoding is an error with its name in it, and nothing is carried."""
    file = chained.root / FIRST / MAIN
    file.write_bytes(file.read_bytes().replace(b"hello, world", "gr\u00fc\u00df dich".encode("latin-1")))

    with pytest.raises(UserError, match=r"main\.py is not UTF-8 text"):
        run(chained)

    assert changed(chained) == [f"{FIRST}/{MAIN}"]


def test_carry_needs_a_repository(toy: Toy) -> None:
    """In a folder that is not a clone, git's reason is given."""
    with pytest.raises(UserError, match=r"git could not read .*not a git repository"):
        run(toy)


def test_carry_needs_git(chained: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git on the machine the error says so."""
    monkeypatch.setenv("PATH", str(chained.root))

    with pytest.raises(UserError, match="There is no git on this machine"):
        run(chained)
