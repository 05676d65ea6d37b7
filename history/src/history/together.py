"""Several requests on their way at once, so that a service can write them to disk together."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
AT_ONCE = 8


def together(
    work: Callable[[T], R], items: Iterable[T], at_once: int = AT_ONCE
) -> Iterator[tuple[T, R]]:
    """Yield each item with its result as they come; the first failure is raised, and ends it."""
    waiting = iter(items)
    with ThreadPoolExecutor(at_once) as pool:
        under_way: dict[Future[R], T] = {}
        try:
            for item in islice(waiting, at_once):
                under_way[pool.submit(work, item)] = item
            while under_way:
                done, _ = wait(under_way, return_when=FIRST_COMPLETED)
                for future in done:
                    yield under_way.pop(future), future.result()
                for item in islice(waiting, len(done)):
                    under_way[pool.submit(work, item)] = item
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
