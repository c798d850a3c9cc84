"""The process of JupyterLab: `python -m workbook.serving.jupyterlab_app ROOT PORT RETRIES PAGE`, with JUPYTER_TOKEN."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from workbook import course


def arguments(root: str, port: str, retries: str, page: str) -> list[str]:
    """The settings of our JupyterLab: loopback only, and nothing asked of the network."""
    return [
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.port_retries={retries}",
        "--ServerApp.open_browser=False",
        "--ServerApp.allow_root=True",  # containers and hosted notebooks have no other user
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url={page}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
        "--LabApp.extension_manager=readonly",
        "--LanguageServerManager.autodetect=False",  # it would run npm, which writes into the person's home
        "--KernelManager.transport_encryption=auto",
        "--MappingKernelManager.transport_encryption=auto",
    ]


def trust(root: Path) -> None:
    """Sign the course's notebooks: what JupyterLab does not trust it shows without its colours, until it is run."""
    from nbformat import read
    from nbformat.reader import NotJSONError
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()  # type: ignore[no-untyped-call]
    for chapter in course.load(root).chapters:
        with suppress(OSError, ValueError, NotJSONError):  # one that cannot be read is JupyterLab's to complain about
            notary.sign(read(chapter.notebook, as_version=4))  # type: ignore[no-untyped-call]


def main() -> None:
    """Run JupyterLab until it is asked to stop."""
    # jsonschema takes it when it is there, for addresses inside notebooks' metadata; its grammars cost a second.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]

    trust(Path(sys.argv[1]))
    LabApp.launch_instance(argv=arguments(*sys.argv[1:]))


if __name__ == "__main__":
    main()
