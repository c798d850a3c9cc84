"""The rules that hold prose to what there is: each finds what breaks it, and lets pass what does not."""

from pathlib import Path

import doc_commands
import doc_names
import pytest
import typer
from doc_names import World
from doc_text import Prose


@pytest.fixture
def small(tmp_path: Path) -> World:
    """A chapter with one module and one test."""
    texts = {
        "fastauth/__init__.py": "",
        "fastauth/crud.py": "from sqlalchemy import select\n\nLIMIT = 10\n\n\ndef find_user(name):\n    return name\n",
        "fastauth/main.py": '@app.get("/users/{name}")\ndef read(): ...\n',
        "tests/test_crud.py": "def test_a_user_is_found():\n    pass\n",
        "chapters/04_registration/pyproject.toml": "",
    }
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return World(tmp_path, (tmp_path,), code=("leaky = 1",))


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        pytest.param("`fastauth/crud.py`", [], id="file"),
        pytest.param("`crud.py`", [], id="name-alone"),
        pytest.param("`tests/`", [], id="folder"),
        pytest.param("`tests/test_*.py`", [], id="pattern"),
        pytest.param("`desk/04_registration/`", [], id="desk-of-a-chapter"),
        pytest.param("`desk/NN_slug/`", [], id="desk-of-any-chapter"),
        pytest.param("`desk/`", [], id="desk"),
        pytest.param("`.venv/bin`", [], id="made-on-the-machine"),
        pytest.param("`desk/99_login/`", ["`desk/99_login/` is not there."], id="desk-of-no-chapter"),
        pytest.param("`application/json`", [], id="media-type"),
        pytest.param("`/users`", [], id="route"),
        pytest.param("```\nfastauth/nowhere.py\n```", [], id="fence"),
        pytest.param("`fastauth/curd.py`", ["`fastauth/curd.py` is not there."], id="missing-file"),
        pytest.param("`nowhere.py`", ["`nowhere.py` is not there."], id="missing-name"),
        pytest.param("`docs/`", ["`docs/` is not there."], id="missing-folder"),
        pytest.param("`tests/*.txt`", ["`tests/*.txt` is not there."], id="empty-pattern"),
        pytest.param("`tests/test_crud.py::test_a_user_is_found`", [], id="test"),
        pytest.param(
            "`tests/test_crud.py::test_gone`",
            ["`tests/test_crud.py::test_gone`: tests/test_crud.py has no such test."],
            id="missing-test",
        ),
    ],
)
def test_rule_for_paths(small: World, text: str, findings: list[str]) -> None:
    """A path in backticks must be there."""
    assert list(doc_names.path_findings(Prose("x", text), small)) == [f"x: {finding}" for finding in findings]


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        pytest.param("`crud.find_user`", [], id="function"),
        pytest.param("`fastauth.crud.LIMIT`", [], id="constant"),
        pytest.param("`fastauth.crud`", [], id="module"),
        pytest.param("`find_user(name)`", [], id="call"),
        pytest.param("`session.commit()`", [], id="library"),
        pytest.param("`leaky`", [], id="notebook-code"),
        pytest.param("`flush`", [], id="plain-word"),
        pytest.param("`GET /users/{name}`", [], id="route"),
        pytest.param("`GET /users/ada`", [], id="route-with-value"),
        pytest.param("`/users`", [], id="route-above"),
        pytest.param("`/docs`", [], id="own-route"),
        pytest.param("`SELECT 1`", [], id="sql"),
        pytest.param("`crud.find_usr`", ["`crud.find_usr`: crud has no find_usr."], id="missing-in-module"),
        pytest.param("`fastauth.curd`", ["`fastauth.curd`: fastauth has no curd."], id="missing-module"),
        pytest.param("`find_usr()`", ["`find_usr()`: no code has the name find_usr."], id="missing-function"),
        pytest.param("`FindUser`", ["`FindUser`: no code has the name FindUser."], id="missing-class"),
        pytest.param("`session.comit()`", ["`session.comit()`: no code has the name comit."], id="missing-method"),
        pytest.param("`POST /user`", ["`POST /user`: no code has this path."], id="missing-route"),
    ],
)
def test_rule_for_names(small: World, text: str, findings: list[str]) -> None:
    """A symbol or a route in backticks must occur in the code."""
    assert list(doc_names.name_findings(Prose("x", text), small)) == [f"x: {finding}" for finding in findings]


