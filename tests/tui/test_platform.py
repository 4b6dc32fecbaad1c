"""What is not the same everywhere: signals that a platform lacks, folders, keys."""

import asyncio
import io
import signal
import sys
from pathlib import Path

import pytest

from tests.patience import until
from tests.tui.helpers import drive, make_app
from tui import platform
from tui.keymap import ACTIONS, BY_ID, Keymap, Scope, key_name, load_keymap, make_keymap, works_while_typing
from tui.widgets.bars import fitting


def test_signals_are_caught_and_released_where_there_are_any() -> None:
    seen: list[int] = []

    async def body() -> None:
        loop = asyncio.get_running_loop()
        caught = platform.on_end_signals(loop, seen.append, last=lambda status: None)
        for count, (number, _) in enumerate(caught, 1):
            signal.raise_signal(number)
            await until(lambda count=count: len(seen) == count)
        platform.release_signals(caught)
        assert [number for number, _ in caught] == [signal.SIGTERM, signal.SIGHUP]

    asyncio.run(body())
    assert seen == [143, 129]
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_it_starts_without_sighup_and_without_signal_handlers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError  # as outside the main thread

    monkeypatch.delattr(signal, "SIGHUP")
    monkeypatch.setattr(platform.signal, "signal", refuse)
    app = make_app(tmp_path)

    async def steps(pilot: object) -> None:
        assert app._signals == []
        assert app.is_running

    drive(app, steps)


def test_paths_of_a_user_without_our_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for environ in ({}, {"ACKADEMY_HOME": ""}):
        paths = platform.find_paths(environ)
        assert paths.progress.name == "progress.sqlite"
        assert paths.data.name == "ackademy"


def test_a_report_goes_to_the_temporary_folder_if_its_own_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(platform.tempfile, "gettempdir", lambda: str(tmp_path))
    report = platform.write_crash_report(tmp_path / "file" / "reports", ValueError("x"), {})
    assert report is not None
    assert report.parent == tmp_path
    monkeypatch.setattr(platform.tempfile, "gettempdir", lambda: str(tmp_path / "file"))
    assert platform.write_crash_report(tmp_path / "file", ValueError("x"), {}) is None


def test_a_missing_stream_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert platform.why_no_screen({}) == "standard input is not a terminal"
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert platform.why_no_screen({}) == "standard input is not a terminal"


def test_action_ids_name_their_scope_once_and_no_two_keys_collide() -> None:
    assert len(BY_ID) == len(ACTIONS)
    for action in ACTIONS:
        prefix = "app" if action.scope is Scope.EVERYWHERE else action.scope.name.lower()
        assert action.id.startswith(prefix + ".")
        for other in ACTIONS:
            if other is not action and (other.scope is action.scope or other.scope is Scope.EVERYWHERE):
                assert not set(action.keys) & set(other.keys), (action.id, other.id)


def test_the_play_bar_is_the_designs_at_80_columns() -> None:
    now_and_then = {"play.more", "play.hand_over", "play.moment", "play.restart", "play.leave", "play.bet"}
    usual = [entry for entry in Keymap().bar(Scope.PLAY) if entry[0].id not in now_and_then]
    bar = "  ".join(f"{key} {word}" for _, key, word in fitting(usual, 78))
    assert bar == "space pause  . step  , back  +/- speed  tab panel  h hint  F7 words  ? help"
    narrow = fitting(Keymap().bar(Scope.PLAY), 30)
    assert sum(len(key) + len(word) + 3 for _, key, word in narrow) - 2 <= 30
    assert "help" in [word for _, _, word in narrow]


def test_own_keys_are_checked() -> None:
    keymap = make_keymap(
        {"play": {"pause": "p", "step": ["n", "."], "hint": "w", "panel": "x", "back": 3, "why": []}, "no.such": "x"}
    )
    assert keymap.overrides == {"play.pause": ("p",), "play.step": ("n", "full_stop")}
    assert len(keymap.problems) == 5
    assert keymap.keys_of("play.hint") == ("h", "f2")
    assert keymap.textual_keymap() == {"play.pause": "p", "play.step": "n,full_stop"}


def test_a_broken_keys_file_is_told_and_ignored(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    assert load_keymap(path) == Keymap()
    path.write_bytes(b"\xff = [")
    assert len(load_keymap(path).problems) == 1
    assert load_keymap(path).overrides == {}


def test_key_names_are_ascii_and_typing_keeps_only_command_keys() -> None:
    assert [key_name(k) for k in ("full_stop", "ctrl+p", "f1", "escape", "g")] == [".", "^p", "F1", "esc", "g"]
    assert all(key_name(key).isascii() for action in ACTIONS for key in action.keys)
    assert [works_while_typing(k) for k in ("enter", "up", "f1", "ctrl+p", "h", "space", "5", "f")] == [True] * 4 + [
        False
    ] * 4
