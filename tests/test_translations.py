"""Texts in another language: German as proof. What is missing is English and listed; what cannot be filled in is not
used; and whatever is said, the level plays the same."""

import json
import re
from collections import Counter

import pytest

from core.kernel import language
from core.kernel.choice import fill
from core.kernel.world import replayed
from core.protocols import BY_NAME
from levels import languages
from levels.languages import catalogue, codes, messages, missing
from levels.loader import campaign, every_act_of, load
from levels.proofs import prove
from levels.schema import BRIEF_WORDS, LIFT_LETTERS
from levels.wording import wrong_words
from tests.tui.helpers import drive, shown
from tui import cli
from tui.app import AckademyApp
from tui.bridge import Figure, goal_words
from tui.controls.typed import TypedControl
from tui.language import said_each, speak
from tui.platform import find_paths
from tui.screens.brief import BriefScreen
from tui.stage import Stage

COMPLETE = (
    "world premise", "level premise/wrong-turn", "level premise/did-you-get-it", "level premise/silence",
    "level premise/show-and-tell", "level premise/two-tapes", "level premise/the-audit", "level premise/echo",
    "room echo", "room arq", "room tapes", "room maxfind", "screens",
)  # fmt: skip


@pytest.fixture
def german():
    assert speak("de_AT") == "de"
    yield
    speak("")


def test_german_says_nearly_all_of_what_it_is_to_say():
    """Whoever adds a text need not know German: what is new is said in English, and listed."""
    lacks = Counter(one.origin for one in missing("de"))
    every = Counter(one.origin for one in messages())
    for origin in COMPLETE:
        assert lacks[origin] <= every[origin] // 3, origin
    assert lacks["room tcp"]


def test_every_text_of_the_catalogue_can_be_filled_in():
    assert set(catalogue("de")) == set(languages._entries("de"))
    for text, said in catalogue("de").items():
        assert set(re.findall(r"\{[^{}]*\}", said)) == set(re.findall(r"\{[^{}]*\}", text)), text
        assert text.endswith("\n") == said.endswith("\n"), text


def test_a_level_in_german_is_within_the_bounds(german):
    (premise,) = (world for world in campaign() if world.id == "premise")
    assert premise.title == "Auftakt"
    for level in premise.levels:
        for act in every_act_of(level):
            assert list(wrong_words(act)) == []
            assert len(act.texts.brief.split()) <= BRIEF_WORDS
            assert len(act.texts.lift) <= LIFT_LETTERS


@pytest.mark.parametrize("name", ["premise/echo", "premise/silence", "premise/did-you-get-it"])
def test_it_plays_the_same(name):
    english = load(name)
    trace = prove(english).trace_sha256()
    speak("de")
    try:
        german = load(name)
        assert german.title != english.title
        assert german.text == english.text
        assert german.scenario.digest() == english.scenario.digest()
        assert prove(german).trace_sha256() == trace
        assert replayed(english.scenario, prove(german).answers).trace_sha256()
    finally:
        speak("")
    assert load(name).title == english.title


def test_a_room_asks_and_judges_in_german(german):
    level = load("premise/echo")
    world = prove(level)
    first = world.verdicts[0]
    assert "weiß, welcher Ping gehört wurde" in first.words
    goal = level.scenario.win[0]
    assert goal_words(goal.words) == "client hat jede Antwort, der Reihe nach, einmal"
    assert goal.text == "client has every answer, in order, once"  # as files and runs name it


def test_a_law_that_is_to_be_broken_is_said_so_in_german(german):
    level = load("premise/wrong-turn")
    laws = [goal_words(law.words) for act in every_act_of(level) for law in act.scenario.win]
    assert "mars fällt in A" in laws


def test_keys_of_a_control_and_measures_are_said_in_german(german):
    assert said_each(TypedControl.keys) == "tippen   Enter antworten   Esc leeren"
    assert said_each("blue   Esc clear") == "blue   Esc leeren"  # what has no German stands as it is
    assert str(Figure("messages", 3, 10)) == "Nachrichten 3/10"
    assert BY_NAME["echo"].measures[0].name == "repeats"  # as files and runs name it


def test_what_is_missing_is_english(german):
    assert load("pipe/next-byte-please").title == "Next byte, please"
    assert BY_NAME["tcp"].choices[0].question == language.said(BY_NAME["tcp"].choices[0].question)


def test_a_translation_that_cannot_be_filled_in_is_not_used(monkeypatch):
    text = "{source} asks with number {number}. Which number goes back?"
    for wrong in ("{quelle} fragt", "{source fragt", "fragt {0}"):
        monkeypatch.setattr(languages, "_entries", lambda code, wrong=wrong: {text: wrong})
        assert catalogue("de") == {}
        assert text in {one.text for one in missing("de")}
    monkeypatch.setattr(languages, "_entries", lambda code: {text: "{number}?"})
    assert catalogue("de") == {text: "{number}?"}


def test_no_text_is_there_that_breaks_where_it_is_filled_in():
    assert fill("a text", None) == "a text"
    assert len({one.text for one in messages()}) > 1_000


def test_a_language_that_is_not_there_is_english():
    assert speak("xx_YY") == ""
    assert speak("") == ""
    assert language.is_english()
    assert codes() == ["de"]


def test_the_commands(capsys):
    assert cli.main(["translations", "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert 0 < counts["missing"]["de"] < counts["texts"]
    assert cli.main(["translations", "de", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len({one["text"] for one in found["missing"]}) == counts["missing"]["de"]
    assert isinstance(found["stale"], list)
    assert cli.main(["translations", "de"]) == 0
    out, err = capsys.readouterr()
    assert "room tcp: " in out
    assert "room tcp: " in err
    assert cli.main(["translations", "xx"]) == 2
    assert "there is no catalogue 'xx.po': there is de" in capsys.readouterr().err
    assert cli.main(["translations", "--template"]) == 0
    assert 'msgid "Which number goes back?"' not in capsys.readouterr().out


def test_the_command_line_speaks_the_users_language(capsys, monkeypatch):
    monkeypatch.setenv("LANGUAGE", "de")
    try:
        assert cli.main(["list"]) == 0
        assert "Ist da jemand?" in capsys.readouterr().out
    finally:
        speak("")


def test_a_brief_in_german(tmp_path, german):
    level = load("premise/echo")
    (world,) = (one for one in campaign() if one.id == "premise")
    stage = Stage([world])
    app = AckademyApp(entries=stage.entries(), stage=stage, paths=find_paths({"ACKADEMY_HOME": str(tmp_path)}))
    stage.app = app

    async def steps(pilot):
        app.push_screen(BriefScreen(stage.brief(level.id)))
        await pilot.pause()
        text = shown(app)
        for words in ("Ist da jemand?", "Pings kommen an", "Ziel", "spielen", "hat jede Antwort"):
            assert words in text, text

    drive(app, steps)
