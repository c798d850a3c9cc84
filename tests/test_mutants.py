"""Mutants have one small defect each, and a suite is as strong as the share of them that it kills."""

from __future__ import annotations

import pytest
import typer
from toys import Toy
from typer.testing import CliRunner

from workbook.authors import mutants
from workbook.authors.mutants import Reason, Trial
from workbook.authors.mutation import NOTHING, Mutant
from workbook.authors.mutation import mutants as made_of
from workbook.commands import dev
from workbook.course import Chapter
from workbook.runner import Runner
from workbook.runner.causes import Unreachable
from workbook.runner.result import broken
from workbook.system.errors import UserError

HELLO = "01_hello"
MUTANT = Mutant("shelf/main.py", 7, "a", "b")
ENTRY = '[[survivor]]\npackage = "shelf"\nfile = "shelf/main.py"\nbefore = "a"\nafter = "{}"\nreason = "R."\n'


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        pytest.param("a = b == c", {"b == c → b != c"}, id="comparison"),
        pytest.param("a = b is None", {"b is None → b is not None"}, id="identity"),
        pytest.param("a = b < c", {"b < c → b <= c"}, id="boundary"),
        pytest.param("a = b and c", {"b and c → (b or c)"}, id="boolean"),
        pytest.param("if a:\n    b = c", {"a → not (a)"}, id="condition"),
        pytest.param("a = not b", {"not b → b"}, id="negation"),
        pytest.param("a = b + c", {"b + c → b - c"}, id="arithmetic"),
        pytest.param("a = 1", {"1 → 2", "1 → 0"}, id="number"),
        pytest.param("a = True", {"True → False"}, id="flag"),
        pytest.param("a = 'é'; b = 'c'", {"'é' → 'XXé'", "'c' → 'XXc'"}, id="text"),
        pytest.param("a = f'{b}'", {"f'{b}' → \"\""}, id="text-with-values"),
        pytest.param("a.b()", {"a.b() → pass"}, id="call"),
        pytest.param("a.b = c", {"a.b = c → pass"}, id="assignment"),
        pytest.param("raise a", {"raise a → pass"}, id="raise"),
        pytest.param("def f():\n    return a", {"return a → return None"}, id="return"),
        pytest.param("def f():\n    yield a", {"yield a → yield None"}, id="yield"),
        pytest.param("try:\n    a\nexcept b:\n    c", {"c → raise"}, id="handler"),
        pytest.param("with a:\n    b", {"with a → if True"}, id="transaction"),
        pytest.param("a = b().c(d)", {f".c(d) → {NOTHING}"}, id="link-of-a-chain"),
        pytest.param("a = b(c, d=e)", {f"d=e → {NOTHING}"}, id="keyword"),
        pytest.param("a = b(c=d, e=f)", {f"c=d → {NOTHING}", f"e=f → {NOTHING}"}, id="keywords"),
        pytest.param("@a\ndef f(): ...", {f"@a → {NOTHING}"}, id="decorator"),
        pytest.param("class A:\n    b: int", {"b: int → pass"}, id="field"),
        pytest.param("a = status.HTTP_200_OK", {"status.HTTP_200_OK → status.HTTP_418_IM_A_TEAPOT"}, id="status"),
        pytest.param("a: Literal['b'] = c", {"'b' → 'XXb'"}, id="literal"),
        pytest.param("a: B[C(d=e)] = f", {f"d=e → {NOTHING}"}, id="call-in-an-annotation"),
    ],
)
def test_mutants_have_one_defect(source: str, changes: set[str]) -> None:
    """Each operator makes its defect, and no other one is made."""
    assert {str(one).removeprefix("app.py:").partition(": ")[2] for one in made_of(source, "app.py")} == changes


