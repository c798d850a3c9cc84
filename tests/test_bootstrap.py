"""The way from a bare checkout into its environment, seen from outside."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from checkouts import PACKAGE, STANDARD_LIBRARY_ONLY, Checkout

from workbook.setup.environment import STAMP, python_of, site_packages

pytestmark = pytest.mark.xdist_group("bootstrap")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A bare checkout with the stand-in for uv."""
    made = Checkout.make(tmp_path)
    made.use_installer()
    return made


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout whose environment is ready; tests look at copies of it."""
    made = Checkout.make(tmp_path_factory.mktemp("finished"))
    made.use_installer()
    assert made.run().code == 0
    return made


@pytest.fixture
def ready(finished: Checkout) -> Checkout:
    """The finished checkout itself, as it was: same folder, fresh state."""
    kept = finished.root.parent / "kept"
    if not kept.exists():
        shutil.copytree(finished.root, kept, symlinks=True)
    shutil.rmtree(finished.root)
    shutil.copytree(kept, finished.root, symlinks=True)
    (finished.path / "calls").unlink(missing_ok=True)
    (finished.venv / "mine").touch()
    return finished


def test_bare_checkout_runs_the_command_inside_its_environment(checkout: Checkout) -> None:
    """The first command makes .venv and runs there, with the arguments that were given."""
    ran = checkout.run("check", "04", "--all")
    assert (ran.prefix, ran.args) == (checkout.venv, ["check", "04", "--all"]), ran.stderr


def test_bare_checkout_says_what_it_does(checkout: Checkout) -> None:
    """Progress goes to standard error as plain lines, the end of it with a count and the time."""
    assert "Making the environment .venv with Python 3." in (said := checkout.run().stderr)
    assert "✓ The environment is ready: " in said


def test_exit_code_of_the_command_is_passed_on(ready: Checkout) -> None:
    """What the command inside ends with is what the person's shell sees."""
    assert ready.run("exit", "7").code == 7


def test_ready_environment_is_found_again(ready: Checkout) -> None:
    """A second command installs nothing and says nothing of it."""
    ran = ready.run()
    assert (ready.calls, ran.stderr) == (0, "")


def test_command_is_found_from_a_folder_below(ready: Checkout) -> None:
    """Its folder is a command for any Python, from wherever one is; no module of it hides one of Python's."""
    below = ready.root / "desk" / "01_ping"
    below.mkdir(parents=True)
    (ready.root / "workbook" / "json.py").write_text("raise RuntimeError", encoding="utf-8")
    asked = [sys.executable, os.path.join("..", "..", "workbook"), "status"]  # noqa: PTH118 - as it is typed
    done = subprocess.run(asked, cwd=below, env=ready.env, capture_output=True, text=True)
    assert '"args": ["status"]' in done.stdout, done.stderr


def test_ready_environment_is_used_from_inside(ready: Checkout) -> None:
    """The environment's own Python runs the command at once."""
    asked = [str(python_of(ready.venv)), "-m", "workbook", "status"]
    done = subprocess.run(asked, cwd=ready.root, env=ready.env, capture_output=True, text=True, check=True)
    assert '"args": ["status"]' in done.stdout


def test_changed_requirements_are_installed(ready: Checkout) -> None:
    """Another requirements.txt is installed into the environment that is there."""
    (ready.root / "requirements.txt").write_text("# another\n", encoding="utf-8")
    ran = ready.run()
    assert (ready.calls, (ready.venv / "mine").exists()) == (1, True), ran.stderr


def test_changed_settings_of_tools_install_nothing(ready: Checkout) -> None:
    """Only what pyproject.toml says of the package itself counts."""
    with (ready.root / "pyproject.toml").open("a", encoding="utf-8") as project:
        project.write("[tool.ruff]\nline-length = 99\n")
    assert (ready.run().code, ready.calls) == (0, 0)


def unfinished(checkout: Checkout) -> None:
    stamp = checkout.venv / STAMP
    text = stamp.read_text(encoding="utf-8")
    stamp.write_text(text[: text.index('"wanted"')] + '"wanted": ""}', encoding="utf-8")


def moved(checkout: Checkout) -> None:
    stamp = checkout.venv / STAMP
    text = stamp.read_text(encoding="utf-8")
    stamp.write_text(text.replace('"root": "', '"root": "elsewhere'), encoding="utf-8")


def without_base(checkout: Checkout) -> None:
    if os.name == "nt":
        (checkout.venv / "pyvenv.cfg").write_text("home = C:\\gone\n", encoding="utf-8")
    else:
        for link in (checkout.venv / "bin").glob("python*"):
            link.unlink()
            link.symlink_to(checkout.root / "gone")


