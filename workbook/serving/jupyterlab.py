"""The JupyterLab of a course: found when it runs, started when it does not, stopped when asked."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import psutil

from workbook.system import ports, privacy
from workbook.system.errors import UserError
from workbook.system.processes import apart

USUAL_PORT = 8888
APP = "workbook.serving.jupyterlab_app"
PATIENCE = 90.0  # seconds: a first start on a slow disk reads many files


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that answers. `url` ends in a slash."""

    url: str
    token: str

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def page(self, path: str) -> str:
        """The address of a page, as in "/lab/tree/notebooks/01_ping.ipynb", with the token."""
        return f"{self.url}{path.lstrip('/')}?token={self.token}"

    def answers(self) -> bool:
        """Whether it is there and takes our token."""
        return self._ask("GET", "api/status")

    def shut_down(self) -> None:
        """Ask it to end its kernels and itself, and wait until it is gone."""
        self._ask("POST", "api/shutdown")
        end = time.monotonic() + 30
        while self.answers() and time.monotonic() < end:
            time.sleep(0.05)

    def _ask(self, method: str, path: str) -> bool:
        request = Request(f"{self.url}{path}", method=method, headers={"Authorization": f"token {self.token}"})
        try:
            with urlopen(request, timeout=10) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError, ValueError):
            return False


def home(root: Path) -> Path:
    """Where our JupyterLab keeps settings, data and what it is doing: never among the person's own."""
    return root / ".workbook" / "jupyter"


def running(root: Path) -> Lab | None:
    """The JupyterLab of this course that answers; None when there is none."""
    for file in sorted((home(root) / "runtime").glob("jpserver-*.json")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            said = json.loads(file.read_text(encoding="utf-8"))
            lab = Lab(said["url"], said["token"])
            if root.samefile(said["root_dir"]) and lab.answers():
                return lab
    return None


def stop(root: Path) -> str:
    """End the JupyterLab of this course; returns which one it was, "" when there is none.

    One whose `start` was killed before it answered has told its address to nobody: it is known by its arguments.
    """
    if lab := running(root):
        lab.shut_down()
        return f"JupyterLab at {lab.url}"
    starting = [one for one in psutil.process_iter() if _is_ours(one, root)]
    for one in starting:
        with suppress(psutil.Error):
            one.kill()
    return "JupyterLab, which was starting" if starting else ""


def _is_ours(process: psutil.Process, root: Path) -> bool:
    with suppress(psutil.Error):
        return process.cmdline()[2:5] == ["-m", APP, str(root)]
    return False


def start(root: Path, page: str, port: int | None) -> tuple[Lab, subprocess.Popen[bytes]]:
    """Start JupyterLab, with `page` as what its bare address shows; wait until it answers.

    Raises `UserError` when the asked-for port is taken or JupyterLab does not come up.
    """
    chosen = ports.choose(port, USUAL_PORT)
    token = secrets.token_urlsafe(24)
    for folder in ("config", "data", "runtime"):
        (home(root) / folder).mkdir(parents=True, exist_ok=True)
    _answer_in_advance(home(root) / "config")
    _keep_readable_by_us(home(root) / "ipython")
    log = home(root) / "lab.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command(root, chosen, page, retries=0 if port else ports.TRIES),
            env=environment(root, os.environ, token),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **apart(hidden=False),  # Ctrl-C in the terminal reaches us alone, and we end JupyterLab in good order
        )
    try:
        end = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < end:
            if lab := running(root):
                return lab, process
            time.sleep(0.05)
    except BaseException:
        process.kill()
        raise
    process.kill()
    last = "\n    ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-6:])
    raise UserError(f"JupyterLab does not start. Its last lines:\n    {last}", f"The whole log: {log}")


def _answer_in_advance(config: Path) -> None:
    """For a new person: no question about news in front of a class, and slides that scroll where they are tall."""
    settings = {
        "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        "jupyterlab-rise/plugin": {"scroll": True},
    }
    for name, values in settings.items():
        file = config / "lab" / "user-settings" / f"{name}.jupyterlab-settings"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{json.dumps(values)}\n", encoding="utf-8", newline="\n")


def _keep_readable_by_us(ipython: Path) -> None:
    """IPython would copy this file with the modes of its package, which are for everybody."""
    startup = ipython / "profile_default" / "startup"
    startup.mkdir(parents=True, exist_ok=True)
    if not (startup / "README").exists():
        (startup / "README").write_text("Python files in here run at the start of each kernel.\n", encoding="utf-8")
    privacy.take(ipython)


def sign(root: Path, notebooks: Sequence[Path]) -> None:
    """Have our JupyterLab trust notebooks that we wrote; else it hides the colours until each cell is run."""
    if not notebooks:
        return
    from nbformat import read
    from nbformat.sign import NotebookNotary

    data = home(root) / "data"
    data.mkdir(parents=True, exist_ok=True)
    notary = NotebookNotary(data_dir=str(data))  # type: ignore[no-untyped-call]
    for notebook in notebooks:
        notary.sign(read(notebook, as_version=4))  # type: ignore[no-untyped-call]


def environment(root: Path, given: Mapping[str, str], token: str) -> dict[str, str]:
    """What our JupyterLab and its kernels get: nothing of the person's own Jupyter settings reaches them."""
    kept = {name: value for name, value in given.items() if not name.startswith(("JUPYTER", "JPY_", "IPYTHON"))}
    at = home(root)
    return kept | {
        "JUPYTER_CONFIG_DIR": str(at / "config"),
        "JUPYTER_DATA_DIR": str(at / "data"),
        "JUPYTER_RUNTIME_DIR": str(at / "runtime"),
        "JUPYTER_TOKEN": token,
        "IPYTHONDIR": str(at / "ipython"),
    }


def _command(root: Path, port: int, page: str, *, retries: int) -> list[str]:
    return [sys.executable, "-P", "-m", APP, str(root), str(port), str(retries), page]


def stay(lab: Lab, process: subprocess.Popen[bytes]) -> bool:
    """Wait until JupyterLab ends. Ctrl-C, or the end of the terminal, ends it; False when it ended otherwise."""
    for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` does
            signal.signal(number, _interrupt)
    try:
        while True:
            with suppress(subprocess.TimeoutExpired):
                # Windows answers Ctrl-C only between two waits.
                process.wait(1 if sys.platform == "win32" else None)
                return False
    except KeyboardInterrupt:
        try:
            lab.shut_down()
            process.wait(10)
        except (KeyboardInterrupt, subprocess.TimeoutExpired):
            process.kill()
        return True


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
