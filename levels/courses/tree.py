"""The files of a folder or a zip that somebody else made: read within bounds, and nothing outside of it.

A name never leads out of the folder, a link is refused, a device is not read, and a zip that grows without end is left
before it has grown. Nothing here writes; what is read is held by whoever asked for it.
"""

from __future__ import annotations

import io
import mmap
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Self

from core.kernel.text import harmless


class TreeError(ValueError):
    """A folder or a zip cannot be read, in words: which file, what was found, and what would be right."""


@dataclass(frozen=True)
class Bounds:
    """How many files there may be, of how many bytes in all and each."""

    files: int
    total: int
    each: int


OF_COURSE = Bounds(2_000, 64 * 1024 * 1024, 16 * 1024 * 1024)
OF_CLASS = Bounds(50_000, 4 * 1024 * 1024 * 1024, 256 * 1024 * 1024)
"""What a platform hands out: everything that a class handed in."""
OF_SUBMISSION = Bounds(1_000, 128 * 1024 * 1024, 64 * 1024 * 1024)

DEEPEST = 12
LONGEST = 200
_MOST_ENTRIES = 500_000
"""Of a zip, counted before anything of it is made: each costs memory."""
_CHUNK = 64 * 1024
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))}
)
_IGNORED = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})
"""What systems put into every folder, and no person means."""
_ENTRY = b"PK\x01\x02"
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def shown(name: str) -> str:
    """A name of somebody else's, fit to be shown."""
    safe = harmless(name)
    return safe if len(safe) <= 120 else f"{safe[:119]}…"


def name_problem(name: str, *, portable: bool = True) -> str:
    """Why this name of a file is none that is taken, in words; "" if it is. `portable`: on every system."""
    parts = name.split("/")
    if name.startswith("/") or (len(name) > 1 and name[1] == ":"):
        return "leads out of its folder: an absolute name"
    if ".." in parts:
        return "leads out of its folder by '..'"
    if len(parts) > DEEPEST or any(len(part.encode("utf-8", "replace")) > LONGEST for part in parts):
        return f"is too long: at most {DEEPEST} folders deep, and {LONGEST} bytes for each name"
    if "" in parts or "." in parts:
        return "has an empty part"
    if harmless(name) != name or "\0" in name:
        return "has characters that a terminal might obey"
    if not portable:
        return ""
    for part in parts:
        if part.partition(".")[0].lower() in _RESERVED or part[-1] in ". " or set(part) & set('<>:"|?*\\'):
            return f"has a part, {part!r}, that not every system can have"
    return ""


def _kind_problem(mode: int) -> str:
    """Why what has this mode is not read, in words; "" if it is a file or a folder, or of a system without modes."""
    kind = stat.S_IFMT(mode)
    if kind == stat.S_IFLNK:
        return "is a link: put the file itself there"
    return "" if kind in (0, stat.S_IFREG, stat.S_IFDIR) else "is no ordinary file"