def test_mutants_lose_a_clause_of_a_statement() -> None:
    """A condition or an order is what a query is easily left without."""
    afters = {one.after for one in made_of("sql = 'SELECT a FROM b WHERE c = %s ORDER BY d LIMIT 5'", "app.py")}

    assert afters >= {
        "'SELECT a FROM b ORDER BY d LIMIT 5'",
        "'SELECT a FROM b WHERE c = %s LIMIT 5'",
        "'SELECT a FROM b WHERE c = %s ORDER BY d'",
    }


@pytest.mark.parametrize(
    "source",
    [
        pytest.param('"""A docstring."""', id="docstring"),
        pytest.param("import a", id="import"),
        pytest.param("__all__ = ['a']", id="all"),
        pytest.param("if __name__ == '__main__':\n    a()", id="script"),
        pytest.param("def f(a: 'B | None') -> 'C': ...", id="annotation"),
    ],
)
def test_mutants_leave_alone_what_no_test_sees(source: str) -> None:
    """Nothing is made that no suite could ever kill."""
    assert made_of(source, "app.py") == []


def test_mutants_are_the_text_but_for_the_defect() -> None:
    """Comments and layout stay, so that line numbers mean the same."""
    (mutant,) = made_of("# first\n\na = (\n    b  # why\n    == c\n)\n", "app.py")

    assert (mutant.line, mutant.text) == (4, "# first\n\na = (\n    b != c\n)\n")


def hello(toy: Toy) -> Chapter:
    return toy.course.find(HELLO)


def chosen(chapter: Chapter, *afters: str) -> list[Mutant]:
    return [one for one in mutants.mutants(chapter) if one.after in afters]


def test_mutants_are_killed_or_survive(toy: Toy, runner: Runner) -> None:
    """What a test asks for kills the mutant that lacks it; what no test asks for survives."""
    toy.edit(f"chapters/{HELLO}/shelf/main.py", "app = FastAPI(", "limit = 100\napp = FastAPI(")

    trial = mutants.try_suite(hello(toy), runner, chosen(hello(toy), "'XX/hello'", "101"))

    assert trial.tried == 2
    assert [one.after for one in trial.survivors] == ["101"]
    assert trial.killed == 0.5
    assert not trial.is_strong


def test_mutants_are_of_the_change_alone(toy: Toy) -> None:
    """A later chapter's suite is tried on what that chapter changed; what was there before has been tried there."""
    first, second = toy.course.chapters

    of_the_change = mutants.mutants(second, first)

    assert {one.file for one in of_the_change} == {"shelf/database.py", "shelf/main.py", "shelf/models.py"}
    assert not [one for one in of_the_change if "hello" in one.before]
    assert [one for one in mutants.mutants(second) if "hello" in one.before]


def test_mutants_may_survive_with_a_reason(toy: Toy) -> None:
    """A reason in survivors.toml excuses the mutant that it names, and no other one."""
    other = Mutant(MUTANT.file, MUTANT.line, MUTANT.before, "c")
    toy.write("survivors.toml", ENTRY.format(MUTANT.after))

    assert mutants.judged(hello(toy), 2, (MUTANT,)).is_strong
    assert not mutants.judged(hello(toy), 2, (MUTANT, other)).is_strong


def test_mutants_may_be_few(toy: Toy) -> None:
    """A suite that kills 17 of 20 is strong without a reason, one that kills 16 is not."""
    assert mutants.judged(hello(toy), 20, (MUTANT,) * 3).is_strong
    assert not mutants.judged(hello(toy), 20, (MUTANT,) * 4).is_strong


def test_mutants_need_a_healthy_suite(toy: Toy, runner: Runner) -> None:
    """A suite that is red by itself kills nothing."""
    toy.edit(f"chapters/{HELLO}/shelf/main.py", "hello, world", "hi")

    with pytest.raises(UserError, match="01_hello: the suite is not green on the healthy app"):
        mutants.try_suite(hello(toy), runner, [])


