"""The course reads what it declares strictly: what does not fit is named, with the nearest key that does."""

from __future__ import annotations

import copy
import json
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from toys import Toy

from workbook import course
from workbook.system.errors import UserError

OUTLINE, HELLO, STORE = "course.toml", "chapters/01_hello/chapter.toml", "chapters/02_store/chapter.toml"

# A chapter with every key that there is.
FULL: dict[str, Any] = {
    "title": "T",
    "package": "shelf",
    "grows_from": "hello",
    "needs": ["hello"],
    "databases": ["postgresql"],
    "minutes": {"walk": 1, "exercise": 1},
    "objectives": ["A", "B", "C"],
    "timeout": 1.5,
    "environment": {"SECRET": "s"},
    "contract": {"kind": "once", "second_run": [{"test": "tests/test_items.py::test_a", "failure": "f"}]},
    "requests": {
        "allow": [{"path": "/a", "status": 500, "reason": "r"}],
        "sign_up": {"path": "/b", "json": {"username": "grace"}},
    },
    "exercise": {
        "kind": "catch",
        "task": "T",
        "edit": ["exercise/test_exercise.py"],
        "red": [{"test": "exercise/test_exercise.py::test_a", "failure": "f"}],
        "hints": ["h"],
    },
}
FREE = ["environment.SECRET", "requests.sign_up.json.username"]  # an author chooses these names
OPTIONAL = ["grows_from", "timeout", "environment", "contract", "contract.kind", "contract.second_run", "requests"]
OPTIONAL += ["requests.allow", "requests.sign_up", *FREE]
OTHERS = {str: 1, float: "1", int: 1.5, list: "a", dict: []}


