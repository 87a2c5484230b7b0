"""Where chunks are worked on: this process, the cores of this machine, or a Ray cluster; results come in order."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from openward.domain.errors import InputError, ServiceError, SettingsError
from openward.doors.batch.rows import Result
from openward.doors.batch.worker import Chunk, Job, Worker, start, work
from openward.ward import Ward

Pool = Callable[[Iterator[Chunk]], Iterator[list[Result]]]


def pool_of(engine: str, job: Job, ward: Ward, workers: int | None) -> Pool:
    """The pool for an engine's name."""
    count = workers if workers is not None else os.cpu_count() or 1
    if count < 1:
        msg = "--workers must be at least 1"
        raise InputError(msg)
    if engine == "ray":
        return lambda chunks: _ray(job, chunks, count)
    if engine != "local":
        msg = f"--engine is '{engine}'; it can be local or ray"
        raise InputError(msg)
    if count == 1:
        return lambda chunks: map(Worker(job, ward).work, chunks)
    return lambda chunks: _local(job, chunks, count)


def _local(job: Job, chunks: Iterator[Chunk], workers: int) -> Iterator[list[Result]]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=start, initargs=(job,)) as pool:
        try:
            yield from _in_order(chunks, lambda chunk: pool.submit(work, chunk), Future.result, 2 * workers)
        except BrokenProcessPool as error:
            msg = "a worker process died (out of memory?); run the same command again to go on where it stopped"
            raise ServiceError(msg) from error


def _in_order(
    chunks: Iterator[Chunk], submit: Callable[[Chunk], Any], result: Callable[[Any], list[Result]], ahead: int
) -> Iterator[list[Result]]:
    """Keeps at most `ahead` chunks in work, so that memory stays constant."""
    waiting: deque[Any] = deque()
    for chunk in chunks:
        waiting.append(submit(chunk))
        if len(waiting) >= ahead:
            yield result(waiting.popleft())
    while waiting:
        yield result(waiting.popleft())


def _ray(job: Job, chunks: Iterator[Chunk], workers: int) -> Iterator[list[Result]]:
    try:
        import ray
    except ImportError as error:
        msg = "--engine ray needs the extra 'ray': pip install 'openward[ray]'"
        raise SettingsError(msg) from error
    if not ray.is_initialized():
        ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False)
    actors = [ray.remote(Worker).remote(job) for _ in range(workers)]
    turn = iter(range(1 << 62))
    yield from _in_order(chunks, lambda c: actors[next(turn) % workers].work.remote(c), ray.get, 2 * workers)  # noqa: PLW0108 - another actor each time
