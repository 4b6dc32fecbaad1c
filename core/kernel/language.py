"""The language in which texts are said: a catalogue of English texts and what stands for each.

Everything is written in English, and English is what falls back. There is one way for all texts, whoever shows them:

    said       a text, looked up at the moment at which it is shown; its {places} are filled in after that, so that
               another language may put them elsewhere.
    counted    one of two texts, by a number: "1 answer", "2 answers" (gettext's ngettext).
    later      a text of a table, that is said when it is shown.
    written    a text with its places filled in, in English: what traces, runs and levels keep and know it by.
    retold     such a text, in the language that is used: found again among all that are marked, by its shape.

Nothing here reads files: whoever knows where catalogues lie passes one in (levels.languages).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
"""A place in a text; in a law's name with what stands there: "{receiver:node} has every byte"."""
NAMES = frozenset({"node", "peer", "name", "names", "source", "destination", "client", "file", "folder", "theme"})
"""Places, or kinds of them, in which a name stands: it is the same in every language."""
ONE_NAME = frozenset({"node", "peer", "name", "source", "destination", "client"})
"""Those of them that are one word."""
LEAST_SHAPE = 2
"""Letters that a text has beside its places, or nothing can be told by its shape."""

_catalogue: dict[str, str] = {}
_plurals: dict[str, Sequence[str]] = {}
_shapes: list[tuple[re.Pattern[str], str, str]] = []
_retold: dict[str, str] = {}


def not_one(count: int) -> int:
    """Which of two forms is for a number, in English and most of its kin."""
    return int(count != 1)


_form: Callable[[int], int] = not_one


def use(
    texts: Mapping[str, str],
    plurals: Mapping[str, Sequence[str]] | None = None,
    form: Callable[[int], int] = not_one,
) -> None:
    """From now on these texts are said otherwise; {} is English. `plurals`: the text for one → its forms, `form`: which
    of them is for a number."""
    global _form
    for table in (_catalogue, _plurals, _retold):
        table.clear()
    _catalogue.update(texts)
    _plurals.update(plurals or {})
    _form = form
    _shapes[:] = sorted(_shapes_of(texts), key=lambda shape: -len(PLACE.sub("", shape[2])))


def _shapes_of(texts: Iterable[str]) -> Iterable[tuple[re.Pattern[str], str, str]]:
    for text in texts:
        plain = "{" not in PLACE.sub("", text)  # {me.number} is known only where the question is
        if plain and PLACE.search(text) and len(re.sub(r"[\W\d_]", "", PLACE.sub("", text))) >= LEAST_SHAPE:
            yield _shape(text)


def _shape(text: str) -> tuple[re.Pattern[str], str, str]:
    """What a filled-in text looks like, and the longest run of letters that stands in each."""
    pattern, end = "", 0
    named: set[str] = set()
    for match in PLACE.finditer(text):
        pattern += re.escape(text[end : match.start()])
        one = r"[\w.#-]+" if ONE_NAME & {match[1], match[2]} else ".+?"
        pattern += f"(?P={match[1]})" if match[1] in named else f"(?P<{match[1]}>{one})"
        named.add(match[1])
        end = match.end()
    kept = max(PLACE.sub("\0", text).split("\0"), key=len)
    return re.compile(pattern + re.escape(text[end:]), re.DOTALL), kept, text


def said(text: str, /, **places: object) -> str:
    """The text in the language that is used, or itself, if that has nothing for it; with its places filled in."""
    found = _catalogue.get(text, text)
    return found.format(**places) if places else found


def counted(one: str, many: str, count: int, /, **places: object) -> str:
    """The text for one, or that for any other number, in the language that is used; {count} is filled in by itself."""
    forms = _plurals.get(one)
    found = (one if count == 1 else many) if forms is None else forms[_form(count)]
    return found.format(count=count, **places)


def later(text: str) -> str:
    """The text as it is: one of a table, said when it is shown."""
    return text


def written(text: str, /, **places: object) -> str:
    """The text in English, filled in: as files and runs name it. Screens say it by `retold`."""
    return text.format(**places)


def retold(text: str) -> str:
    """A text that was filled in in English, in the language that is used; itself, if nothing of its shape is known.
    What stands in its places is told again, too."""
    if not _catalogue or not text:
        return text
    found = _retold.get(text)
    if found is None:
        if len(_retold) > 10_000:
            _retold.clear()
        found = _retold[text] = _told_again(text)
    return found


def _told_again(text: str) -> str:
    if text in _catalogue:
        return _catalogue[text]
    for pattern, kept, template in _shapes:
        if kept in text and (match := pattern.fullmatch(text)) is not None:
            kept_names = {name for name, kind in PLACE.findall(template) if NAMES & {name, kind}}
            places = {name: value if name in kept_names else retold(value) for name, value in match.groupdict().items()}
            return _filled(_catalogue[template], places)
    return text


def _filled(text: str, places: Mapping[str, str]) -> str:
    return PLACE.sub(lambda place: places[place[1]], text)


def is_english() -> bool:
    """Is nothing said otherwise?"""
    return not _catalogue
