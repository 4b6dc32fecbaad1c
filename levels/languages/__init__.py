"""Catalogues of texts in other languages, as gettext has them: one file a language, `de.po` beside this one.

What can be translated: the campaign's levels and worlds (all that people read of them), the rooms (questions, verdicts,
laws, measures, personas, terms), and what the screens mark by `said("…")` and `later("…")` or have in the table of
keys. A text that a catalogue
does not have is said in English, and listed by `ackademy translations`; so is one whose {places} are not those of the
English text, for it cannot be filled in.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

from core.kernel import language
from core.kernel.laws import MESSAGES, SENT, TIME, Measure
from core.protocols import BY_NAME
from levels.schema import TERMS
from levels.translated import OF_LEVEL, OF_TEXT

if TYPE_CHECKING:
    from core.kernel.protocol import Protocol

HOME = Path(__file__).parent
LEVELS = HOME.parent
_PLACE = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Message:
    """A text that can be translated, and where it is from: "level premise/echo", "room echo", "screens"."""

    text: str
    origin: str


class UnknownLanguageError(LookupError):
    """There is no catalogue of this language, in words."""


def codes() -> list[str]:
    """The languages of which there is a catalogue."""
    return sorted(path.stem for path in HOME.glob("*.po"))


def speak(code: str) -> str:
    """Say all texts in this language from now on, or the one without its land; the one that was found, "" for
    English."""
    wanted = code.replace("-", "_")
    found = next((one for one in (wanted, wanted.partition("_")[0]) if one in codes()), "")
    if found or not language.is_english():
        language.use(catalogue(found) if found else {})
    return found


def catalogue(code: str) -> dict[str, str]:
    """English text → text, of all that is translated and fits. Raises UnknownLanguageError."""
    return {text: said for text, said in _entries(code).items() if said and not _unfit(text, said)}


def missing(code: str) -> list[Message]:
    """What this language does not say, or not so that it could be filled in."""
    known = catalogue(code)
    return [one for one in messages() if one.text not in known]


def stale(code: str) -> list[str]:
    """What the catalogue translates and nobody says any more."""
    every = {one.text for one in messages()}
    return [text for text in _entries(code) if text not in every]


def _entries(code: str) -> dict[str, str]:
    import polib  # only who reads another language waits for it

    path = HOME / f"{code}.po"
    if code not in codes():
        raise UnknownLanguageError(f"there is no catalogue {path.name!r}: there is {', '.join(codes()) or 'none'}")
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path), encoding="utf-8") if not entry.obsolete}


def _unfit(text: str, said: str) -> bool:
    """Could the translation not be filled in where the text is?"""
    return not set(_PLACE.findall(said)) <= set(_PLACE.findall(text)) or (not _is_template(said) and _is_template(text))


def _is_template(text: str) -> bool:
    try:
        return bool(list(Formatter().parse(text)))
    except ValueError:
        return False


def template() -> str:
    """All texts as a catalogue without translations: what a translator begins with."""
    import polib

    file = polib.POFile()
    file.metadata = {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8"}
    found: dict[str, list[str]] = {}
    for one in messages():
        found.setdefault(one.text, []).append(one.origin)
    for text, origins in found.items():
        file.append(polib.POEntry(msgid=text, occurrences=[(origin, "") for origin in dict.fromkeys(origins)]))
    return str(file)


# What there is to be said


def messages() -> list[Message]:
    """All texts, levels first; one that is said in several places stands there several times."""
    found = [*_of_levels(), *(one for room in BY_NAME.values() for one in _of_room(room)), *_of_screens()]
    return [one for one in found if one.text.strip()]


def _of_levels() -> Iterator[Message]:
    import tomllib

    campaign = tomllib.loads((LEVELS / "campaign.toml").read_text("utf-8"))
    for world in campaign["world"]:
        for text in texts_of_world(world):
            yield Message(text, f"world {world['id']}")
        for path in sorted((LEVELS / str(world["id"])).glob("*.toml")):
            values = tomllib.loads(path.read_text("utf-8"))
            for text in texts_of_level(values):
                yield Message(text, f"level {world['id']}/{path.stem.partition('-')[2]}")


def texts_of_world(world: Mapping[str, Any]) -> Iterator[str]:
    """What people read of a world of the campaign."""
    yield from (world["title"], world["summary"])
    yield from (arc["name"] for arc in world.get("arc", ()))
    for card in world.get("card", ()):
        yield from (card["name"], card["pro"], card["con"], card["when"])


def texts_of_level(values: Mapping[str, Any]) -> Iterator[str]:
    """What people read of a level, by its file's values."""
    for head, text in _parts(values):
        yield from (head[name] for name in OF_LEVEL if isinstance(head.get(name), str))
        for name in OF_TEXT:
            found = text.get(name)
            every = list(found.values()) if isinstance(found, dict) else found if isinstance(found, list) else [found]
            yield from (one for one in every if isinstance(one, str))


