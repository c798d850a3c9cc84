"""Holds a notebook to its stored outputs with nbval, inside the running test, and says in sentences what differs."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

import pytest

from workbook.notebooks import kernel_environment, quiet_imports
from workbook.notebooks.comparison import explain, where
from workbook.notebooks.execution import CELL_TIMEOUT

STARTUP_TIMEOUT = 60.0  # seconds
GLANCE = 1.0  # seconds between two looks whether the kernel lives
PARTING = 5.0  # seconds in which a kernel may tidy up

LEAVE = "import sys; m = 'workbook.nb.notebook_session'; sys.modules[m].leave() if m in sys.modules else None"

# What nbval asks of its options; they are not registered, because its plugin would be loaded into every test run.
OPTIONS = {
    "nbval": True,
    "nbval_lax": False,
    "nbval_current_env": True,
    "nbval_kernel_name": None,
    "nbval_sanitize_with": None,
    "nbval_kernel_startup_timeout": STARTUP_TIMEOUT,
    "nbdime": False,
    "cov_source": None,
}


def findings(path: Path, session: pytest.Session, timeout: float = CELL_TIMEOUT) -> list[str]:
    """Run every cell of the notebook under nbval strict; one finding per cell that is not as stored.

    A cell that takes longer than `timeout` seconds ends the notebook, and so does a kernel that dies.
    """
    if not path.is_file():
        return [f"{path.name} is missing."]
    with _options(session.config, timeout), _nbval(session, path) as cells:
        found = []
        for place, cell in enumerate(cells, start=1):
            if said := _finding(cell, timeout):
                found.append(f"{where(path, place, cell.cell)}: {said}")
            if cell.parent.timed_out or not cell.parent.kernel.is_alive():
                break
        return found


def _finding(cell: Any, timeout: float) -> str:
    from nbval.plugin import NbCellError  # type: ignore[import-untyped]

    try:
        cell.runtest()
    except KernelGoneError:
        return "the cell ended the kernel."
    except NbCellError as error:
        if cell.parent.timed_out:
            return f"the cell did not end within {timeout:g} seconds."
        raised = [one for one in cell.test_outputs if one["output_type"] == "error"]
        if raised and not cell.options["check_exception"]:
            return f"the cell raised {raised[0]['ename']}: {raised[0]['evalue']}"
        if told := explain(cell.cell.outputs, cell.test_outputs):
            return f"the output is not what is stored.\n{told}"
        return f"{error}."  # what only nbval finds
    return ""


@contextmanager
def _options(config: pytest.Config, timeout: float) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**OPTIONS, "nbval_cell_timeout": timeout}.items():
            patch.setattr(config.option, name, value, raising=False)
        yield


@contextmanager
def _nbval(session: pytest.Session, path: Path) -> Iterator[list[Any]]:
    """The notebook's cells as nbval's test items, their kernel running."""
    quiet_imports()
    from nbval import plugin  # type: ignore[import-untyped]

    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="nb") as sockets:
        patch.setattr(plugin, "RunningKernel", _watched_kernel(sockets))
        file: Any = plugin.IPyNbFile.from_parent(session, path=path)
        cells = list(file.collect())
        file.setup()
        try:
            yield cells
        finally:
            file.kernel.stop()


class KernelGoneError(Exception):
    """The kernel's process ended while it had work to do."""


def _watched_kernel(sockets: str) -> type:
    """A kernel for nbval that is noticed when it dies, and that needs no port where there are unix sockets."""
    from jupyter_client.manager import KernelManager
    from nbval.kernel import NbvalKernelspecManager, RunningKernel  # type: ignore[import-untyped]

    class WatchedKernel(RunningKernel):  # type: ignore[misc]
        def __init__(self, kernel_name: str, cwd: str, startup_timeout: float) -> None:
            transport = {"transport": "ipc", "ip": f"{sockets}/k"} if os.name == "posix" else {}
            self.km = KernelManager(kernel_name=kernel_name, kernel_spec_manager=NbvalKernelspecManager(), **transport)
            no_history = ["--HistoryManager.hist_file=:memory:"]
            self.km.start_kernel(
                extra_arguments=no_history, cwd=cwd, env=kernel_environment(), stderr=subprocess.DEVNULL
            )
            self.kc = self.km.client()
            self.kc.start_channels()
            self.kc.wait_for_ready(timeout=startup_timeout)
            self._ensure_iopub_up()

        def stop(self) -> None:
            if not hasattr(self, "km"):  # nbval has stopped it already
                return
            if self.is_alive():  # nbval kills it: nothing that it leaves behind would be tidied up
                with suppress(Empty, KernelGoneError):
                    self.await_reply(self.execute_cell_input(LEAVE), timeout=PARTING)
            super().stop()

        def get_message(self, stream: str, timeout: float | None = None) -> Any:
            until = monotonic() + (CELL_TIMEOUT if timeout is None else timeout)
            while True:
                try:
                    return super().get_message(stream, timeout=max(0, min(GLANCE, until - monotonic())))
                except Empty:
                    if not self.is_alive():
                        raise KernelGoneError from None
                    if monotonic() >= until:
                        raise

    return WatchedKernel
