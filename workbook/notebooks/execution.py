"""Reads, writes and executes notebooks."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbook.notebooks.canonical import Notebook, canonical, text
from workbook.notebooks.comparison import code_cells, where
from workbook.system.errors import UserError

if TYPE_CHECKING:
    from nbclient import NotebookClient
    from nbformat import NotebookNode

CELL_TIMEOUT = 300  # seconds: a slow machine, a cell with hundreds of races


def read(path: Path) -> Notebook:
    """The notebook in the file at `path`; raises `UserError` where it is not one."""
    try:
        notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(notebook["cells"], list):
            raise TypeError
    except FileNotFoundError:
        raise UserError(f"{path} is missing.", "Write the notebook, then run `workbook dev notebooks`.") from None
    except (ValueError, KeyError, TypeError):
        raise UserError(f"{path} is not a notebook.", "Take it from the repository again: `git checkout` it.") from None
    return notebook


def write(path: Path, notebook: Notebook) -> None:
    """Store `notebook`, which is in canonical form."""
    path.write_text(text(notebook), encoding="utf-8", newline="\n")


def execute(path: Path, notebook: Notebook | None = None, kernel: Any = None) -> Notebook:
    """Run the notebook (default: the one in the file) in the file's folder; returns canonical form.

    `kernel` is the manager of one that was started for this run; it is not ended. Without it a new one is used.
    """
    quiet_imports()
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from nbformat import from_dict

    running: Any = from_dict(canonical(notebook or read(path)))  # type: ignore[no-untyped-call]
    for cell in code_cells(running):
        cell["execution_count"], cell["outputs"] = None, []
    client = notebook_client(running, path.resolve().parent, km=kernel, timeout=CELL_TIMEOUT, record_timing=False)
    try:
        client.execute(env=kernel_environment(), cleanup_kc=kernel is None)
    except CellTimeoutError:
        raise UserError(*_ran_badly(path, running, f"did not end within {CELL_TIMEOUT} seconds")) from None
    except DeadKernelError:
        raise UserError(*_ran_badly(path, running, "ended the kernel")) from None
    except CellExecutionError as error:
        raise UserError(*_ran_badly(path, running, f"raised {error.ename}: {error.evalue.rstrip('.')}")) from None
    finally:
        if kernel is not None and client.kc is not None:
            client.kc.stop_channels()
    return canonical(running)


def notebook_client(notebook: NotebookNode, folder: Path, **settings: Any) -> NotebookClient:
    """What runs a notebook in a folder, in a kernel of this interpreter; `settings` are nbclient's."""
    from nbclient import NotebookClient

    place = {"metadata": {"path": str(folder)}}
    return NotebookClient(notebook, kernel_manager_class=own_kernel(), resources=place, **settings)


def quiet_imports() -> None:
    """Keep nbformat from importing `rfc3987_syntax`, which takes a second to build grammars that nobody asks for."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def kernel_environment() -> dict[str, str]:
    """The environment of a kernel: this package can be imported in it, and it writes no bytecode."""
    checkout = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(part for part in (checkout, os.environ.get("PYTHONPATH", "")) if part)
    return {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


def own_kernel() -> type:
    """A manager of kernels with this interpreter, whatever kernels the machine has under the same name."""
    from ipykernel.kernelspec import RESOURCES, get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    class OwnKernelSpecs(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())

    class OwnKernel(AsyncKernelManager):
        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings, kernel_spec_manager=OwnKernelSpecs(), transport_encryption="auto")

    return OwnKernel


def _ran_badly(path: Path, notebook: NotebookNode, what: str) -> tuple[str, str]:
    """Names the last cell that was started, as a person counts: from 1, code cells only."""
    code = code_cells(notebook)
    started = [place for place, cell in enumerate(code, start=1) if cell.get("execution_count") or cell["outputs"]]
    place = started[-1] if started else 1
    return (
        f"{where(path, place, code[place - 1])}: the cell {what}.",
        "Open the notebook, run all cells up to that one, and mend it.",
    )
