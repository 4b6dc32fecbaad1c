"""A level's texts in another language than its file's: put in their place before the level is read.

Only what people read is replaced, so that the level plays the same, and its runs are the same, in every language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from levels.schema import KeyPath
from levels.values import did_you_mean

OF_LEVEL = ("title", "summary")
"""Texts that stand under [level]."""
OF_TEXT = ("brief", "hints", "debrief", "task", "line", "nudge", "lift", "terms", "ends")
"""Texts that stand under [text]; sources have no language."""


def put_texts(values: dict[str, Any], texts: Mapping[str, Any]) -> None:
    """Put the texts of a level, and those of its acts, in the place of its own."""
    for table, own in _tables(values, texts):
        for name, said in own.items():
            if name in OF_LEVEL:
                head = values.get("level") if table is values else table
                if isinstance(head, dict):
                    head[name] = said
            elif name in OF_TEXT:
                inner = table.setdefault("text", {})
                if isinstance(inner, dict):
                    inner[name] = said


def _tables(values: dict[str, Any], texts: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], Mapping[str, Any]]]:
    """The first act, and every further one, each with the texts for it."""
    yield values, {name: said for name, said in texts.items() if name != "act"}
    acts = values.get("act", [])
    for act, own in zip(acts if isinstance(acts, list) else [], texts.get("act", []), strict=False):
        if isinstance(act, dict):
            yield act, own


def text_problems(values: Mapping[str, Any], texts: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str, str]]:
    """What of the texts has no place in a level of these values, or is of another kind: where, what, and the mend."""
    yield from _problems(values, {key: value for key, value in texts.items() if key != "act"}, (), "level")
    acts, own = values.get("act", []), texts.get("act", [])
    if not isinstance(own, list) or not all(isinstance(act, dict) for act in own):
        yield ("act",), "act is no list of tables", "one table for each further act, in their order"
        return
    if isinstance(acts, list) and len(own) > len(acts):
        yield ("act",), f"{len(own)} acts, and the level has {len(acts)} further ones", "one table for each"
        return
    for place, (act, said) in enumerate(zip(acts, own, strict=False)):
        yield from _problems(act, said, ("act", place), "")


def _problems(
    values: Mapping[str, Any], texts: Mapping[str, Any], path: KeyPath, head: str
) -> Iterator[tuple[KeyPath, str, str]]:
    for name, said in texts.items():
        if name not in (*OF_LEVEL, *OF_TEXT):
            yield (*path, name), f"a level says nothing of that name: {name!r}", did_you_mean(name, OF_LEVEL + OF_TEXT)
            continue
        table = (values.get(head, {}) if head else values) if name in OF_LEVEL else values.get("text", {})
        original = table.get(name) if isinstance(table, dict) else None
        if original is None:
            yield (*path, name), f"the level has no {name}", "only what is said there can be said otherwise"
        elif found := _differs(original, said):
            yield (*path, name), f"{name}: {found}", "of the same shape as in the level"


def _differs(original: Any, said: Any) -> str:
    """In what the shape of a translated text is another one, in words."""
    if type(original) is not type(said):
        return "it is of another kind"
    if isinstance(original, list):
        if len(original) != len(said):
            return f"{len(said)} texts for {len(original)}"
        return next((found for pair in zip(original, said, strict=True) if (found := _differs(*pair))), "")
    if isinstance(original, dict):
        if set(original) != set(said):
            return "its keys are others"
        return next((found for key in original if (found := _differs(original[key], said[key]))), "")
    return "" if isinstance(original, str) else "it is no text"
