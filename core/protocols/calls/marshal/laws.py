"""What must be true of records that were written here and read there."""

from __future__ import annotations

from core.kernel.laws import Evidence, always, eventually, sometimes
from core.protocols.calls.marshal.machine import Archive, Clerk

READABLE = "every archive can read what it gets"
AS_MEANT = "no archive files what its clerk did not mean"


def _readable(evidence: Evidence) -> bool:
    return all(archive.refused == 0 for archive in evidence.running(Archive))


def _as_meant(evidence: Evidence) -> bool:
    clerks = {clerk.name: clerk.meant for clerk in evidence.running(Clerk)}
    return all(
        0 < number <= len(clerks[source]) and clerks[source][number - 1] == values
        for archive in evidence.running(Archive)
        for source, number, values in archive.filed
        if source in clerks
    )


def _filed(evidence: Evidence, clerk: str, archive: str) -> bool:
    writer, reader = evidence.machine(clerk), evidence.machine(archive)
    if not isinstance(writer, Clerk) or not isinstance(reader, Archive):
        return False
    return [values for source, _, values in reader.filed if source == clerk] == list(writer.meant)


LAWS = (
    always(READABLE, _readable),
    always(AS_MEANT, _as_meant),
    sometimes("a gap is filled", lambda evidence: any(clerk.gaps for clerk in evidence.running(Clerk))),
    sometimes("a number is swapped", lambda evidence: any(archive.swapped for archive in evidence.running(Archive))),
    eventually("{archive:node} has filed every record of {clerk:node} as it was meant", _filed, assumes=("no_crash",)),
)
