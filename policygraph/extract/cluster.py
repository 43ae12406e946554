"""The address of a Dask scheduler in, a way to hand out work to its workers out.

The workers need the package and nothing else: a task carries the bytes that it reads, and gives back text.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from policygraph.errors import PolicygraphError

__all__ = ["ClusterError", "connected"]

_PATIENCE = "10s"


class ClusterError(PolicygraphError, OSError):
    """The cluster cannot be reached, or the library `dask` is not installed; the message says which."""


@contextmanager
def connected(
    address: str, act: Callable[..., Any], *shared: Any, **options: Any
) -> Iterator[tuple[Callable[..., Any], int]]:
    """What hands out calls of `act`, with `shared` behind their arguments, and how many workers there are.

    What is shared goes to each worker once. Raises ClusterError.
    """
    if importlib.util.find_spec("distributed") is None:
        raise ClusterError("pip install policygraph[scale]")
    # 0.5 s that no other command should pay for
    import distributed  # noqa: PLC0415

    # the library does not type its own calls
    connect: Any = distributed.Client

    try:
        client = connect(address, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise ClusterError(str(error)) from None
    with client:
        width = len(client.scheduler_info(n_workers=-1)["workers"])
        if not width:
            raise ClusterError("it has no workers")
        # without a hash: that of a graph's names would take longer than to read with them
        sent = [client.scatter(one, broadcast=True, hash=False) for one in shared]
        yield (lambda *arguments: client.submit(act, *arguments, *sent, pure=False, retries=0, **options)), width
