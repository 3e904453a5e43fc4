"""The same work on many things, by several processes."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TypeVar

import cv2
from threadpoolctl import threadpool_limits

Item = TypeVar("Item")
Result = TypeVar("Result")


#: Instead of a number of processes: a Ray cluster.
RAY = "ray"


def spread(work: Callable[[Item], Result], items: Sequence[Item], workers: int | str) -> Iterator[Result]:
    """Results of `work` on each of `items` as they come in, in any order; with one worker in this process.

    Every process works on one thread. When the caller stops early, what is under way is stopped too.
    """
    if isinstance(workers, str):
        from .on_ray import spread_on_ray

        yield from spread_on_ray(work, items, _use_one_thread)
        return
    if workers == 1:
        _use_one_thread()
        yield from map(work, items)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_use_one_thread) as pool:
        try:
            for future in as_completed([pool.submit(work, item) for item in items]):
                yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in multiprocessing.active_children():
                worker.terminate()
            raise


def _use_one_thread() -> None:
    cv2.setNumThreads(1)
    threadpool_limits(1)
