"""Frames: twenty packets gliding over a stage of 120×40, beside a bare Textual app that paints as much.

fps       pictures that reach the terminal in a second, counted there by Textual's marks of a synchronised update.
tick      processor time that drawing one picture takes, up to Textual's own painting.
process   processor time of the whole process, the world included, a picture.
bytes     what a picture sends to the terminal. With less motion: what a second does.

The bare app repaints a widget of the stage's size with twenty stars that move, as `refresh()` does it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from core.bench.measuring import Figure, SkippedError, interleaved, measured, median
from core.bench.screen import Ended, Terminal, bench_folder, pinging_level, why_not

PACKETS = 20
ASKED = 20
"""Pictures a second."""
MODULE = "core.bench.frames"
SYNCHRONISES = "\x1b[?2026;2$y"
"""A terminal's answer that it takes synchronised updates (DEC mode 2026), and that none is under way."""
WARM = 3.0
"""Seconds after the first picture of the running world that are not measured."""

OURS = """\
import json, sys, time
from pathlib import Path
from tui.screens.play_frames import PlayFrames
from tui.cli import main

taken = []


def timed(method, begins):
    def call(self):
        before = time.thread_time()
        method(self)
        spent = (time.thread_time() - before) * 1000
        if begins or not taken:
            taken.append(spent)
        else:
            taken[-1] += spent
    return call


PlayFrames.tick = timed(PlayFrames.tick, True)
PlayFrames.draw_slice = timed(PlayFrames.draw_slice, False)
try:
    main(sys.argv[2:])
finally:
    Path(sys.argv[1]).write_text(json.dumps(taken), "utf-8")
"""
"""The game, its frames timed."""

BARE = f"""\
from rich.segment import Segment
from textual.app import App
from textual.strip import Strip
from textual.widget import Widget


class Stars(Widget):
    def on_mount(self):
        self.count = 0
        self.set_interval(1 / {ASKED}, self.tick)

    def tick(self):
        self.count += 1
        self.refresh()

    def render_line(self, y):
        row = ["."] * self.size.width
        if y % 2 == 0 and y // 2 < {PACKETS}:
            row[(self.count + 7 * y) % self.size.width] = "*"
        return Strip([Segment("".join(row))], self.size.width)


class Bare(App):
    def compose(self):
        yield Stars()

    def on_key(self, event):
        self.exit()


Bare().run()
"""


def measure(who: str, home: Path, seconds: float) -> dict[str, float]:
    """Let it paint for so long; what that took."""
    program = home / f"{who}_frames.py"
    ticks = home / "ticks.json"
    if who == "bare":
        program.write_text(BARE, "utf-8")
        words: list[str] = []
    else:
        program.write_text(OURS, "utf-8")
        # Each client has one ping or pong under way at all times.
        level = pinging_level(home / "twenty.toml", "Twenty packets", PACKETS, "36000s")
        words = [str(ticks), *(["--reduced-motion"] if who == "less" else []), "play", str(level)]
    with Terminal([sys.executable, str(program), *words], home) as terminal:
        terminal.press(SYNCHRONISES)
        terminal.wait_for("*" if who == "bare" else "The world runs")
        terminal.rest(WARM)
        painted, frames, spent, since = terminal.painted, terminal.updates, terminal.cpu_seconds(), time.perf_counter()
        terminal.rest(seconds)
        passed = time.perf_counter() - since
        painted, frames = terminal.painted - painted, terminal.updates - frames
        spent = terminal.cpu_seconds() - spent
        terminal.press("x" if who == "bare" else "\x11")  # Ctrl+Q
        terminal.rest_until_ended()
    if not frames:
        raise SkippedError("nothing was painted")
    found = {"fps": frames / passed, "bytes": painted / frames, "rate": painted / passed, "cpu": spent / frames * 1000}
    if who != "bare":
        taken = sorted(json.loads(ticks.read_text("utf-8"))[int(WARM * ASKED) :])
        found |= {"tick": taken[len(taken) // 2], "p95": taken[len(taken) * 95 // 100]}
    return found


def bench(quick: bool) -> list[Figure]:
    """Twenty packets gliding at 120x40: pictures a second, time and bytes a picture, against a bare Textual app."""
    if reason := why_not():
        return [Figure("frames", "pictures a second", 0, "/s", ASKED * 0.9, "at least", reason)]
    rounds, seconds = (1, 6.0) if quick else (3, 15.0)
    with bench_folder() as home:
        runs = [lambda who=who: measured(MODULE, who, str(home), str(seconds)) for who in ("ours", "bare", "less")]
        ours, bare, less = interleaved(rounds, runs)
    figures = [
        ("pictures a second, 20 packets", median(ours, "fps"), "/s", ASKED * 0.9, "at least"),
        ("drawing a picture", median(ours, "tick"), "ms", 2.0, "at most"),
        ("drawing a picture, p95", median(ours, "p95"), "ms", None, "at most"),
        ("the whole process, a picture", median(ours, "cpu"), "ms", 10.0, "at most"),
        ("a bare Textual app's process, a picture", median(bare, "cpu"), "ms", None, "at most"),
        ("a picture", median(ours, "bytes"), "B", 6000.0, "at most"),
        ("a bare Textual app's picture", median(bare, "bytes"), "B", None, "at most"),
        ("less motion, a second", median(less, "rate"), "B", 5000.0, "at most"),
    ]
    return [Figure("frames", name, round(value, 2), unit, limit, kind) for name, value, unit, limit, kind in figures]


def main() -> None:
    """Measure once, print JSON: `python -m core.bench.frames WHO HOME SECONDS`."""
    who, home, seconds = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    try:
        if reason := why_not():
            raise SkippedError(reason)
        print(json.dumps(measure(who, home, seconds)))
    except SkippedError as reason:
        print(json.dumps({"skipped": str(reason)}))
    except (Ended, TimeoutError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
