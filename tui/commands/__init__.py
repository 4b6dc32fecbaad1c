"""The commands of `ackademy`, one file each; a command's file has its name, with _ for -.

Each has `SUMMARY` (one line of help), `EXAMPLES`, `arguments(parser)` and `main(args) -> exit status`, and imports
nothing slow at its top: `ackademy --help` imports all of them.
"""

NAMES = (
    "play", "daily", "list", "run", "script", "sweep", "replay", "export", "explore", "live", "serve", "present", "new",
    "check", "install", "pack", "release", "submit", "sign-in", "grade", "reference", "schema", "translations", "paths",
    "bench",
)  # fmt: skip


def module_of(name: str) -> str:
    """The module of a command, in this package."""
    return name.replace("-", "_")
