"""Texts in another language: German as proof. What is missing is English and listed; what cannot be filled in is not
used; and whatever is said, the level plays the same."""

import json
import re
from gettext import c2py
from types import SimpleNamespace

import polib
import pytest

from core.kernel import language
from core.kernel.choice import fill
from core.kernel.language import counted, retold, written
from core.kernel.world import replayed
from core.protocols import BY_NAME
from levels import languages
from levels.languages import catalogue, codes, messages, missing, plurals, stale
from levels.loader import campaign, every_act_of, load
from levels.proofs import prove
from levels.schema import BRIEF_WORDS, LIFT_LETTERS
from levels.wording import wrong_words
from tests.german import COMPLETE
from tests.tui.helpers import drive, shown
from tui import cli
from tui.app import AckademyApp
from tui.bridge import Figure, goal_words, reason_words
from tui.controls.typed import TypedControl
from tui.language import said_each, speak
from tui.platform import find_paths
from tui.screens.brief import BriefScreen
from tui.stage import Stage


@pytest.fixture
def german():
    assert speak("de_AT") == "de"
    yield
    speak("")


def test_german_says_all_of_what_it_is_to_say():
    """A text that German does not have yet is said in English, listed, and never breaks a game. But of what is to be
    complete it has all: whoever adds a text there adds its German (`ackademy translations de` lists what lacks)."""
    lacks = missing("de")
    assert [f"{one.origin}: {one.text}" for one in lacks if one.origin in COMPLETE] == []
    assert {one.origin for one in messages()} >= set(COMPLETE)
    assert "room tcp" in {one.origin for one in lacks}


def test_a_text_that_nobody_says_any_more_is_not_kept():
    assert stale("de") == []


def test_every_text_of_the_catalogue_can_be_filled_in():
    entries = [one for one in polib.pofile(str(languages.HOME / "de.po")) if not one.obsolete]
    assert {one.msgid for one in entries} == {*catalogue("de"), *plurals("de")}
    forms = ((one, form) for one, every in plurals("de").items() for form in every)
    many = {one.text: one.many for one in messages() if one.many}
    for text, said in catalogue("de").items():
        assert set(re.findall(r"\{[^{}]*\}", said)) == set(re.findall(r"\{[^{}]*\}", text)), text
        assert text.endswith("\n") == said.endswith("\n"), text
    for text, said in forms:
        assert set(re.findall(r"\{[^{}]*\}", said)) <= set(re.findall(r"\{[^{}]*\}", many[text])), text


def test_a_level_in_german_is_within_the_bounds(german):
    (premise,) = (world for world in campaign() if world.id == "premise")
    assert premise.title == "Auftakt"
    for level in premise.levels:
        for act in every_act_of(level):
            assert list(wrong_words(act)) == []
            assert len(act.texts.brief.split()) <= BRIEF_WORDS
            assert len(act.texts.lift) <= LIFT_LETTERS


@pytest.mark.parametrize("name", [level.id for world in campaign() if world.id == "premise" for level in world.levels])
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
        assert replayed(english.scenario, prove(german).answers).outcome == prove(english).outcome
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


def test_a_translation_that_cannot_be_filled_in_is_not_used(tmp_path, monkeypatch):
    text = "{source} asks with number {number}. Which number goes back?"
    for wrong in ("{quelle} fragt", "{source fragt", "fragt {0}"):
        write_catalogue(tmp_path, monkeypatch, polib.POEntry(msgid=text, msgstr=wrong))
        assert catalogue("de") == {}
        assert text in {one.text for one in missing("de")}
    write_catalogue(tmp_path, monkeypatch, polib.POEntry(msgid=text, msgstr="{number}?"))
    assert catalogue("de") == {text: "{number}?"}


def write_catalogue(folder, monkeypatch, *entries):
    file = polib.POFile()
    file.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    file.extend(entries)
    file.save(str(folder / "de.po"))
    monkeypatch.setattr(languages, "HOME", folder)


def test_texts_that_count_have_a_form_for_every_number(german):
    assert counted("{count} answer", "{count} answers", 1) == "1 Antwort"
    assert counted("{count} answer", "{count} answers", 0) == "0 Antworten"
    speak("")
    assert counted("{count} answer", "{count} answers", 1) == "1 answer"
    assert counted("{count} answer", "{count} answers", 2) == "2 answers"


def test_a_language_says_which_form_is_for_which_number():
    """As Polish does: one, a few, many."""
    forms = ("{count} plik", "{count} pliki", "{count} plików")
    rule = "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2"
    language.use({}, {"{count} file": forms}, c2py(rule))
    try:
        found = [counted("{count} file", "{count} files", count) for count in (1, 2, 5, 22)]
        assert found == ["1 plik", "2 pliki", "5 plików", "22 pliki"]
    finally:
        language.use({})


def test_a_form_that_is_missing_or_cannot_be_filled_in_is_english(tmp_path, monkeypatch):
    one, many = "{count} answer", "{count} answers"
    for forms in ({0: "{count} Antwort", 1: ""}, {0: "{count} Antwort", 1: "{zahl} Antworten"}):
        write_catalogue(tmp_path, monkeypatch, polib.POEntry(msgid=one, msgid_plural=many, msgstr_plural=forms))
        assert plurals("de") == {}
        assert one in {text.text for text in missing("de")}


def test_what_runs_name_in_english_is_told_again(german):
    assert retold("down since 1.2 s") == "ausgefallen seit 1.2 s"
    assert retold("a false signature for hub: p3 dies at 2 s, and it breaks") == (
        "eine falsche Unterschrift für hub: p3 stirbt bei 2 s, und es bricht"
    )
    assert retold("nobody ever said this") == "nobody ever said this"
    assert written("down since {time}", time="1.2 s") == "down since 1.2 s"


def test_a_reason_is_told_in_german(german):
    reason = "time is up: client has every answer, in order, once; mars falls into A"
    assert reason_words(reason) == (
        "die Zeit ist um, und das ist nicht so: client hat jede Antwort, der Reihe nach, einmal; mars fällt in A"
    )
    assert reason_words("broken: never: mars falls into A") == "das ist geschehen: mars fällt in A"


def test_what_is_typed_may_be_english_or_german(german):
    asked = next(one for one in BY_NAME["arq"].choices if one.name == "arq.shelf")
    domain = asked.domain
    for value in domain.options:
        assert domain.parse(SimpleNamespace(), domain.show(value)) == value
        assert domain.parse(SimpleNamespace(), domain.write(value)) == value


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
