"""Refuse an old Python in a clear sentence, then go on to `bootstrap`. Parses on Python 2.7 and every Python 3."""

# ruff: noqa: UP031, PTH100, PTH113, PTH118, PTH120 - written as the Pythons that must read it can

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python runs
    newer = ["python3.%d" % minor for minor in range(20, 10, -1)]
    folders = os.environ.get("PATH", "").split(os.pathsep)
    found = [name for name in newer if any(os.path.isfile(os.path.join(one, name)) for one in folders)]
    named = "py -3.13" if os.name == "nt" else "python3.13"
    todo = "Install one from https://www.python.org/downloads/, then run: %s -m workbook start" % named
    sys.stderr.write(
        "x Python %d.%d is too old: the workbook needs Python 3.11 or newer. (This one is %s.)\n"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )
    if found:
        todo = "A newer one is on this machine. Run: %s -m workbook start" % found[0]
    sys.stderr.write("  %s\n" % todo)
    sys.exit(1)

if not __package__:  # `python3 ../../workbook`: as a path it works from any folder
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [os.path.dirname(here)] + [one for one in sys.path if os.path.abspath(one) != here]

try:  # PYTHONPATH may lead to a json.py; `begin` starts afresh without it
    foreign = [os.path.abspath(one) for one in os.environ.get("PYTHONPATH", "").split(os.pathsep) if one]
    sys.path[:] = [one for one in sys.path if one not in foreign]
except OSError:  # the folder where we are is gone
    pass
try:
    from workbook.setup.bootstrap import begin
except KeyboardInterrupt:
    sys.exit(130)


def main():  # type: () -> None
    """Run the `workbook` command: inside `.venv` at once, from outside it goes there first."""
    try:
        begin()
        from workbook.cli import main as command

        command()
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