def keys(value: object, way: str = "") -> Iterator[str]:
    """The way to every key inside, as errors name it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{way}.{name}".lstrip(".")
            yield from keys(inner, f"{way}.{name}".lstrip("."))
    elif isinstance(value, list):
        for place, inner in enumerate(value, start=1):
            yield from keys(inner, f"{way}[{place}]")


def changed(key: str, change: Callable[[dict[str, Any], str], object]) -> str:
    """The full chapter as TOML, with the change made to the table that holds the key."""
    made = copy.deepcopy(FULL)
    *way, name = re.sub(r"\[(\d+)\]", r".\1", key).split(".")
    table: Any = made
    for step in way:
        table = table[int(step) - 1] if step.isdigit() else table[step]
    change(table, name)
    return "".join(f"{name} = {toml(value)}\n" for name, value in made.items())


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {toml(inner)}" for name, inner in value.items()) + "}"
    return f"[{', '.join(map(toml, value))}]" if isinstance(value, list) else json.dumps(value)


def misspelt(name: str) -> str:
    return f"{name[:-2]}{name[-1]}{name[-2]}"


def refused(toy: Toy) -> UserError:
    with pytest.raises(UserError) as error:
        course.load(toy.root)
    return error.value


def test_declaration_with_every_key_is_read(toy: Toy) -> None:
    """Nothing of it is lost on the way."""
    toy.write(STORE, changed("title", lambda table, name: None))

    _, store = toy.course.chapters

    assert (store.timeout, store.environment, store.minutes.total) == (1.5, {"SECRET": "s"}, 2)
    assert store.contract == course.Contract("once", (course.Failure("tests/test_items.py::test_a", "f"),))
    assert store.requests.allow == (course.Allowed("/a", 500, "r"),)
    assert store.requests.sign_up == course.SignUp("/b", {"username": "grace"})


@pytest.mark.parametrize("key", [one for one in keys(FULL) if one not in FREE])
def test_declaration_with_a_misspelt_key_names_the_right_one(toy: Toy, key: str) -> None:
    """The file, the key as it was written, and the nearest key that there is."""
    toy.write(STORE, changed(key, lambda table, name: table.update({misspelt(name): table.pop(name)})))

    error = refused(toy)

    way, dot, name = key.rpartition(".")
    assert error.what == f"{toy.root / STORE}: `{way}{dot}{misspelt(name)}` is not known."
    assert error.todo == f"Did you mean `{name}`?"


@pytest.mark.parametrize("key", [one for one in keys(FULL) if "json." not in one])
def test_declaration_with_a_value_of_another_type_names_both(toy: Toy, key: str) -> None:
    """The file, the key, what its value is and what it must be."""
    toy.write(STORE, changed(key, lambda table, name: table.update({name: OTHERS[type(table[name])]})))

    assert re.fullmatch(
        re.escape(f"{toy.root / STORE}: `{key}`") + " is (a|true) .*, and must be (a|true) .*", refused(toy).what
    )


@pytest.mark.parametrize("value", ["true", "1979-05-27", "[]", "{}"])
def test_declaration_takes_no_value_for_another(toy: Toy, value: str) -> None:
    """Not even what Python would take: true is no number."""
    toy.edit(HELLO, "walk = 5", f"walk = {value}")

    assert "`minutes.walk` is " in refused(toy).what


@pytest.mark.parametrize("key", [one for one in keys(FULL) if one not in OPTIONAL])
def test_declaration_without_a_key_that_it_needs_says_which(toy: Toy, key: str) -> None:
    """A key without a default has to be there."""
    toy.write(STORE, changed(key, lambda table, name: table.pop(name)))

    assert refused(toy).what == f"{toy.root / STORE}: `{key}` is missing."


@pytest.mark.parametrize("key", OPTIONAL)
def test_declaration_may_leave_out_what_has_a_default(toy: Toy, key: str) -> None:
    """An app that starts grows from nothing, and most suites are quick."""
    toy.write(STORE, changed(key, lambda table, name: table.pop(name)))

    assert len(toy.course.chapters) == 2


WRONG = [
    pytest.param(
        HELLO,
        '"build"',
        '"biuld"',
        "`exercise.kind` is 'biuld', which is no choice.",
        "Did you mean `build`?",
        id="kind",
    ),
    pytest.param(
        STORE,
        '"postgresql"',
        '"Postgres"',
        "`databases[1]` is 'Postgres', which is no choice.",
        "Did you mean `postgresql`?",
        id="database",
    ),
    pytest.param(
        STORE,
        '"postgresql"',
        '"oracle"',
        "`databases[1]` is 'oracle'",
        "Choose from: postgresql, sqlite.",
        id="database-far",
    ),
    pytest.param(
        HELLO, 'title = "Say hello"', 'title = " "', "`title` is ' ', and must be more than nothing.", "", id="empty"
    ),
    pytest.param(
        HELLO,
        "needs = []",
        "needs = []\ntimeout = 0",
        "`timeout` is 0, and must be more than 0 seconds.",
        "",
        id="no-time",
    ),
    pytest.param(HELLO, "needs = []", "needs = []\ntimeout = nan", "`timeout` is nan", "", id="not-a-time"),
    pytest.param(HELLO, "needs = []", "needs = []\ntimeout = inf", "`timeout` is inf", "", id="no-end"),
    pytest.param(HELLO, "walk = 5", "walk = -5", "`minutes.walk` is -5, and must be 0 or more.", "", id="minutes"),
    pytest.param(
        HELLO, '"shelf"', '"my-shelf"', "`package` is 'my-shelf', and must be small letters", "", id="package"
    ),
    pytest.param(
        STORE,
        'needs = ["hello"]',
        'needs = ["helo"]',
        "`needs` names 'helo', which is no earlier chapter.",
        "Did you mean `hello`?",
        id="needs",
    ),
    pytest.param(
        STORE,
        'needs = ["hello"]',
        'needs = ["store"]',
        "`needs` names 'store', which is no earlier chapter.",
        "hello",
        id="needs-itself",
    ),
    pytest.param(
        HELLO,
        "needs = []",
        'needs = ["store"]',
        "`needs` names 'store', which is no earlier chapter.",
        "(nothing)",
        id="needs-a-later-one",
    ),
    pytest.param(
        STORE,
        'grows_from = "hello"',
        'grows_from = "hallo"',
        "`grows_from` names 'hallo', which is no earlier chapter.",
        "Did you mean `hello`?",
        id="grows-from",
    ),
    pytest.param(
        HELLO,
        "exercise.py::",
        "exercize.py::",
        "`exercise.red` names exercise/test_exercize.py, which is no file of the chapter in exercise/.",
        "Did you mean `exercise/test_exercise.py`?",
        id="red",
    ),
    pytest.param(
        HELLO,
        "exercise/test_exercise.py::",
        "tests/test_hello.py::",
        "`exercise.red` names tests/test_hello.py, which is no file of the chapter in exercise/.",
        "",
        id="red-elsewhere",
    ),
    pytest.param(
        HELLO,
        "test_exercise.py::test_a_person_is_greeted_by_name",
        "test_exercise.py",
        "`exercise.red[1].test` is 'exercise/test_exercise.py', and must be a test",
        "",
        id="red-no-test",
    ),
    pytest.param(
        HELLO,
        '["shelf/main.py"]',
        '["shelf/mian.py"]',
        "`exercise.edit` names shelf/mian.py, which is no file of the chapter or its solution.",
        "Did you mean `shelf/main.py`?",
        id="edit",
    ),
    pytest.param(
        HELLO,
        '["shelf/main.py"]',
        '["../01_hello/shelf/main.py"]',
        "`exercise.edit[1]` is '../01_hello/shelf/main.py', and must be a path inside the chapter",
        "",
        id="edit-outside",
    ),
    pytest.param(
        HELLO, '["shelf/main.py"]', '["shelf"]', "`exercise.edit` names shelf, which is no file", "", id="edit-folder"
    ),
    pytest.param(
        HELLO,
        "needs = []",
        'needs = []\nhints = ["a"]',
        "`hints` is not known here.",
        "Write it below [exercise].",
        id="in-no-table",
    ),
    pytest.param(
        HELLO,
        "hints = [",
        "timeout = 3\nhints = [",
        "`exercise.timeout` is not known here.",
        "Write it above the first [table] of the file.",
        id="in-a-table",
    ),
    pytest.param(
        HELLO,
        "needs = []",
        "needs = []\nzzz = 1",
        "`zzz` is not known.",
        "Choose from: title, package, needs",
        id="nothing-near",
    ),
    pytest.param(OUTLINE, "title = ", "titel = ", "`titel` is not known.", "Did you mean `title`?", id="outline-key"),
    pytest.param(
        OUTLINE,
        "[[part]]",
        "[part]",
        "`part` is a table, and must be a list.",
        "Write [[part]] with two brackets.",
        id="outline-part",
    ),
    pytest.param(
        OUTLINE,
        "chapters = [",
        "chapter = [",
        "`part[1].chapter` is not known.",
        "Did you mean `chapters`?",
        id="outline-chapters",
    ),
    pytest.param(
        OUTLINE,
        '"store"',
        '"stroe"',
        "`part[1].chapters` names 'stroe', and there is no folder",
        "Did you mean `store`?",
        id="outline-name",
    ),
    pytest.param(
        OUTLINE,
        '"store"',
        '"02_store"',
        "`part[1].chapters[2]` is '02_store', and must be small letters",
        "",
        id="outline-number",
    ),
    pytest.param(
        OUTLINE,
        '"store"',
        '"hello"',
        "`part[1].chapters` names 'hello' a second time.",
        "Remove one of them.",
        id="outline-twice",
    ),
    pytest.param(OUTLINE, '    "hello",\n    "store",\n', "", "`part` names no chapter.", "", id="outline-empty"),
]


@pytest.mark.parametrize(("file", "old", "new", "what", "todo"), WRONG)
def test_declaration_with_a_wrong_value_is_an_error(
    toy: Toy, file: str, old: str, new: str, what: str, todo: str
) -> None:
    """The file and the key are named, and the nearest value where one is near."""
    toy.edit(file, old, new)

    error = refused(toy)

    assert f"{file}: {what}" in error.what.replace("\\", "/")
    assert todo in error.todo


def overwrite(data: bytes) -> Callable[[Toy, str], None]:
    return lambda toy, file: (toy.root / file).write_bytes(data) and None


def into_a_folder(toy: Toy, file: str) -> None:
    (toy.root / file).unlink()
    (toy.root / file).mkdir()


UNREADABLE = [
    pytest.param(lambda toy, file: (toy.root / file).unlink(), "is missing.", id="missing"),
    pytest.param(into_a_folder, "is a folder, and must be a file.", id="folder"),
    pytest.param(overwrite(b'title = "a"\nneeds = "\xff"\n'), "is not UTF-8 text: see line 2.", id="not-utf-8"),
    pytest.param(overwrite('title = "ü"'.encode("utf-16")), "is not UTF-8 text: see line 1.", id="utf-16"),
    pytest.param(
        overwrite(b'title = "a"\n\nneeds = [\n'),
        "is not valid TOML: Invalid value (at line 3, the end of the file).",
        id="no-end",
    ),
    pytest.param(
        overwrite(b'title = "a"\nneeds "b"\n'),
        "is not valid TOML: Expected '=' after a key in a key/value pair (at line 2, column 7).",
        id="no-equals",
    ),
    pytest.param(
        overwrite(b'title = "a"\ntitle = "b"\n'),
        "is not valid TOML: Cannot overwrite a value (at line 2, column 12).",
        id="twice",
    ),
    pytest.param(overwrite(b"title = 1" + b"0" * 5000), "is not valid TOML", id="huge-number"),
    pytest.param(overwrite(b"title = " + b"[" * 5000), "is not valid TOML: it is nested too deeply", id="deep"),
    pytest.param(overwrite(b""), "`title` is missing.", id="empty"),
]


@pytest.mark.parametrize("file", [OUTLINE, HELLO])
@pytest.mark.parametrize(("spoil", "what"), UNREADABLE)
def test_declaration_that_cannot_be_read_is_an_error(
    toy: Toy, file: str, spoil: Callable[[Toy, str], None], what: str
) -> None:
    """Whatever lies in its place: the file is named, and the line where there is one."""
    spoil(toy, file)

    error = refused(toy)

    assert str(toy.root / file) in error.what
    assert what in error.what
    assert error.todo


def test_declaration_may_be_saved_as_windows_does(toy: Toy) -> None:
    """A mark at the start and other line ends change nothing."""
    for file in (OUTLINE, HELLO):
        (toy.root / file).write_bytes(b"\xef\xbb\xbf" + toy.read(file).replace("\n", "\r\n").encode())

    assert [chapter.slug for chapter in toy.course.chapters] == ["01_hello", "02_store"]


@pytest.mark.parametrize(
    ("gone", "what"),
    [
        pytest.param("chapters/02_store", "`part[1].chapters` names 'store', and there is no folder", id="folder"),
        pytest.param("notebooks/02_store.ipynb", "02_store.ipynb is missing.", id="notebook"),
        pytest.param("chapters", "`part[1].chapters` names 'hello', and there is no folder", id="all"),
    ],
)
def test_chapter_that_is_not_there_is_an_error(toy: Toy, gone: str, what: str) -> None:
    """A name in the outline has a folder and a notebook."""
    place = toy.root / gone
    shutil.rmtree(place) if place.is_dir() else place.unlink()

    assert what in refused(toy).what


def test_command_says_what_is_wrong_without_a_traceback(toy: Toy) -> None:
    """Two sentences, exit code 1."""
    toy.edit(HELLO, "objectives =", "objektives =")

    done = toy.workbook("status")

    what = f"✗ {toy.root / HELLO}: `objektives` is not known."
    assert (done.code, done.stdout, done.stderr) == (1, "", f"{what}\n  Did you mean `objectives`?\n")


def test_chapter_may_grow_from_one_that_is_no_neighbour(toy: Toy) -> None:
    """Also from one of another part; what grew from it is what is carried to, and nothing else."""
    toy.grow("more")
    toy.grow("aside", of="hello", part=2)
    toy.grow("further", of="aside", part=2)
    hello, store, more, aside, further = toy.course.chapters

    assert [toy.course.before(one) for one in toy.course.chapters] == [None, hello, store, hello, aside]
    assert toy.course.after(hello) == (store, more, aside, further)
    assert toy.course.after(store) == (more,)
    assert toy.course.after(aside) == (further,)
