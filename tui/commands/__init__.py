"""The commands of `ackademy`, one file each; a command's file has its name.

Each has `SUMMARY` (one line of help), `EXAMPLES`, `arguments(parser)` and `main(args) -> exit status`, and imports
nothing slow at its top: `ackademy --help` imports all of them.
"""

NAMES = (
    "play", "list", "run", "replay", "export", "explore", "live", "serve", "present", "new", "check", "install",
    "pack", "release", "reference", "schema", "paths", "bench",
)  # fmt: skip
