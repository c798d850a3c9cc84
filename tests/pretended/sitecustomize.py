"""Shows the modules of `workbook` another system: PRETENDED=win32 or darwin, with this folder on PYTHONPATH.

Python imports it by itself when it starts. The standard library and all packages go on seeing the real system: each
module of `workbook` gets an `__import__` of its own, which hands out changed copies of the modules named below. What
this can't show, real locks of open files, code pages, the console, is for `.ci/windows_under_wine`.
"""

import builtins
import importlib.machinery
import os
import signal
import socket
import subprocess
import sys
import types

SYSTEM = os.environ.get("PRETENDED", "")
MISSING = {  # of what Linux has: names of a module, or the module
    "win32": {
        "os": "fork forkpty setsid killpg getpgid getuid geteuid getgid chown lchown mkfifo openpty WNOHANG waitpid "
        "waitstatus_to_exitcode sched_getaffinity pwrite uname getloadavg nice statvfs",
        "signal": "SIGKILL SIGHUP SIGUSR1 SIGUSR2 SIGALRM SIGCHLD SIGSTOP SIGCONT SIGPIPE alarm pthread_kill",
        "socket": "AF_UNIX send_fds recv_fds SO_REUSEPORT",
        "": "fcntl resource pwd grp termios tty pty readline",
    },
    "darwin": {"os": "sched_getaffinity memfd_create pidfd_open", "socket": "SOCK_SEQPACKET", "": ""},
}


class Seen(types.ModuleType):
    """A module as it looks there: `other` names, some `missing`, the rest looked up in the real one each time."""

    def __init__(self, real, missing="", **other):
        super().__init__(real.__name__, real.__doc__)
        vars(self).update({"__real": real, "__missing": frozenset(missing.split()), **other})

    def __getattr__(self, name):
        if name in vars(self)["__missing"]:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r} on {SYSTEM}")
        return getattr(vars(self)["__real"], name)

    def __setattr__(self, name, value):
        setattr(vars(self)["__real"], name, value)


def windows_process(start):
    """`subprocess.run` or `Popen` with what Windows takes and Linux doesn't, and the other way round."""

    def started(*given, creationflags=0, start_new_session=False, **more):
        if start_new_session:
            raise ValueError("Windows has no sessions.")
        return start(*given, start_new_session=bool(creationflags), **more)

    return started


class WindowsPopen(subprocess.Popen):
    """The same as a class, because it is also one that is named in types."""

    def __init__(self, *given, creationflags=0, start_new_session=False, **more):
        if start_new_session:
            raise ValueError("Windows has no sessions.")
        super().__init__(*given, start_new_session=bool(creationflags), **more)


def no_links(*_, **__):
    raise OSError(22, "A required privilege is not held by the client", None, 1314)


def locked(descriptor, mode, _length):
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_UN if mode == 0 else fcntl.LOCK_EX | fcntl.LOCK_NB)


def seen():
    """The modules that are handed out, by name."""
    missing = MISSING[SYSTEM]
    found = {"sys": Seen(sys, platform=SYSTEM), "os": Seen(os, missing["os"])}
    found["signal"] = Seen(signal, missing.get("signal", ""))
    found["socket"] = Seen(socket, missing["socket"])
    if SYSTEM == "win32":
        found["os"] = Seen(os, missing["os"], name="nt", symlink=no_links)
        found["signal"] = Seen(signal, missing["signal"], SIGBREAK=21)
        flags = {"CREATE_NEW_PROCESS_GROUP": 0x200, "CREATE_NO_WINDOW": 0x8000000}
        found["subprocess"] = Seen(subprocess, Popen=WindowsPopen, run=windows_process(subprocess.run), **flags)
        found["msvcrt"] = types.SimpleNamespace(locking=locked, LK_NBLCK=2, LK_UNLCK=0, kbhit=lambda: False)
    return found


class Loader(importlib.machinery.SourceFileLoader):
    """Runs a module with an `__import__` of its own."""

    def exec_module(self, module):
        there, gone = seen(), MISSING[SYSTEM][""].split()

        def imported(name, given=None, local=None, fromlist=(), level=0):
            if not level and name in gone:
                raise ModuleNotFoundError(f"No module named {name!r} on {SYSTEM}", name=name)
            return (
                there[name] if not level and name in there else builtins.__import__(name, given, local, fromlist, level)
            )

        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": imported}
        super().exec_module(module)


class Finder:
    """Finds modules of `workbook` where they are, and lets `Loader` run them."""

    @staticmethod
    def find_spec(name, path, target=None):
        spec = importlib.machinery.PathFinder.find_spec(name, path) if name.split(".")[0] == "workbook" else None
        if spec and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = Loader(spec.loader.name, spec.loader.path)
        return spec


if SYSTEM:
    sys.meta_path.insert(0, Finder)
