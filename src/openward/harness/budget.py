"""Runs a function for at most so many seconds, without leaving it running behind."""

import contextlib
import ctypes
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Final, TypeVar

from openward.domain.errors import ServiceError

Result = TypeVar("Result")
# An exception that arrives inside a finalizer is swallowed there, so it is raised again until the thread has ended.
_TRIES: Final = 50
_BETWEEN: Final = 0.2


class _StopError(BaseException):
    """Raised inside the thread of a function that used up its time."""


def within(seconds: float, work: Callable[[], Result], *, over: threading.Event | None = None) -> Result:
    """The result of `work`, computed in a thread of its own.

    When the time is used up, an exception is raised inside that thread, so that a loop in Python ends. Work that writes
    to stores must not be cut off there, or they stay locked: it is given `over`, which is set instead, and looks at it.

    Raises:
        ServiceError: the time was used up.
    """
    box: Future[Result] = Future()
    thread = threading.Thread(target=_fill, args=(box, work), name="openward-run", daemon=True)
    thread.start()
    try:
        return box.result(timeout=seconds)
    except FutureTimeoutError:
        if box.done():
            return box.result()
        if over is None:
            threading.Thread(target=_end, args=(thread,), name="openward-stop", daemon=True).start()
        else:
            over.set()
        msg = f"the service used up its budget of {seconds:g} s and was stopped"
        raise ServiceError(msg) from None


def _fill(box: "Future[Result]", work: Callable[[], Result]) -> None:
    with contextlib.suppress(_StopError):  # one that arrives where the work has ended already
        try:
            box.set_result(work())
        except _StopError:
            return
        except BaseException as error:  # noqa: BLE001 - it is raised again where the result is asked for
            box.set_exception(error)


def _end(thread: threading.Thread) -> None:
    for _ in range(_TRIES):
        if thread.ident is None or not thread.is_alive():
            return
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_StopError))
        thread.join(_BETWEEN)
