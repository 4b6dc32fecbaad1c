"""Catalogues of texts in other languages, as gettext has them: one file a language, `de.po` beside this one.

What can be translated: the campaign's levels and worlds (all that people read of them), the rooms (questions, verdicts,
laws, measures, personas, terms), what kernel, rooms, pictures and screens mark (`core.kernel.language`), and the table
of keys. A text that a catalogue does not have is said in English, and listed by `ackademy translations`; so is one
whose {places} are not those of the English text, for it cannot be filled in.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from gettext import c2py
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from core.kernel import language
from core.kernel.choice import Choice, Domain
from core.kernel.domains import Fields, Number, Odds, OneOf
from core.kernel.hand import MOVES as HAND_MOVES
from core.kernel.inspector import MEASURES as INSPECTOR_MEASURES
from core.kernel.inspector import MOVES as INSPECTOR_MOVES
from core.kernel.laws import MESSAGES, SENT, TIME, Measure
from core.kernel.network import FATE, FATES
from core.protocols import BY_NAME, simplified
from levels.schema import TERMS
from levels.translated import OF_LEVEL, OF_TEXT

if TYPE_CHECKING:
    from polib import POFile

    from core.kernel.protocol import Protocol

HOME = Path(__file__).parent
LEVELS = HOME.parent
ROOT = LEVELS.parent
MARKS = ("said", "counted", "later", "written")
"""The names of core.kernel.language that mark a text."""
TOLD_BY = ("view", "badge")
"""Functions of a machine whose every word is told to people."""
_PLACE = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Message:
    """A text that can be translated, and where it is from: "level premise/echo", "room echo", "kernel", "screens".
    `many`: what it is for any other number than one, of a text that counts; else ""."""

    text: str
    origin: str
    many: str = ""


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
    if found:
        rule = _file(found).metadata.get("Plural-Forms", "").partition("plural=")[2].rstrip(";") or "n != 1"
        language.use(catalogue(found), plurals(found), c2py(rule))
    elif not language.is_english():
        language.use({})
    return found


def catalogue(code: str) -> dict[str, str]:
    """English text → text, of all that is translated and fits. Raises UnknownLanguageError."""
    return {
        one.msgid: one.msgstr
        for one in _file(code)
        if one.msgstr and not one.obsolete and not one.msgid_plural and not _unfit(one.msgid, one.msgstr)
    }


def plurals(code: str) -> dict[str, tuple[str, ...]]:
    """English text for one → its forms, of all that counts and is translated whole. Raises UnknownLanguageError."""
    found = {}
    for one in _file(code):
        forms = tuple(form for _, form in sorted(one.msgstr_plural.items()))
        if forms and all(forms) and not one.obsolete and not any(_unfit(one.msgid_plural, form) for form in forms):
            found[one.msgid] = forms
    return found


def missing(code: str) -> list[Message]:
    """What this language does not say, or not so that it could be filled in."""
    known, counted = catalogue(code), plurals(code)
    return [one for one in messages() if one.text not in (counted if one.many else known)]


def stale(code: str) -> list[str]:
    """What the catalogue translates and nobody says any more."""
    every = {(one.text, one.many) for one in messages()}
    return [one.msgid for one in _file(code) if not one.obsolete and (one.msgid, one.msgid_plural) not in every]


def _file(code: str) -> POFile:
    import polib  # only who reads another language waits for it

    path = HOME / f"{code}.po"
    if code not in codes():
        raise UnknownLanguageError(f"there is no catalogue {path.name!r}: there is {', '.join(codes()) or 'none'}")
    return polib.pofile(str(path), encoding="utf-8")


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
    file.metadata = {
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    found: dict[tuple[str, str], list[str]] = {}
    for one in messages():
        found.setdefault((one.text, one.many), []).append(one.origin)
    for (text, many), origins in found.items():
        forms = {"msgid_plural": many, "msgstr_plural": {0: "", 1: ""}} if many else {}
        file.append(polib.POEntry(msgid=text, occurrences=[(origin, "") for origin in dict.fromkeys(origins)], **forms))
    return str(file)


# What there is to be said


def messages() -> list[Message]:
    """All texts, levels first; one that is said in several places stands there several times."""
    rooms = (one for room in BY_NAME.values() for one in _of_room(room))
    found = [*_of_levels(), *rooms, *_of_sources(), *_of_screens()]
    return [one for one in found if one.text.strip()]


def _of_levels() -> Iterator[Message]:
    import tomllib

    campaign = tomllib.loads((LEVELS / "campaign.toml").read_text("utf-8"))
    rows = tomllib.loads((LEVELS / "curriculum.toml").read_text("utf-8"))["rows"]
    for world in campaign["world"]:
        for text in texts_of_world(world):
            yield Message(text, f"world {world['id']}")
        for path in sorted((LEVELS / str(world["id"])).glob("*.toml")):
            values = tomllib.loads(path.read_text("utf-8"))
            origin = f"level {world['id']}/{path.stem.partition('-')[2]}"
            yield from (Message(text, origin) for text in texts_of_level(values))
            yield from (Message(rows[row], origin) for row in covered_by(values) if row in rows)


def covered_by(values: Mapping[str, Any]) -> Iterator[str]:
    """The rows of the curriculum that a level and its acts cover, by its file's values."""
    for head, _ in _parts(values):
        covers = head.get("covers", ())
        yield from (row for row in covers if isinstance(row, str))


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
        yield from (Message(text, origin) for text in _of_choice(choice))
    for bet in room.bets:
        yield from (Message(text, origin) for text in (bet.question, bet.what, *bet.sides))
    for text in (simplified(room.name), *(law.name for law in room.laws), *room.terms.values()):
        yield Message(text, origin)
    for kind in _spelt_out(room.messages):
        yield from (Message(one.name, origin) for one in fields(kind))
    shades = () if room.shade is None else (room.shade.words, *room.shade.steps)
    for text in (*shades, *(text for one in room.intervals for text in (one.name, one.words))):
        yield Message(text, origin)
    for measure in room.measures:
        yield from (Message(text, origin) for text in _of_measure(measure))
    for persona in room.personas:
        yield from (Message(text, origin) for text in (persona.name, persona.words))


