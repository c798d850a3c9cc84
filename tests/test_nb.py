"""What a notebook shows of its chapter, and where it works."""

from __future__ import annotations

import importlib
import os
from contextlib import closing

import psycopg2
import pytest
from toys import TOY
from walks import hello as hello
from walks import store as store
from walks import text

from workbook.nb import changes, read, show
from workbook.nb.notebook_session import NotebookSession, chapter, current
from workbook.nb.rendering import Shown
from workbook.postgres import databases
from workbook.postgres.connection import native
from workbook.system.errors import UserError


def test_chapter_puts_its_package_on_the_path(hello: NotebookSession) -> None:
    """After it, the part's package is that chapter's app."""
    assert importlib.import_module("shelf.main").__file__ == str(hello.chapter.folder / "shelf" / "main.py")


def test_chapter_gives_an_empty_database_of_its_own(store: NotebookSession) -> None:
    """DATABASE_URL names a database that was made for this notebook."""
    assert "workbook_notebook_02" in os.environ["DATABASE_URL"]


def test_chapter_begun_again_has_another_database_and_a_new_app(store: NotebookSession) -> None:
    """Run All a second time starts from nothing, in the same kernel."""
    before, old = os.environ["DATABASE_URL"], importlib.import_module("shelf.database")

    chapter("02_store")

    assert os.environ["DATABASE_URL"] != before
    assert importlib.import_module("shelf.database") is not old


def test_a_cell_does_not_wait_for_a_lock_for_ever(store: NotebookSession) -> None:
    """Two connections in one notebook can stand in each other's way; after a second the server says so."""
    with closing(psycopg2.connect(native(os.environ["DATABASE_URL"]))) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("1s",)


def test_a_walk_leaves_the_environment_as_it_was(store: NotebookSession) -> None:
    """The database is dropped, and DATABASE_URL names what it named before."""
    its = os.environ["DATABASE_URL"]

    chapter("01_hello")

    assert os.environ["DATABASE_URL"] == databases.url() != its


def test_helpers_need_a_chapter() -> None:
    """Before the first code cell was run, a helper says so."""
    with pytest.raises(UserError, match="No chapter has been begun"):
        current()


@pytest.mark.parametrize(
    ("symbol", "code"),
    [
        pytest.param(
            "hello",
            '@app.get("/hello")\ndef hello() -> dict[str, str]:\n    """Greet whoever asks."""\n'
            '    return {"message": "hello, world"}',
            id="function-with-decorator",
        ),
        pytest.param("app", 'app = FastAPI(title="shelf")', id="assignment"),
        pytest.param("Thing.price", "price: int", id="attribute"),
    ],
)
def test_show_finds_a_symbol(store: NotebookSession, symbol: str, code: str) -> None:
    """One symbol is shown whole, with its decorators, at the left margin."""
    shown = show("shelf/main.py", symbol)

    assert shown.plain == f"# shelf/main.py\n{code}"
    assert code in text(shown)


def test_show_shows_a_whole_file(hello: NotebookSession) -> None:
    """Without a symbol it is the file."""
    source = (TOY / "chapters/01_hello/shelf/main.py").read_text(encoding="utf-8")

    assert show("shelf/main.py").plain == f"# shelf/main.py\n{source.rstrip()}"


def test_show_takes_a_file_from_another_chapter(hello: NotebookSession) -> None:
    """A notebook may look ahead or back."""
    assert "class Item(Base):" in show("shelf/models.py", of="02_store").plain


def test_show_swaps_pieces_of_the_text(hello: NotebookSession) -> None:
    """A first attempt is shown as a change of what is there."""
    swap = {"shelf/main.py": {"hello, world": "good morning"}}

    assert 'return {"message": "good morning"}' in show("shelf/main.py", "hello", swap=swap).plain


def test_show_wants_a_piece_that_stands_there_once(hello: NotebookSession) -> None:
    """A swap that would hit two places, or none, is refused."""
    with pytest.raises(UserError, match="has 'goodbye' 0 times"):
        show("shelf/main.py", swap={"shelf/main.py": {"goodbye": ""}})


def test_show_escapes_what_html_would_swallow(hello: NotebookSession) -> None:
    """A sign of comparison in the source is seen, not obeyed."""
    assert "-&gt;" in show("shelf/main.py", "hello").html


@pytest.mark.parametrize(
    ("file", "symbol", "said"),
    [
        pytest.param("shelf/nowhere.py", "x", "01_hello has no file shelf/nowhere.py.", id="file"),
        pytest.param("shelf/main.py", "goodbye", "shelf/main.py has no goodbye.", id="symbol"),
        pytest.param("shelf/main.py", "hello.nothing", "shelf/main.py has no hello.nothing.", id="attribute"),
    ],
)
def test_show_says_what_is_not_there(hello: NotebookSession, file: str, symbol: str, said: str) -> None:
    """A name that nothing bears is a sentence."""
    with pytest.raises(UserError) as error:
        show(file, symbol)

    assert error.value.what == said


def test_read_gives_the_text_itself(hello: NotebookSession) -> None:
    """A cell may work with a file's text."""
    assert read("shelf/__init__.py") == '"""A shelf of things."""\n'


def test_changes_shows_the_diff_of_a_file(store: NotebookSession) -> None:
    """Added lines have a plus, removed ones a minus, in the plain text and in the HTML."""
    shown = changes("tests/conftest.py")

    assert "-    return TestClient(app)" in shown.plain.splitlines()
    assert "+    app.dependency_overrides.clear()" in shown.plain.splitlines()
    assert "+     app.dependency_overrides.clear()" in text(shown).splitlines()
    assert shown.plain.startswith("# tests/conftest.py\n@@ -1,")


def test_changes_of_a_new_file_are_all_its_lines(store: NotebookSession) -> None:
    """A file that the chapter before did not have is added whole."""
    lines = changes("shelf/models.py").plain.splitlines()[2:]

    assert [line[1:] for line in lines] == read("shelf/models.py").splitlines()


def test_changes_lists_the_files_that_changed(store: NotebookSession) -> None:
    """Without a file, it says which changed and by how many lines."""
    assert "shelf/models.py      +14 -0" in changes().plain.splitlines()


@pytest.mark.parametrize(
    ("slug", "file", "said"),
    [
        pytest.param("01_hello", "shelf/main.py", "01_hello grew from no other chapter.", id="first-chapter"),
        pytest.param("02_store", "shelf/__init__.py", "02_store does not change shelf/__init__.py.", id="unchanged"),
    ],
)
def test_changes_says_when_there_are_none(store: NotebookSession, slug: str, file: str, said: str) -> None:
    """Nothing to show is a sentence, not an empty box."""
    chapter(slug)

    with pytest.raises(UserError) as error:
        changes(file)

    assert error.value.what == said


def test_trouble_in_a_notebook_is_two_sentences() -> None:
    """IPython shows what is wrong and what to do, without a traceback."""
    assert UserError("It is broken.", "Mend it.")._render_traceback_() == ["✗ It is broken.", "  Mend it."]


def test_shown_has_a_plain_twin() -> None:
    """Where there is no HTML, the same is read as text."""
    assert repr(Shown("plain", "<b>plain</b>")) == "plain"
