"""What must be true of records that were written here and read there."""

from __future__ import annotations

from core.kernel.laws import Evidence, always, eventually
from core.kernel.ready_laws import always_each, sometimes_one
from core.protocols.calls.marshal.machine import Archive, Clerk

READABLE = "every archive can read what it gets"
AS_MEANT = "no archive files what its clerk did not mean"


def _as_meant(evidence: Evidence) -> bool:
    clerks = {clerk.name: clerk.meant for clerk in evidence.running(Clerk)}
    return all(
        0 < number <= len(clerks[source]) and clerks[source][number - 1] == values
        for archive in evidence.running(Archive)
        for source, number, values in archive.filed
        if source in clerks
    )


def _filed(evidence: Evidence, clerk: str, archive: str) -> bool:
    writer, reader = evidence.machine(clerk, Clerk), evidence.machine(archive, Archive)
    if writer is None or reader is None:
        return False
    return [values for source, _, values in reader.filed if source == clerk] == list(writer.meant)


LAWS = (
    always_each(READABLE, Archive, lambda archive: archive.refused == 0),
    always(AS_MEANT, _as_meant),
    sometimes_one("a gap is filled", Clerk, lambda clerk: clerk.gaps > 0),
    sometimes_one("a number is swapped", Archive, lambda archive: archive.swapped > 0),
    eventually("{archive:node} has filed every record of {clerk:node} as it was meant", _filed, assumes=("no_crash",)),
)
