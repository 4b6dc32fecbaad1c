"""Ready-made kinds of choice: what they judge, offer and leave to be overridden."""

from types import SimpleNamespace

import pytest

from core.kernel.choice import PASS, Answer, Asked, Kind
from core.kernel.domains import Duration
from core.kernel.ready_choices import alarm, duty, lookup, move
from core.kernel.time import MILLISECOND, SECOND

WORDS = {label: Answer(Kind.FINE, label) for label in ("early", "late", "near")}
RIGHT = {"book": Answer(Kind.BOOK, "right")}
WRONG = {"wrong": Answer(Kind.WRONG, "wrong")}


def asked(choice, **subject):
    return Asked(choice, "node", SimpleNamespace(patience=200, trip=80), subject, 0)


def patience(answers, **more):
    return alarm(
        "room.patience", "How long?", least=10, most=SECOND, book=lambda asked: asked.me.patience,
        early=lambda asked: asked.me.trip, late=lambda asked: 4 * asked.me.patience,
        mistakes=lambda asked: [20, SECOND], answers=answers, source="§1", **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "label"),
    [(79, "early"), (80, "early"), (81, "near"), (200, "book"), (800, "near"), (801, "late"), (SECOND, "late")],
)
def test_an_alarm_is_early_near_or_late(value, label):
    choice = patience({**RIGHT, **WORDS})
    assert choice.judge(asked(choice), value) == label


def test_an_alarm_without_words_for_near_takes_it_for_the_book():
    choice = patience({**RIGHT, "early": WORDS["early"], "late": WORDS["late"]})
    assert choice.judge(asked(choice), 300) == "book"
    assert asked(choice).candidates == (200, 20, SECOND)
    assert (choice.inaction, choice.keeps, choice.domain) == (SECOND, True, Duration(10, SECOND))


def test_what_is_ready_made_can_be_given():
    choice = patience({**RIGHT, **WORDS}, keeps=False, inaction=MILLISECOND, judge=lambda asked, value: "near")
    assert (choice.keeps, choice.inaction) == (False, MILLISECOND)
    assert choice.judge(asked(choice), 79) == "near"


def test_a_lookup_has_a_right_option_for_every_case():
    choice = lookup(
        "room.kiss", "What now?", {"stop": "for good", "slow": ""}, right={"RATE": "slow", "DENY": "stop"},
        mistakes={"stop": "meek", "slow": "deaf"}, case=lambda asked: asked.code, inaction="slow", answers=RIGHT,
        source="§2",
    )  # fmt: skip
    assert choice.cases == ("RATE", "DENY")
    assert choice.domain.words == {"stop": "for good"}
    rate, deny = asked(choice, code="RATE"), asked(choice, code="DENY")
    assert (rate.book, deny.book) == ("slow", "stop")
    assert [choice.judge(rate, value) for value in ("slow", "stop")] == ["book", "meek"]
    assert [choice.judge(deny, value) for value in ("slow", "stop")] == ["deaf", "book"]


def test_a_lookup_may_compute_what_is_right():
    choice = lookup(
        "room.bury", "Bury it?", ("ping", "bury"), right=lambda asked: "bury" if asked.silent > 1 else "ping",
        mistakes={"ping": "late", "bury": "early"}, inaction="ping", answers=RIGHT, source="§2",
    )  # fmt: skip
    assert choice.judge(asked(choice, silent=1), "bury") == "early"
    assert choice.judge(asked(choice, silent=2), "bury") == "book"


def test_a_duty_is_done_or_not():
    choice = duty(
        "room.save", "Save first?", ("save", "send", "nothing"), inaction="nothing", answers={**RIGHT, **WRONG},
        source="§3",
    )  # fmt: skip
    assert asked(choice).book == "save"
    assert [choice.judge(asked(choice), value) for value in ("save", "send", "nothing")] == ["book", "wrong", "wrong"]


def test_a_duty_may_say_of_each_wrong_option_what_is_wrong():
    def made(*options, **answers):
        return duty(
            "room.merge", "What do you keep?", options, inaction="sum",
            answers={**RIGHT, **{label: Answer(Kind.WRONG, label) for label in answers}}, source="§3",
        )  # fmt: skip

    choice = made("greater", "sum", "theirs", sum=1, theirs=1)
    assert [choice.judge(asked(choice), value) for value in ("greater", "sum", "theirs")] == ["book", "sum", "theirs"]
    with pytest.raises(ValueError, match=r"^room\.merge: no answer for 'theirs': a duty has one for all that is wrong"):
        made("greater", "sum", "theirs", sum=1, wrong=1)


def test_a_move_is_taken_up_in_one_way_or_passed():
    choice = move(
        "room.enter", "Enter now?", "enter", available=lambda asked: asked.me.trip > 0, answers=RIGHT, source="§4",
        due=lambda asked: asked.me.patience > 100, words="the room",
    )  # fmt: skip
    question = asked(choice)
    assert choice.standing
    assert (question.book, question.inaction, question.candidates) == ("enter", PASS, ("enter",))
    assert choice.domain.words == {"enter": "the room"}
    question.me.patience = 0
    assert question.book is PASS