@pytest.fixture(scope="module")
def toy_command() -> doc_commands.Command:
    """A command with one plain command and one group."""
    app, group = typer.Typer(), typer.Typer()

    @app.command()
    def check(number: str, full: bool = False) -> None: ...

    @group.command()
    def lock() -> None: ...

    @group.command()
    def carry(number: str = "", abort: bool = False) -> None: ...

    app.add_typer(group, name="dev")
    return typer.main.get_command(app)


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        pytest.param("```\npython3 -m workbook check 04  # red or green\n```", [], id="fence"),
        pytest.param("`workbook check NN --full`", [], id="option"),
        pytest.param("`py -m workbook dev lock`", [], id="windows"),
        pytest.param("`DATABASE_URL=x workbook dev lock`", [], id="environment"),
        pytest.param("`workbook dev lock && git status`", [], id="followed"),
        pytest.param("`workbook`", [], id="bare"),
        pytest.param("`workbook dev …`", [], id="ellipsis"),
        pytest.param("`workbook check --help`", [], id="help"),
        pytest.param("the workbook chekc", [], id="prose"),
        pytest.param(
            "`workbook chekc 04`", ["`workbook chekc 04`: There is no command 'chekc'."], id="unknown-command"
        ),
        pytest.param("`workbook dev unlock`", ["`workbook dev unlock`: There is no command 'unlock'."], id="in-group"),
        pytest.param(
            "`workbook check 04 --ful`",
            ["`workbook check 04 --ful`: No such option: --ful"],
            id="unknown-option",
        ),
        pytest.param("`workbook check`", ["`workbook check`: Missing argument"], id="missing-argument"),
        pytest.param(
            "`workbook check [NN|--fast]`",
            [
                "`workbook check`: Missing argument",
                "`workbook check --fast`: No such option: --fast",
            ],
            id="choices",
        ),
    ],
)
def test_rule_for_commands(toy_command: doc_commands.Command, text: str, findings: list[str]) -> None:
    """A command that prose calls must be one that the command accepts."""
    found = list(doc_commands.command_findings(Prose("x", text), toy_command))

    assert len(found) == len(findings)
    assert all(one.startswith(f"x: {finding}") for one, finding in zip(found, findings, strict=True))


def test_rule_for_documentation_names_what_is_missing(toy_command: doc_commands.Command) -> None:
    """A command that no page calls is named; an option does not hide it."""
    pages = [Prose("x", "`workbook check NN` and `workbook dev lock --check`")]

    assert doc_commands.undocumented(toy_command, pages) == ["dev carry"]


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        pytest.param("[x](page.md)", [], id="file"),
        pytest.param("[x](page.md#the-end)", [], id="anchor"),
        pytest.param("# Here\n\n[x](#here)", [], id="own-anchor"),
        pytest.param("[x](https://example.org/nowhere)", [], id="web"),
        pytest.param("`[x](nowhere.md)`", [], id="code"),
        pytest.param("![x](nowhere.png)", ["the link to nowhere.png leads nowhere."], id="missing-picture"),
        pytest.param('<img src="nowhere.png">', ["the link to nowhere.png leads nowhere."], id="missing-html"),
        pytest.param(
            "[x](page.md#the-start)", ["the link to page.md#the-start names no heading."], id="missing-anchor"
        ),
        pytest.param("[x](#nowhere)", ["the link to #nowhere names no heading."], id="missing-own-anchor"),
    ],
)
def test_rule_for_links(tmp_path: Path, text: str, findings: list[str]) -> None:
    """A relative link must have a target."""
    (tmp_path / "page.md").write_text("# Page\n\n## The end\n", encoding="utf-8")

    assert list(doc_names.link_findings(Prose("x", text), tmp_path / "x.md")) == [
        f"x: {finding}" for finding in findings
    ]
