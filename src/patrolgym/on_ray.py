"""The same work on many things, by a Ray cluster."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from .errors import UserError

Item = TypeVar("Item")
Result = TypeVar("Result")


def spread_on_ray(
    work: Callable[[Item], Result], items: Sequence[Item], prepare: Callable[[], None]
) -> Iterator[Result]:
    """Results of `work` on each of `items` as they come in, in any order.

    The cluster is the one that RAY_ADDRESS names, else a local one of all cores; each item takes one core of it.

    Args:
        work: picklable.
        items: picklable.
        prepare: called before each item where it is worked on.

    Raises:
        UserError: Ray is not installed, or the cluster cannot be reached.
    """
    ray = _started()

    def one(item: Item) -> Result:
        prepare()
        return work(item)

    remote = ray.remote(num_cpus=1)(one)
    pending = [remote.remote(item) for item in items]
    try:
        while pending:
            done, pending = ray.wait(pending)
            yield ray.get(done[0])
    finally:
        for task in pending:
            ray.cancel(task, force=True)
        ray.shutdown()


def _started() -> Any:
    """Ray, connected."""
    try:
        import ray
    except ImportError:
        raise UserError("--workers ray needs Ray: pip install 'patrolgym[distributed]'") from None
    try:
        ray.init(log_to_driver=False, include_dashboard=False, ignore_reinit_error=True)
    except Exception as error:
        raise UserError(f"cannot reach a Ray cluster: {' '.join(str(error).split())[:200]}") from None
    return ray
