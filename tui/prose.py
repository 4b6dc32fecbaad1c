"""The small subset of markdown that levels use: paragraphs, `- ` items, **strong**, *stressed* and `code`.

Anything else is shown as it stands, so a level's text can never break a screen.
"""

from __future__ import annotations

import re
import unicodedata

from textual.content import Content

_SPAN = re.compile(r"\*\*(.+?)\*\*|`([^`]+)`|(?<![\w*])\*([^\s*](?:[^*]*[^\s*])?)\*(?![\w*])")
_STYLES = ("bold", "$accent", "italic")
_PLAIN = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "→": "->", "←": "<-", "×": "x",
     "·": "-", "•": "-", "≤": "<=", "≥": ">=", "µ": "u", " ": " ", "§": "sec.", "½": "1/2",
     "ß": "ss", "°": " degrees", "γ": "gamma", "δ": "delta", "θ": "theta", "ρ": "rho", "Ω": "Omega",
     "✓": "+", "✗": "x", "↑": "^", "↓": "v"}
)  # fmt: skip


def to_ascii(text: str) -> str:
    """Return the text in ASCII: known signs by their usual spelling, letters without accents, `?` for the rest."""
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(c for c in plain if not unicodedata.combining(c)).encode("ascii", "replace").decode()


def prose(text: str, *, ascii_only: bool = False) -> Content:
    """Return a level's text, styled. Lines of one paragraph flow together; the widget wraps them."""
    if ascii_only:
        text = to_ascii(text)
    blocks: list[Content] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines: list[str] = []
        for line in paragraph.splitlines():
            if line.lstrip().startswith("- ") or not lines:
                lines.append(line.strip())
            else:
                lines[-1] += " " + line.strip()
        blocks.append(Content("\n").join(_spans(line) for line in lines))
    return Content("\n\n").join(blocks)


def unmarked(text: str) -> str:
    """Return the text as it stands but for the signs of its spans."""
    return _SPAN.sub(lambda span: next(filter(None, span.groups())), text)


def _spans(line: str) -> Content:
    parts: list[Content | str | tuple[str, str]] = []
    end = 0
    for match in _SPAN.finditer(line):
        parts.append(line[end : match.start()])
        parts += [(text, style) for text, style in zip(match.groups(), _STYLES, strict=True) if text]
        end = match.end()
    return Content.assemble(*parts, line[end:])
