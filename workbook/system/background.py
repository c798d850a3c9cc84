"""Does what nobody waits for behind the scenes, one thing after another; all of it is done before Python ends."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_worker = ThreadPoolExecutor(1, thread_name_prefix="workbook-later")


def later(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
    """Have `work` done soon. The future tells when, and what it raised, to whoever asks."""
    return _worker.submit(work, *args, **kwargs)
