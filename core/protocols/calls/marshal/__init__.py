"""Marshalling a record by hand, in CORBA's CDR.

Problem      a record is to leave one machine's memory and arrive in another's, which keeps numbers and texts otherwise.
Rule         the members in the order of the interface, nothing said of their names or types; each number at a multiple
             of its size, in the sender's byte order; a string is a length that counts its closing NUL, and its bytes.
             A flag tells the sender's order: the receiver makes it right.
Simplified   both have the interface already; the flag travels beside the record, not in a GIOP header; no exceptions:
             what the archive cannot read it sends back.
Source       CORBA 3.3 part 2, 9.3; Coulouris et al. 5e §4.3.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.kernel.protocol import Protocol
from core.kernel.scenario import LinkSpec, NodeSpec, Scenario
from core.kernel.time import MILLISECOND, SECOND
from core.protocols.calls.marshal.choices import CHOICES
from core.protocols.calls.marshal.laws import LAWS
from core.protocols.calls.marshal.machine import Archive, Clerk
from core.protocols.calls.marshal.messages import Deposit, Receipt, records_of
from core.protocols.calls.marshal.personas import PERSONAS
from core.protocols.calls.marshal.terms import TERMS
from core.wire.cdr import codec_for


def _fits(role: str, parameters: Mapping[str, Any]) -> None:
    """Raises ValueError if a clerk's records are not of its interface."""
    if role == "clerk":
        records_of(parameters["records"], parameters["interface"])


PROTOCOL = Protocol(
    name="marshal",
    title="Marshalling",
    terms=TERMS,
    roles={"clerk": Clerk, "archive": Archive},
    messages=(Deposit, Receipt),
    codec=codec_for(Deposit, Receipt),
    choices=CHOICES,
    personas=PERSONAS,
    laws=LAWS,
    service="stream",
    fits=_fits,
    admits=lambda cast: cast.points("archive", "archive"),
)  # fmt: skip


def _scenario(name: str, clerk: dict[str, Any], archive: dict[str, Any]) -> Scenario:
    return Scenario(
        name=name,
        protocols={"marshal": PROTOCOL},
        nodes=(NodeSpec("clerk", "marshal", "clerk", clerk), NodeSpec("archive", "marshal", "archive", archive)),
        default_link=LinkSpec(latency=40 * MILLISECOND),
        win=(PROTOCOL.goal("archive has filed every record of clerk as it was meant"),),
        limit=20 * SECOND,
    )


_WIDE = {"interface": "octet mark, unsigned long long id, string name, unsigned short port, octet end"}
PROTOCOL = PROTOCOL.with_scenarios(
    _scenario("Smith of London", {}, {}),
    _scenario("a little clerk and a big archive", {"records": "Zoé, Orléans, 1999", "little": True}, {}),
    _scenario(
        "wide numbers",
        {**_WIDE, "records": "1, 70000000000, a, 80, 2; 3, 5, abcdefg, 443, 4"},
        {**_WIDE, "little": True},
    ),
)
