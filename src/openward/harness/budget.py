"""Runs a function for at most so many seconds, without leaving it running behind."""

import ctypes
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TypeVar

from openward.domain.errors import ServiceError

Result = TypeVar("Result")


class _StopError(BaseException):
    """Raised inside the thread of a function that used up its time."""


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """The result of `work`, computed in a thread of its own.

    When the time is used up, an exception is raised inside that thread, so that a loop in Python ends.

    Raises:
        ServiceError: the time was used up.
    """
    box: Future[Result] = Future()
    thread = threading.Thread(target=_fill, args=(box, work), daemon=True)
    thread.start()
    try:
        return box.result(timeout=seconds)
    except FutureTimeoutError:
        if box.done():
            return box.result()
        _interrupt(thread)
        msg = f"the service used up its budget of {seconds:g} s and was stopped"
        raise ServiceError(msg) from None


def _fill(box: "Future[Result]", work: Callable[[], Result]) -> None:
    try:
        box.set_result(work())
    except _StopError:
        return
    except BaseException as error:  # noqa: BLE001 - it is raised again where the result is asked for
        box.set_exception(error)


def _interrupt(thread: threading.Thread) -> None:
    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_StopError))
