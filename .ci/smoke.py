"""Start JupyterLab as the README says, ask it for its page, and stop it: `python3 .ci/smoke.py COMMAND …`.

COMMAND is the README's start command, with --no-browser. Exit code 1 when any step fails. Standard library only.
"""

import io
import re
import subprocess
import sys
import threading
import time
from urllib.error import HTTPError
from urllib.request import urlopen

PATIENCE = 900  # seconds: it makes the environment, too


def status(address: str) -> int:
    """What the server answers there."""
    try:
        with urlopen(address, timeout=60) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def main(command: list[str]) -> None:
    """Run the three steps."""
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(errors="replace")  # a console of Windows may show 256 characters only
    began = time.monotonic()
    start = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace")
    assert start.stdout is not None
    giving_up = threading.Timer(PATIENCE, start.kill)
    giving_up.daemon = True
    giving_up.start()
    address = ""
    for line in start.stdout:
        print(line, end="", flush=True)
        if found := re.search(r"http://127\.0\.0\.1:\d+/lab/tree/notebooks/\S+", line):
            address = found[0]
            break
    if not address:
        sys.exit(f"{' '.join(command)} printed no address and ended with {start.wait()}.")
    seconds = time.monotonic() - began
    known, unknown = status(address), status(address.split("/lab/")[0] + "/api/contents")
    stopped = subprocess.run([*command[: command.index("start")], "stop"]).returncode
    ended = start.wait(60)
    giving_up.cancel()
    print(f"With the token {known}, without 403: {unknown}; stop ended with {stopped}, start with {ended}.")
    if (known, unknown, stopped, ended) != (200, 403, 0, 0):
        sys.exit("The smoke test failed.")
    print(f"JupyterLab answered after {seconds:.0f} s and was stopped.")


if __name__ == "__main__":
    main(sys.argv[1:])