def of_another_python(checkout: Checkout) -> None:
    stamp = checkout.venv / STAMP
    lines = stamp.read_text(encoding="utf-8").splitlines()
    changed = {"base": ' "base": "/usr/bin/python3.1",', "python": ' "python": "3.1",'}
    lines = [changed.get(line.split('"')[1] if '"' in line else "", line) for line in lines]
    stamp.write_text("\n".join(lines), encoding="utf-8")


def a_file(checkout: Checkout) -> None:
    shutil.rmtree(checkout.venv)
    checkout.venv.write_text("", encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        pytest.param(unfinished, "The environment .venv is half finished.", id="half-finished"),
        pytest.param(moved, ".venv belongs to another folder, elsewhere", id="moved-checkout"),
        pytest.param(without_base, "The Python that .venv was made from is gone.", id="python-gone"),
        pytest.param(of_another_python, "The Python that .venv was made from is no longer 3.1.", id="python-upgraded"),
        pytest.param(a_file, "The Python that .venv was made from is gone.", id="a-file"),
    ],
)
def test_unusable_environment_is_made_again(ready: Checkout, harm: Callable[[Checkout], None], said: str) -> None:
    """An environment that cannot be trusted is said to be so, deleted and made from nothing."""
    harm(ready)
    ran = ready.run()
    assert (ran.code, (ready.venv / "mine").exists(), said in ran.stderr) == (0, False, True), ran.stderr


def test_environment_of_the_persons_own_is_completed(ready: Checkout) -> None:
    """A .venv that works and has no stamp keeps what is in it."""
    (ready.venv / STAMP).unlink()
    ran = ready.run()
    assert (ready.calls, (ready.venv / "mine").exists()) == (1, True), ran.stderr


def test_two_first_commands_make_one_environment(checkout: Checkout) -> None:
    """The second process waits for the first, says so, and installs nothing itself."""
    checkout.let_installer("hold")
    with checkout.begin() as first:
        wait_for(lambda: checkout.calls == 1)
        with checkout.begin() as second:
            assert second.stderr is not None
            said = second.stderr.readline()
            checkout.go_on()
            codes = (first.wait(60), second.wait(60))
            first.communicate(), second.communicate()
    assert (codes, checkout.calls, said.startswith("Another process is making")) == ((0, 0), 1, True)


def test_killed_first_command_is_made_good(checkout: Checkout) -> None:
    """After a kill in the middle, the next command makes the environment again."""
    checkout.let_installer("hold")
    with checkout.begin() as first:
        wait_for(lambda: checkout.calls == 1)
        first.kill()
    checkout.go_on()
    ran = checkout.run("status")
    assert (ran.args, "half finished" in ran.stderr) == (["status"], True), ran.stderr


@pytest.mark.skipif(os.name == "nt", reason="on Windows a lock belongs to one process")
def test_installer_without_its_command_is_waited_for(checkout: Checkout) -> None:
    """A killed command may leave pip at work; the next one does not delete what is being written."""
    checkout.let_installer("hold")
    with checkout.begin() as first:
        wait_for(lambda: checkout.calls == 1)
        first.kill()
    with checkout.begin() as second:
        assert second.stderr is not None
        said = second.stderr.readline()
        checkout.go_on()
        second.communicate()
    assert (said.startswith("Another process is making"), second.returncode) == (True, 0), said


def test_interrupted_first_command_says_that_nothing_is_lost(checkout: Checkout) -> None:
    """Ctrl-C while packages are installed ends with one sentence and exit code 130."""
    ran = checkout.run(
        before="import workbook.setup.bootstrap as b\ndef fill(*a, **k): raise KeyboardInterrupt\nb.fill = fill"
    )
    assert (ran.code, ran.stderr.splitlines()[-1].startswith("Stopped. Nothing is lost")) == (130, True), ran.stderr


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("error: Failed to copy: No space left on device (os error 28)", id="full-disk"),
        pytest.param("error: dns error: failed to lookup address information", id="no-network"),
    ],
)
def test_failing_installer_becomes_two_sentences(checkout: Checkout, text: str) -> None:
    """What uv says of a failure is told as what is wrong and what to do, with exit code 1."""
    checkout.let_installer("fails", text)
    ran = checkout.run()
    last = ran.stderr.splitlines()[-2:]
    assert (ran.code, last[0][:2], "same command again" in last[1]) == (1, "✗ ", True), ran.stderr


def test_failing_installer_leaves_its_log(checkout: Checkout) -> None:
    """An unknown failure shows the installer's last lines and names the file that has all."""
    checkout.let_installer("fails", "first\nthe flux capacitor is empty")
    said = checkout.run().stderr
    log = checkout.root / ".workbook" / "install.log"
    assert ("the flux capacitor is empty" in said, str(log) in said, log.is_file()) == (True, True, True)