def test_mutants_are_not_killed_by_a_server_that_is_gone(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run without its database is an error, not a strong suite."""
    gone = broken(Unreachable("127.0.0.1", 5432))
    monkeypatch.setattr("workbook.runner.Runner.run", lambda *_, **__: gone)

    with pytest.raises(UserError, match=r"server at 127\.0\.0\.1:5432 does not take"):
        mutants.try_suite(hello(toy), Runner(), [MUTANT])


def test_mutants_refuse_reasons_that_are_not_entries(toy: Toy) -> None:
    """A misspelt key is an error, not a mutant that quietly lives."""
    toy.write("survivors.toml", '[[survivor]]\npackage = "shelf"\nfiel = "a"\n')

    with pytest.raises(UserError, match=r"survivors\.toml: `survivor\[1\]\.fiel` is not known") as error:
        mutants.read_reasons(toy.root)

    assert error.value.todo == "Did you mean `file`?"


@pytest.mark.parametrize(
    ("old", "new", "what", "todo"),
    [
        pytest.param(
            '"shelf"', '"shelv"', "`survivor[1].package` is 'shelv', which no chapter has.", "shelf", id="package"
        ),
        pytest.param(
            "reason", 'chapters = ["stone"]\nreason', "`survivor[1].chapters` names 'stone'", "store", id="chapter"
        ),
        pytest.param('"R."', '" "', "`survivor[1].reason` is ' ', and must be more than nothing.", "", id="no-reason"),
    ],
)
def test_mutants_refuse_reasons_for_what_is_not_there(toy: Toy, old: str, new: str, what: str, todo: str) -> None:
    """A reason that could never hold is an error that names the nearest package or chapter."""
    toy.write("survivors.toml", ENTRY.format("b").replace(old, new))

    with pytest.raises(UserError) as error:
        mutants.read_reasons(toy.root)

    assert what in error.value.what
    assert todo in error.value.todo


@pytest.fixture
def command(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> Toy:
    """The toy course, whose suites let one of four mutants live without running anything."""

    def try_suite(chapter: Chapter, runner: object, found: object, advance: object) -> Trial:
        return mutants.judged(chapter, 4, (MUTANT,))

    monkeypatch.setattr(mutants, "try_suite", try_suite)
    monkeypatch.setattr("workbook.runner.Runner.__init__", lambda self, keep: None)
    monkeypatch.setattr("workbook.runner.Runner.close", lambda self: None)
    return toy


def ran(toy: Toy, *arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    dev.register(app)
    app.callback()(lambda: None)
    result = CliRunner(env={"WORKBOOK_ROOT": str(toy.root)}).invoke(app, ["dev", "mutants", *arguments])
    return result.exit_code, result.stdout


def test_dev_mutants_names_each_survivor(command: Toy) -> None:
    """The share and the survivors are told, and a weak suite ends with 1."""
    code, said = ran(command, "1")

    assert code == 1
    assert "✗ 01_hello: 3 of 4 mutants killed, 0.75" in said
    assert "survives: shelf/main.py:7: a → b" in said


def test_dev_mutants_accepts_reasons_and_misses_none(command: Toy) -> None:
    """With a reason for each survivor all is well; a reason for nobody is found when all chapters are tried."""
    command.write("survivors.toml", ENTRY.format("b"))
    assert ran(command)[0] == 0

    command.write("survivors.toml", ENTRY.format("b") + ENTRY.format("c"))
    assert ran(command)[0] == 0  # not all were tried
    code, said = ran(command, "--all")

    assert code == 1
    assert "no mutant survives any more as shelf/main.py: a → c" in " ".join(said.split())


def test_reason_holds_in_its_chapters_only(toy: Toy) -> None:
    """A reason may name the chapters for which it was given."""
    reason = Reason("shelf", MUTANT.file, MUTANT.before, MUTANT.after, "R.", chapters=("store",))

    assert [reason.covers(chapter, MUTANT) for chapter in toy.course.chapters] == [False, True]