def _parts(values: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """(title and summary, [text]) of the first act and of each further one."""
    acts = values.get("act", [])
    for head, part in [(values.get("level", {}), values), *((act, act) for act in acts if isinstance(act, dict))]:
        text = part.get("text", {})
        if isinstance(head, dict) and isinstance(text, dict):
            yield head, text


def translated(values: Mapping[str, Any]) -> dict[str, Any]:
    """The texts of a level in the language that is used, as levels.translated.put_texts takes them; {} in English."""
    if language.is_english():
        return {}
    parts = [_said_of(head, text) for head, text in _parts(values)]
    return {**(parts[0] if parts else {}), "act": parts[1:]}


def _said_of(head: Mapping[str, Any], text: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: _said(head[name]) for name in OF_LEVEL if name in head}
    return found | {name: _said(text[name]) for name in OF_TEXT if name in text}


def _said(value: Any) -> Any:
    if isinstance(value, str):
        return language.said(value)
    if isinstance(value, list):
        return [_said(one) for one in value]
    return {key: _said(one) for key, one in value.items()} if isinstance(value, dict) else value


def _of_room(room: Protocol) -> Iterator[Message]:
    origin = f"room {room.name}"
    for choice in room.choices:
        for text in (choice.question, *(answer.words for answer in choice.answers.values())):
            yield Message(text, origin)
        yield Message(choice.label or choice.name.rpartition(".")[2].replace("_", " "), origin)
    for text in (*(law.name for law in room.laws), *(bet.question for bet in room.bets), *room.terms.values()):
        yield Message(text, origin)
    for measure in room.measures:
        yield from (Message(text, origin) for text in _of_measure(measure))
    for persona in room.personas:
        yield from (Message(text, origin) for text in (persona.name, persona.words))


def _of_measure(measure: Measure) -> Iterator[str]:
    """A measure's name, what one of them is called, and what it is."""
    yield from (measure.name, measure.name.removesuffix("s"), measure.words)


def _of_screens() -> Iterator[Message]:
    """What the screens mark, found in their files; the table of keys, and the words of all levels."""
    yield from (Message(text, "screens") for text in TERMS.values())
    yield from (Message(text, "screens") for one in (MESSAGES, SENT, TIME) for text in _of_measure(one))
    for path in sorted((LEVELS.parent / "tui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if name in ("said", "later") and isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant):
                text = str(node.args[0].value)
                yield from (Message(one, "screens") for one in (text.split("   ") if name == "later" else [text]))
            elif name == "Action" and isinstance(node, ast.Call) and path.name == "keymap.py":
                texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                yield from (Message(text, "screens") for text in texts[2:5])
            elif isinstance(node, ast.ClassDef) and node.name == "Scope" and path.name == "keymap.py":
                values = [one.value for one in node.body if isinstance(one, ast.Assign)]
                yield from (Message(str(one.value), "screens") for one in values if isinstance(one, ast.Constant))