class Tree:
    """The files of a folder or a zip, by their names with '/' between the parts."""

    def __init__(self, path: Path, bounds: Bounds) -> None:
        self.path = path
        self.bounds = bounds
        self.names: tuple[str, ...] = ()
        self.left_out: list[str] = []
        """What of a class's files is not looked at, and why: one student's odd file stops no class."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """No more is read."""

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def read(self, name: str) -> bytes:
        """What is in a file. Raises TreeError."""
        raise NotImplementedError

    def place(self, name: str) -> str:
        """Where a file is, as people are told."""
        return str(self.path / name)

    def below(self, folder: str) -> Iterator[str]:
        """The names below a folder, "" for all."""
        start = f"{folder}/" if folder else ""
        return (name for name in self.names if name.startswith(start))

    def fail(self, name: str, problem: str) -> TreeError:
        """The error about one file of it."""
        return TreeError(f"{self.path}: {shown(name)!r} {problem}" if name else f"{self.path}: {problem}")

    def _too_many(self) -> TreeError:
        return self.fail("", f"more than {self.bounds.files:,} files")

    def _too_large(self, name: str) -> TreeError:
        return self.fail(name, self._large)

    @property
    def _large(self) -> str:
        return f"is too large: at most {self.bounds.each // 1024 // 1024} MiB"

    def _leave(self, name: str, problem: str, portable: bool) -> None:
        """Leave out a file that is not read; of what is to be installed it is an error. Raises TreeError."""
        if portable:
            raise self.fail(name, problem)
        self.left_out.append(f"{shown(name)!r} {problem}")

    def _too_much(self) -> TreeError:
        return self.fail("", f"more than {self.bounds.total // 1024 // 1024} MiB in all")


class _Folder(Tree):
    def __init__(self, path: Path, bounds: Bounds, *, portable: bool) -> None:
        super().__init__(path, bounds)
        found: list[str] = []
        total = 0
        for folder, inner, files in os.walk(path, onerror=self._raise):
            inner[:] = sorted(name for name in inner if name not in _IGNORED)
            for name in [*inner, *sorted(files)]:
                place = Path(folder) / name
                full = place.relative_to(path).as_posix()
                if name in _IGNORED:
                    continue
                mode = place.lstat().st_mode
                if problem := _kind_problem(mode) or name_problem(full, portable=portable):
                    self._leave(full, problem, portable)
                    continue
                if stat.S_ISDIR(mode):
                    continue
                found.append(full)
                total += place.lstat().st_size
                if len(found) > bounds.files:
                    raise self._too_many()
                if total > bounds.total:
                    raise self._too_much()
        self.names = tuple(sorted(found))

    def _raise(self, error: OSError) -> None:
        raise TreeError(f"{self.path}: {error.strerror or error}") from None

    def read(self, name: str) -> bytes:
        if name not in self.names:
            raise self.fail(name, "is not there")
        try:
            number = os.open(self.path / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
            with open(number, "rb") as file:
                data = file.read(self.bounds.each + 1)
        except OSError as error:
            raise self.fail(name, f"cannot be read: {error.strerror or error}") from None
        if len(data) > self.bounds.each:
            raise self._too_large(name)
        return data


class _Zip(Tree):
    def __init__(self, path: Path, bounds: Bounds, *, portable: bool, data: bytes | None = None) -> None:
        """`data`: what is in it, if it is no file; `path` is what it is called then."""
        super().__init__(path, bounds)
        try:
            if data is None:
                self._count()
            elif data.count(_ENTRY) > _MOST_ENTRIES:
                raise self._too_many()
            self._zip = zipfile.ZipFile(path if data is None else io.BytesIO(data))
        except OSError as error:
            raise TreeError(f"{path}: cannot be read: {error.strerror or error}") from None
        except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, IndexError) as error:
            raise TreeError(f"{path}: this is no zip that can be read: {shown(str(error))}") from None
        self._entries: dict[str, zipfile.ZipInfo] = {}
        try:
            self._take(portable)
        except BaseException:
            self._zip.close()
            raise
        self.names = tuple(sorted(self._entries))

    def close(self) -> None:
        self._zip.close()

    def _count(self) -> None:
        if self.path.stat().st_size > self.bounds.total:
            raise self._too_much()
        with self.path.open("rb") as file:
            if not self.path.stat().st_size:
                return
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                at, count = data.find(_ENTRY), 0
                while at >= 0:
                    count += 1
                    if count > _MOST_ENTRIES:
                        raise self._too_many()
                    at = data.find(_ENTRY, at + 4)

    def _take(self, portable: bool) -> None:
        total = 0
        folded: dict[str, str] = {}
        for entry in self._zip.infolist():
            name = entry.filename.replace("\\", "/")
            is_folder = name.endswith("/")
            name = name.removesuffix("/")
            if not _IGNORED.isdisjoint(name.split("/")):
                continue
            problem = name_problem(name, portable=portable) or _kind_problem(entry.external_attr >> 16)
            if is_folder and not problem:
                continue
            before = folded.setdefault(name.casefold() if portable else name, name)
            if problem := problem or self._entry_problem(entry, name, before):
                self._leave(name, problem, portable)
                continue
            total += entry.file_size
            if total > self.bounds.total:
                raise self._too_much()
            self._entries[name] = entry
            if len(self._entries) > self.bounds.files:
                raise self._too_many()

    def _entry_problem(self, entry: zipfile.ZipInfo, name: str, before: str) -> str:
        """Why what an entry holds is not read, in words; "" if it is. `before`: who had this name first."""
        if entry.flag_bits & 0x1:
            return "is encrypted: make the zip without a password"
        if entry.compress_type not in _METHODS:
            return "is packed in a way that is not read: store it, or deflate it"
        if before != name or name in self._entries:
            return f"is there twice, also as {shown(before)!r}"
        return self._large if entry.file_size > self.bounds.each else ""

    def read(self, name: str) -> bytes:
        if name not in self._entries:
            raise self.fail(name, "is not there")
        pieces: list[bytes] = []
        size = 0
        try:
            with self._zip.open(self._entries[name]) as file:
                while piece := file.read(_CHUNK):
                    size += len(piece)
                    if size > self.bounds.each:
                        raise self._too_large(name)
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise self.fail(name, f"cannot be unpacked: {shown(str(error)) or 'its data end too early'}") from None
        except ValueError as error:
            if isinstance(error, TreeError):
                raise
            raise self.fail(name, f"cannot be unpacked: {shown(str(error))}") from None
        return b"".join(pieces)


def open_tree(path: Path | str, bounds: Bounds, *, portable: bool = True) -> Tree:
    """The files of a folder or a zip. `portable`: names that not every system can have are refused, too, and whatever
    is refused is an error; else it is left out (Tree.left_out).

    Raises TreeError in words; what is below is read only when it is asked for.
    """
    where = Path(path)
    try:
        mode = where.stat().st_mode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise TreeError(f"{shown(str(path))}: {reason[0].lower()}{reason[1:]}") from None
    if stat.S_ISDIR(mode):
        return _Folder(where, bounds, portable=portable)
    if not stat.S_ISREG(mode):
        raise TreeError(f"{path}: neither a folder nor a zip")
    return _Zip(where, bounds, portable=portable)


def open_zip(data: bytes, name: str, bounds: Bounds) -> Tree:
    """The files of a zip that lies in another one, or in memory; `name`: what it is called. Raises TreeError."""
    if len(data) > bounds.total:
        raise TreeError(f"{shown(name)}: more than {bounds.total // 1024 // 1024} MiB in all")
    return _Zip(Path(name), bounds, portable=False, data=data)


def is_zip(data: bytes) -> bool:
    """Do these bytes begin as a zip does?"""
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def put_zip(path: Path, files: dict[str, bytes]) -> None:
    """Write a zip of these files: the same files give the same bytes. It is there in full or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with zipfile.ZipFile(draft, "w") as made:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = (stat.S_IFREG | 0o644) << 16
                entry.create_system = 3
                made.writestr(entry, files[name])
        draft.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        draft.unlink(missing_ok=True)


def put_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write these files below a folder that is not there yet, and nothing elsewhere. Raises TreeError, OSError."""
    for name in files:
        if problem := name_problem(name):
            raise TreeError(f"{shown(name)!r} {problem}")
    folder.mkdir(parents=True)
    for name, data in files.items():
        place = folder / PurePosixPath(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