def _spelt_out(kinds: Iterable[Any]) -> Iterator[Any]:
    """Messages, and what they are made of, that are told by the names of their fields."""
    for kind in kinds:
        if is_dataclass(kind) and kind.__str__ is object.__str__:
            yield kind
            hints = get_type_hints(kind).values()
            yield from _spelt_out(part for hint in hints for part in (hint, *get_args(hint)))


def _of_choice(choice: Choice) -> Iterator[str]:
    """A choice's question, the words on its answers, its cases, and what its answers are called."""
    yield from (choice.question, *(answer.words for answer in choice.answers.values()), *choice.cases, choice.not_now)
    yield choice.label or choice.name.rpartition(".")[2].replace("_", " ")
    yield from _of_domain(choice.domain)


def _of_domain(domain: Domain) -> Iterator[str]:
    """What options, parts and units are called, as far as that does not hang on the question."""
    yield from (found for name in ("none", "taken", "blank") if isinstance(found := getattr(domain, name, ""), str))
    options = getattr(domain, "options", getattr(domain, "items", ()))
    if isinstance(options, tuple):
        yield from (option for option in options if isinstance(option, str))
    if isinstance(domain, OneOf):
        yield from domain.words.values()
    if isinstance(domain, Odds):
        yield from domain.sides
    elif isinstance(domain, Number) and len(domain.unit) > 2:  # "ms" and "%" are the same everywhere
        yield from dict.fromkeys((domain.unit, domain.unit.removesuffix("s")))
    if isinstance(domain, Fields):
        for name, part in domain.parts:
            yield name
            yield from _of_domain(part)


def _of_measure(measure: Measure) -> Iterator[str]:
    """A measure's name, what one of them is called, and what it is."""
    yield from (measure.name, measure.name.removesuffix("s"), measure.words)


def _of_screens() -> Iterator[Message]:
    """What all levels explain and are measured by, and the table of keys."""
    for choice in (*HAND_MOVES, *INSPECTOR_MOVES, FATE):
        yield from (Message(text, "kernel") for text in _of_choice(choice))
    yield from (Message(text, "kernel") for one in INSPECTOR_MEASURES for text in _of_measure(one))
    yield from (Message(text, "kernel") for text in FATES)
    yield from (Message(text, "screens") for text in TERMS.values())
    yield from (Message(text, "screens") for one in (MESSAGES, SENT, TIME) for text in _of_measure(one))
    for node in ast.walk(ast.parse((ROOT / "tui/keymap.py").read_text("utf-8"))):
        if isinstance(node, ast.Call) and _name_of(node) == "Action":
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            yield from (Message(text, "screens") for text in texts[2:5])
        elif isinstance(node, ast.ClassDef) and node.name == "Scope":
            values = [one.value for one in node.body if isinstance(one, ast.Assign)]
            yield from (Message(str(one.value), "screens") for one in values if isinstance(one, ast.Constant))


def _of_sources() -> Iterator[Message]:
    """What the files of kernel, rooms, pictures and screens mark."""
    for folder in ("core", "levels", "tui"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            origin = _origin_of(path.relative_to(ROOT))
            yield from (Message(text, origin, many) for text, many in marked_in(path))


def _origin_of(path: Path) -> str:
    """Whose texts a file of ours marks: those of a room and of its picture are the room's."""
    if path.parts[:2] in (("core", "protocols"), ("tui", "pictures")) and len(path.parts) > 3:
        name = path.with_suffix("").parts[3]
        rooms = [room for room in BY_NAME if name == room or name.startswith(f"{room}_")]
        if rooms:
            return f"room {max(rooms, key=len)}"
    return "screens" if path.parts[0] == "tui" else "kernel"


@lru_cache(maxsize=2_000)
def marked_in(path: Path) -> tuple[tuple[str, str], ...]:
    """(text, "" or what it is for another number than one) of all that a file of Python marks."""
    found = []
    source = path.read_text("utf-8")
    if not any(name in source for name in (*MARKS, *(f"def {name}(" for name in TOLD_BY))):
        return ()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name in TOLD_BY:
            found += [(text, "") for text in _constants(node)]
        if not isinstance(node, ast.Call) or (name := _name_of(node)) not in MARKS:
            continue
        texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if name == "counted" and len(texts) > 1:
            found.append((texts[0], texts[1]))
        elif name == "later" and texts:
            found += [(text, "") for text in texts[0].split("   ")]
        elif texts and isinstance(node.args[0], ast.Constant):
            found.append((texts[0], ""))
    return tuple(found)


def _constants(function: ast.FunctionDef) -> Iterator[str]:
    """The words that a function of a machine puts into what it tells of itself; what it fills in it marks itself."""
    parts = {id(part) for node in ast.walk(function) if isinstance(node, ast.JoinedStr) for part in node.values}
    marked = {
        id(one)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and _name_of(node) in MARKS
        for one in node.args
    }
    documented = ast.get_docstring(function, clean=False)
    for node in ast.walk(function):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in parts | marked:
            continue
        if node.value != documented and any(letter.isalpha() for letter in node.value):
            yield node.value.replace("_", " ")


def _name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""
