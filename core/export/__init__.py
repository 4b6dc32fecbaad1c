"""Runs in the formats of others: a capture for Wireshark, a log for ShiViz, a drawing for print, lines of JSON.

Everything here takes a `World`, which holds its scenario and its whole trace, or the entries of a trace one by one, and
knows no level files. Nothing but a drawing holds a run: what is looked back at lies in temporary files.

    pcapng   every packet as a real IPv4 packet, with virtual times, at all ends, at chosen ones, or once (`capture_of`)
    ShiViz   every event with its vector clock (`shiviz_log`)
    SVG      the space-time diagram (`spacetime_svg`)
    JSON     the whole trace, one object a line (`json_lines`, and back by `read_json_lines`)
"""

from __future__ import annotations

from core.export.capture import Capture, Told, capture_of
from core.export.frames import ANOTHER_SIGHT
from core.export.jsonl import JsonLinesError, entry_json_lines, first_json_line, json_lines, read_json_lines
from core.export.shiviz import shiviz_log
from core.export.spool import Spool
from core.export.svg import MOST_DRAWN, spacetime_svg

__all__ = [
    "ANOTHER_SIGHT", "MOST_DRAWN", "Capture", "JsonLinesError", "Spool", "Told", "capture_of", "entry_json_lines",
    "first_json_line", "json_lines", "read_json_lines", "shiviz_log", "spacetime_svg",
]  # fmt: skip
