"""A paste is one thing, however a terminal sends it; what is typed stays keys."""

from __future__ import annotations

import os
import select
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.test_cli import Terminal
from tui.bursts import BURST, PAUSE, WINDOW, Bursts

LETTERS = "the quick brown fox\tjumps over\r\n" * 40


def cut(*chunks: tuple[float, str]) -> list[tuple[bool, str]]:
    """What is made of chunks that come at these times, until a pause after the last; keys in a row are put together."""
    bursts = Bursts()
    pieces = [piece for now, text in chunks for piece in [*bursts.pause(now), *bursts.cut(text, now)]]
    pieces += bursts.pause(chunks[-1][0] + 2 * PAUSE)
    joined: list[tuple[bool, str]] = []
    for pasted, text in pieces:
        if joined and joined[-1][0] == pasted:
            joined[-1] = (pasted, joined[-1][1] + text)
        else:
            joined.append((pasted, text))
    return joined


def test_what_is_typed_is_keys() -> None:
    assert cut((0.0, "a"), (0.2, "1501\r"), (0.4, "\x1b[A\x1bOP\x1b")) == [(False, "a1501\r\x1b[A\x1bOP\x1b")]
    held = [(0.03 * place, "x") for place in range(200)]
    assert cut(*held) == [(False, "x" * 200)]


@pytest.mark.parametrize("size", [1, 7, 100, 5000])
def test_a_paste_in_whatever_pieces_is_a_paste_from_the_moment_it_is_known_for_one(size: int) -> None:
    chunks = [(0.0001 * at, LETTERS[at : at + size]) for at in range(0, len(LETTERS), size)]
    pieces = cut(*chunks)
    assert "".join(text for _, text in pieces) == LETTERS
    assert [pasted for pasted, _ in pieces][-1]
    assert sum(len(text) for pasted, text in pieces if not pasted) < BURST


def test_a_command_in_a_paste_and_after_it_is_a_key() -> None:
    assert cut((0.0, LETTERS + "\x11" + LETTERS), (0.01, "tail"), (0.01 + PAUSE + WINDOW, "q")) == [
        (True, LETTERS), (False, "\x11"), (True, LETTERS + "tail"), (False, "q"),
    ]  # fmt: skip


@pytest.mark.parametrize("sequence", ["\x1b[<35;10;20M", "\x1b[A", "\x1bOP", "\x1b[?2048;1$y", "\x1bq"])
def test_the_mouse_moving_over_a_paste_is_no_part_of_it(sequence: str) -> None:
    for place in range(len(sequence) + 1):
        pieces = cut((0.0, LETTERS + sequence[:place]), (0.001, sequence[place:] + LETTERS))
        assert pieces == [(True, LETTERS), (False, sequence), (True, LETTERS)]


def test_a_terminals_own_paste_is_left_to_textual() -> None:
    whole = f"\x1b[200~{LETTERS}\x1b[201~"
    for place in range(0, len(whole), 5):
        assert cut((0.0, whole[:place]), (0.0, whole[place:])) == [(False, whole)]


@given(st.lists(st.text("ab[O~;1<\x1b\x11\r\x7f", max_size=100), min_size=1), st.sampled_from([0.0, 0.02, 0.3]))
def test_nothing_is_lost_and_nothing_changes_places(chunks: list[str], gap: float) -> None:
    pieces = cut(*((place * gap, text) for place, text in enumerate(chunks)))
    assert "".join(text for _, text in pieces) == "".join(chunks)


def test_a_large_paste_of_single_keys_holds_nothing_up(tmp_path: Path) -> None:
    """Processor time, for the clock says nothing on a busy machine: one key costs most of a millisecond of it."""
    spent = []
    for size in (0, 200_000):
        terminal = Terminal(tmp_path / str(size), "play", "premise/echo")
        terminal.read_until("every answer")
        before = _spent(terminal.pid)
        data = b"xvxvy nlkp\r" * (size // 11) + b"\x11"
        os.set_blocking(terminal.fd, False)
        while data:
            readable, writable, _ = select.select([terminal.fd], [terminal.fd], [])
            if readable:
                os.read(terminal.fd, 65536)
            if writable:
                data = data[os.write(terminal.fd, data[:4000]) :]
        os.set_blocking(terminal.fd, True)
        while select.select([terminal.fd], [], [])[0]:
            try:
                if not os.read(terminal.fd, 65536):
                    break
            except OSError:
                break
        _, status, used = os.wait4(terminal.pid, 0)
        os.close(terminal.fd)
        assert status == 0
        spent.append(used.ru_utime + used.ru_stime - before)
    assert spent[1] - spent[0] < 1, spent


def _spent(pid: int) -> float:
    """Seconds of processor time that a process has taken so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
