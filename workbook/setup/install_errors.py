"""What can go wrong while the environment is made, as sentences with a next step. Standard library only."""

from __future__ import annotations

import platform
import re
import shutil
import sys
import tempfile
from pathlib import Path

from workbook.system import os_errors
from workbook.system.errors import UserError
from workbook.system.os_errors import AGAIN

NEEDED = "about 800 MB"
NEWEST = "3.14"  # the newest Python for which every package in requirements.txt has a wheel

# Numbers, not words: the words of the system are in the language of the machine.
_DISK = re.compile(r"Errno (28|122)\]|os error (28|112|122)\b|WinError (39|112)\]|No space left on device")
_LONG_PATH = re.compile(r"Long Path support|WinError 206\]|os error 206\b")
_DENIED = re.compile(r"Errno (1|13|30)\]|os error (1|5|13|30)\b|WinError (5|32)\]")
_CERTIFICATE = re.compile(r"CERTIFICATE_VERIFY_FAILED|invalid peer certificate|UnknownIssuer|SSLError")
_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|Read timed out|ProxyError"
    r"|Connection(Reset|Refused|Aborted)Error|Connection broken|ProtocolError|IncompleteRead"
    r"|error sending request|dns error|operation timed out|tcp connect error|connection (reset|closed)"
    r"|network connectivity is disabled"
)
_NO_BUILD = re.compile(
    r"No matching distribution found for (?P<pip>\S+)|(?:Because|there are no wheels for) (?P<uv>\S+) has no"
    r"|Failed (?:building wheel for|to build) `?(?P<built>[\w.=-]+)"
)


def no_venv() -> UserError:
    """Python came without `venv` or `ensurepip`, as Debian's does."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return UserError(
        f"This Python ({sys.executable}) cannot make environments: its `venv` module is not complete.",
        f"On Debian and Ubuntu: sudo apt install python{version}-venv. "
        f"Elsewhere, install Python from https://www.python.org/downloads/. {AGAIN}",
    )


def disk_full(root: Path) -> UserError:
    """No room where the checkout is, or where files are unpacked on the way."""
    places = sorted({str(root), tempfile.gettempdir()}, key=lambda place: shutil.disk_usage(place).free)
    free = ", ".join(f"{shutil.disk_usage(place).free // 10**6} MB at {place}" for place in places)
    return UserError(
        f"The disk is full: the environment needs {NEEDED}. Free now: {free}.",
        f"Make room, or move the checkout to a larger disk. {AGAIN}",
    )


def of_system(error: OSError, root: Path) -> UserError:
    """What the system refused, where we ourselves were at work in `root`."""
    return disk_full(root) if os_errors.is_full(error) else os_errors.of_system(error, root)


def of_log(text: str, root: Path, log: Path, tool: str) -> UserError:
    """What the installer's own words mean; where they are not known, its last lines and where the rest is."""
    if _DISK.search(text):
        return disk_full(root)
    if _LONG_PATH.search(text):
        return UserError(
            f"The path {root} is too long for Windows.",
            "Clone the repository into a short one, such as C:\\workbook, and run the command there.",
        )
    if _DENIED.search(text):
        quoted = re.search(r"(?:Errno 13\][^'\n]*'|`)(?P<path>[^'`\n]+)['`]", text)
        return os_errors.denied(Path(quoted["path"]) if quoted else root)
    if _CERTIFICATE.search(text):
        return UserError(
            f"{tool} does not trust the certificate of the package index: often a proxy of a company or a school.",
            f"Ask its administrators for their certificate, and set PIP_CERT and SSL_CERT_FILE to that file. {AGAIN}",
        )
    if _NETWORK.search(text):
        return UserError(
            f"There is no network: {tool} could not reach the package index.",
            f"Connect to the internet (behind a proxy, set HTTPS_PROXY). {AGAIN} "
            "After this one time the workbook needs no network.",
        )
    if found := _NO_BUILD.search(text):
        package = next(one for one in found.groups() if one)
        return UserError(
            f"There is no ready-made {package} for Python {platform.python_version()} "
            f"on {platform.system()} {platform.machine()}.",
            f"Use Python 3.11 to {NEWEST} from https://www.python.org/downloads/. {AGAIN} The whole log: {log}",
        )
    last = "\n    ".join([line for line in text.splitlines() if line.strip()][-6:])
    return UserError(
        f"{tool} failed. Its last lines:\n    {last}", f"Look for the cause in its whole log: {log}. {AGAIN}"
    )