def test_failure_leaves_no_half_environment(checkout: Checkout) -> None:
    """What could not be finished takes no room on a disk that may be full."""
    checkout.let_installer("fails", "no space")
    checkout.run()
    assert not checkout.venv.exists()


def test_failure_is_forgotten_by_the_next_command(checkout: Checkout) -> None:
    """Once the cause is gone, the same command works."""
    checkout.let_installer("fails", "dns error")
    assert checkout.run().code == 1
    checkout.go_on()
    assert checkout.run().code == 0


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_python_without_venv_is_explained(tmp_path: Path, module: str) -> None:
    """Debian's Python without python3-venv gets the command that installs it."""
    ran = Checkout.make(tmp_path).run(before=f"sys.modules[{module!r}] = None")
    assert f"sudo apt install python3.{sys.version_info.minor}-venv" in ran.stderr


def test_folder_that_cannot_be_written_is_explained(checkout: Checkout) -> None:
    """A checkout that belongs to somebody else is named, with the way out."""
    ran = checkout.run(
        before="import pathlib\n"
        "def mkdir(self, *a, **k): raise PermissionError(13, 'no', str(self))\n"
        "pathlib.Path.mkdir = mkdir"
    )
    assert (f"{checkout.root / '.workbook'} cannot be read or written by you" in ran.stderr, ran.code) == (True, 1)


@pytest.mark.parametrize("version", [(2, 7), (3, 6), (3, 10)], ids=["2-7", "3-6", "3-10"])
def test_old_python_is_refused(checkout: Checkout, version: tuple[int, int]) -> None:
    """A Python before 3.11 is told what is needed, by a file that it can read."""
    (checkout.path / ("python3.13.exe" if os.name == "nt" else "python3.13")).touch()
    ran = checkout.run(before=f"sys.version_info = {(*version, 0)}")
    assert ran.stderr.startswith(f"x Python {version[0]}.{version[1]} is too old")


def test_first_file_is_readable_to_every_python() -> None:
    """`__main__.py` and `__init__.py` parse as Python 3.4, and are ASCII as Python 2.7 needs."""
    for name in ("__init__.py", "__main__.py"):
        ast.parse((PACKAGE / name).read_bytes().decode("ascii"), feature_version=(3, 4))


def test_first_import_is_standard_library_only() -> None:
    """A Python without any package reads everything up to the command itself."""
    names = [f"workbook.{name}" for name in STANDARD_LIBRARY_ONLY if "__" not in name]
    read = f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); import {', '.join(names)}"
    subprocess.run([sys.executable, "-S", "-I", "-c", read], check=True)


@pytest.fixture(scope="module")
def by_pip(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout in a folder with spaces and other letters, made by the real pip, against a person's own settings."""
    made = Checkout.make(tmp_path_factory.mktemp("by_pip"), "Кни га é")  # noqa: RUF001 - other letters are the point
    made.env |= {"PIP_USER": "1", "PYTHONHOME": ""}
    ran = made.run("status")
    assert ran.args == ["status"], ran.stderr
    return made


def test_folder_with_other_letters_works_by_pip(by_pip: Checkout) -> None:
    """pip installs into it, and the `workbook` program of the environment runs from anywhere."""
    program = python_of(by_pip.venv).with_name("workbook.exe" if os.name == "nt" else "workbook")
    done = subprocess.run(
        [program, "hint"], cwd=by_pip.path, env=by_pip.env, capture_output=True, text=True, check=True
    )
    assert '"args": ["hint"]' in done.stdout


def test_folder_with_other_letters_is_named_in_ascii(by_pip: Checkout) -> None:
    """The file by which Python finds the checkout is readable in every encoding of a machine."""
    (pth,) = site_packages(by_pip.venv).glob("workbook.pth")
    assert pth.read_bytes().isascii()


def wait_for(happened: Callable[[], bool]) -> None:
    """Wait until something happened, at most a minute."""
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals between processes")
def test_control_c_ends_the_installer_too(checkout: Checkout) -> None:
    """An interrupt leaves no installer at work behind it."""
    checkout.let_installer("hold")
    # A script's background jobs, and what they start, ignore the signal unless told otherwise.
    heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    with checkout.begin(before=heed) as first:
        wait_for(lambda: checkout.calls == 1)
        first.send_signal(signal.SIGINT)
        code = first.wait(60)
        first.communicate()
    installer = int((checkout.path / "calls").read_text(encoding="utf-8"))
    with pytest.raises(ProcessLookupError):
        os.kill(installer, 0)
    assert code == 130
