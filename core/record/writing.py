"""Run files: writing."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from core.kernel.data import as_json
from core.kernel.scenario import Arrival
from core.kernel.world import Answered
from core.record.identity import Signer
from core.record.run import FORMAT, First, Handed, Header, Result


def line_of(data: Mapping[str, Any]) -> str:
    """One line of a run file."""
    return json.dumps(data, ensure_ascii=True, separators=(", ", ": ")) + "\n"


def header_line(header: Header) -> str:
    """The first line of a run file."""
    return line_of(
        {
            "ackademy": "run",
            "format": FORMAT,
            "kind": header.kind,
            "engine": header.engine,
            "rules": dict(header.rules),
            "level": header.level,
            "text": header.text,
            "scenario": header.scenario,
            "seed": header.seed,
            **({"player": header.player} if header.player else {}),
            **({"began": header.began} if header.began else {}),
            **({} if header.explored is None else {"explored": asdict(header.explored)}),
        }
    )


def answer_line(given: Answered, by: str, took: int | None = None) -> str:
    """The line of one answer; `took`: ms by the clock on the wall."""
    data = {name: getattr(given, name) for name in ("after", "at", "node", "choice")}
    took_ms = {} if took is None else {"took": took}
    return line_of({**data, "value": as_json(given.value), "how": given.how, "by": by, **took_ms})


def first_line(first: First) -> str:
    """The line of the first answer to a case."""
    return line_of({"first": first.choice, "case": first.case, "value": as_json(first.value), "label": first.label})


def handed_line(handed: Handed) -> str:
    """The line of a case that runs by itself from now on, or does no longer."""
    return line_of({"handed" if handed.over else "returned": handed.choice, "case": handed.case})


def seal_line(checksum: bytes, signer: Signer | None) -> str:
    """The line that seals all before it, of which this is the SHA-256. What cannot be signed is sealed all the same."""
    signature = None if signer is None else signer.sign(checksum)
    return line_of({"seal": checksum.hex(), **({} if signature is None else {"signature": signature})})


def journal_line(arrival: Arrival) -> str:
    """The line of one arrival in a live run's file, as line_of would write it.

    Put together by hand: thousands a second are written while peers wait, and an encoder takes five times as long.
    """
    stream = f', "stream": {_quoted(arrival.connection)}' if arrival.connection else ""
    came = f', "hex": "{arrival.data.hex()}"' if arrival.what in ("datagram", "data") else ""
    return (
        f'{{"came": {arrival.at}, "from": {_quoted(arrival.source)}, "to": {_quoted(arrival.destination)}, '
        f'"what": {_quoted(arrival.what)}{stream}{came}}}\n'
    )


@lru_cache(1024)
def _quoted(text: str) -> str:
    return json.dumps(text)


def write(
    path: Path | str,
    header: Header,
    answers: Sequence[Answered],
    result: Result | None = None,
    by: str = "you",
    *,
    journal: Sequence[Arrival] = (),
    ended: int | None = None,
    signer: Signer | None = None,
) -> None:
    """A whole run at once (a headless one, say), sealed. The file is there in full or not at all, but for a pipe or a
    device, which stays one. Raises OSError."""
    target = Path(path)
    if signer is not None:
        header = replace(header, player=signer.player)
    lines = [header_line(header), *map(journal_line, journal), *(answer_line(given, by) for given in answers)]
    if ended is not None:
        lines.append(line_of({"ended": ended}))
    if result is not None:
        lines.append(line_of({"result": asdict(result)}))
    lines.append(seal_line(sha256("".join(lines).encode("ascii")).digest(), signer))
    if target.exists() and not target.is_file():
        with target.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
        return
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
        draft.replace(target)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from None
    finally:
        draft.unlink(missing_ok=True)
