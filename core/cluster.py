"""Work on other machines: spread over the workers of a dask scheduler that is there already, never one of our own.

Needs the extra `cluster`. The workers must have the same version of Ackademy; they need not see the same files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from core.record import engine_version

Given = TypeVar("Given")
Made = TypeVar("Made")

PATIENCE_S = 20
"""How long a scheduler may take to answer."""
MISSING = "--dask needs the extra `cluster`, which is not installed here: pip install 'ackademy[cluster]'"


class ClusterError(RuntimeError):
    """A cluster cannot be used; in words."""


def spread(
    address: str, function: Callable[[Given], Made], pieces: Sequence[Given], *, same_engine: bool = True
) -> Iterator[tuple[int, Made]]:
    """The place of each piece and what the function, one of a module, makes of it on some worker, as they are done.

    address  of the scheduler, such as tcp://host:8786.

    Raises ClusterError if no scheduler answers, it has no workers, they have another version of Ackademy, or a piece of
    work ended its worker time and again.
    """
    try:
        import distributed
    except ImportError:
        raise ClusterError(MISSING) from None
    library: Any = distributed  # it has no types
    try:
        client = library.Client(address, timeout=PATIENCE_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no dask scheduler answers at {address}: {error}") from None
    with client:
        if same_engine:
            _check(client, address)
        jobs = _submitted(client, function, pieces)
        places = {job.key: place for place, job in enumerate(jobs)}
        for job in library.as_completed(jobs, loop=client.loop):
            try:
                made = job.result()
            except Exception as error:  # whatever a worker raised, or its end
                raise ClusterError(f"at {address}: {type(error).__name__}: {error}") from None
            yield places[job.key], made


def _submitted(client: Any, function: Callable[[Given], Made], pieces: Sequence[Given]) -> list[Any]:
    """A job for each piece. Not by what goes into it: equal pieces are two pieces of work, and nothing is kept."""
    return [client.submit(function, piece, pure=False) for piece in pieces]


def _check(client: Any, address: str) -> None:
    """Raises ClusterError."""
    mine = engine_version()
    try:
        found = client.run(engine_version)
    except ImportError:
        raise ClusterError(f"the workers of {address} have no Ackademy: install version {mine} there") from None
    if not found:
        raise ClusterError(f"the scheduler at {address} has no workers")
    others = sorted({version for version in found.values() if version != mine})
    if others:
        raise ClusterError(f"the workers of {address} have Ackademy {', '.join(others)}, and this is {mine}")
