"""Long runs: a recorded live run on 57 connections, told and exported, at its full length and at an eighth of it.

The run is recorded through the live seam (`python -m levels.live_long`), and read by the commands that users have, each
in a process of its own. It must take the time of the run itself, and memory that does not grow with it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from core.bench.measuring import Figure, SkippedError, measured

MESSAGES = 277_635
"""Of the live run that once took 236 s and 1.3 GB to tell."""
PART = 8
READERS = {
    "replay --plain": ("replay", "--plain"),
    "export --jsonl": ("export", "--jsonl", "/dev/null"),
    "export --shiviz": ("export", "--shiviz", "/dev/null"),
    "export --pcapng": ("export", "--pcapng", "/dev/null"),
    "export --svg": ("export", "--svg", "/dev/null"),
}
PATIENCE = 900.0


def read(run: str, *words: str) -> dict[str, float]:
    """What it takes to read a run by a command: seconds of CPU time, and the most memory (MB)."""
    import resource

    command = [sys.executable, "-m", "tui", words[0], run, *words[1:]]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip() or "it gave no reason")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return {"seconds": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss / unit}


def bench(quick: bool) -> list[Figure]:
    """Every reader at both lengths: time beside the recording's, time a message and memory beside those of a part."""
    if sys.platform == "win32":
        raise SkippedError("the most memory of a process is asked for as Unix has it")
    messages = MESSAGES // PART if quick else MESSAGES
    figures = []
    with tempfile.TemporaryDirectory(prefix="ackademy-") as folder:
        runs = [str(Path(folder) / name) for name in ("whole.run", "part.run")]
        whole, part = (
            measured("levels.live_long", run, str(count), timeout=PATIENCE)
            for run, count in zip(runs, (messages, messages // PART), strict=True)
        )
        for name, words in READERS.items():
            long, short = (measured("core.bench.longrun", run, *words, timeout=PATIENCE) for run in runs)
            slower = (long["seconds"] / whole["messages"]) / (short["seconds"] / part["messages"])
            beside = round(long["seconds"] / whole["seconds"], 2)
            limit = 2.0 if name.startswith("replay") else None
            figures += [
                Figure("long", f"{name} of {whole['messages']:,.0f} messages", round(long["seconds"], 1), "s"),
                Figure("long", f"{name}, beside the recording", beside, "x", limit, "at most"),
                Figure("long", f"{name}, time a message beside 1/{PART}", round(slower, 2), "x", 1.5, "at most"),
                Figure("long", f"{name}, memory", round(long["memory"]), "MB"),
                Figure(
                    "long", f"{name}, memory beside 1/{PART}", round(long["memory"] / short["memory"], 2), "x", 1.25,
                    "at most",
                ),
            ]  # fmt: skip
    return figures


def main() -> None:
    """Measure once, print JSON: `python -m core.bench.longrun RUN COMMAND WORDS…`."""
    print(json.dumps(read(*sys.argv[1:])))


if __name__ == "__main__":
    main()
