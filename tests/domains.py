"""One of each domain, and values inside it, for tests that must know none of them."""

from fnmatch import fnmatchcase

from hypothesis import strategies as st

from core.kernel.choice import Answer, Asked, Choice, Kind
from core.kernel.domains import (
    BudgetedFields,
    Duration,
    Fields,
    Form,
    Grid,
    Handles,
    NodeOf,
    Number,
    Odds,
    OneOf,
    OrderOf,
    PlaceOf,
    Places,
    RankedOf,
    Shape,
    Slider,
    SomeOf,
    Text,
    Tokens,
    Track,
)

URL = "http://www.bank.com:8080/index.html"
TOPICS = ("cafe/orders", "cafe/tables", "bar/orders")
LETTERS = st.text(st.characters(codec="utf-8").filter(str.isprintable), max_size=20)

DOMAINS = {
    "one of": OneOf(("yes", "no", "not yet"), {"no": "never"}),
    "node": NodeOf(("ana", "bob", "cy")),
    "place": PlaceOf(tuple((name, side) for name in ("ana", "bob") for side in ("in", "out", "both")), columns=3),
    "track": Track(("none", "window", "tray", "begun", "done"), {"tray": "the clerk has it"}),
    "some of": SomeOf(("ana", "bob", "cy", "dee"), 2),
    "grid": Grid(("in", "out"), tuple(f"w{number}" for number in range(1, 11)), 6),
    "grid with shut cells": Grid((1, 2, 3), ("a b", "c"), at_least=1, shut=lambda asked, row, column: row == 2),
    "order": OrderOf(("copy", "point", "tell")),
    "ranked": RankedOf(("rule 1", "rule 2", "allow", "deny"), 3, 1),
    "number": Number(-5, 900, "tiles"),
    "duration": Duration(0, 9_000_000),
    "signed duration": Duration(-500_000, 500_000),
    "slider": Slider(),
    "odds": Odds(sides=("lost", "late")),
    "slider in steps": Slider(2, 20, "MB/s", by=2, coarse=4),
    "letters": Text(most=40),
    "letters of a few": Text(least=1, most=5, alphabet="ab."),
    "pattern": Text(Form.PATTERN, 1, 40, stock=("cafe/*", "*/orders"),
                    fits=lambda asked, text: "no" if text[0] == "/" else ""),
    "bits": Text(Form.BITS, 5, 20),
    "hexadecimal": Text(Form.HEX, 0, 8),
    "bytes": Text(Form.BYTES, 0, 30, stock=(b"Smith\0",)),
    "cuts in a text": Places(URL, 4),
    "a cut in bytes": Places(bytes(range(40)), 1, 1),
    "cuts at places": Places("0010010000", at=(0, 5, 10), ends=True),
    "fields": Fields((("who", OneOf(("ana", "bob"))), ("many", Number(0, 9)), ("hint", Text(most=9)))),
    "budgeted fields": BudgetedFields(
        (("name", Text(most=12)), ("many", Number(0, 9)), ("who", OneOf(("ana", "bob c"))),
         ("code", Text(Form.HEX, 0, 4))), 2,
    ),
    "bracket": Handles((("from", Number(1, 5)), ("to", Number(1, 5))), Shape.BRACKET),
    "slope": Handles((("offset", Number(-50, 50, "ms")), ("slope", Number(-100, 100))), Shape.SLOPE),
    "bead": Handles((("days", Duration(0, 20_000_000)),), Shape.BEAD),
    "points": Handles((("ann", Track(("none", "tray", "done"))), ("share", Slider(by=5))),
                      fits=lambda asked, value: "not both" if value == ("done", 100) else ""),
    "tokens": Tokens(("if", "(", "W", "+", "1", ")", "%", "n", "==", "R"), ("W", "R", "0", "1", "W + 1"), 2,
                     lambda asked, tokens: "0 is no place" if tokens[2] == "0" else ""),
}  # fmt: skip


def asked_of(domain, **more):
    """A question of this domain."""
    choice = Choice(
        name="test.what", question="What?", domain=domain, book=lambda asked: 0,
        answers={"book": Answer(Kind.BOOK, "yes"), "other": Answer(Kind.WRONG, "no")}, source="none", inaction=0,
        **more,
    )  # fmt: skip
    return Asked(choice, "me", None, {}, 0)


def values(domain):
    """Values inside the domain, and some outside."""
    asked = asked_of(domain)
    match domain:
        case BudgetedFields() | Fields():
            parts = [values(part) for _, part in domain.parts]
            if isinstance(domain, BudgetedFields):
                parts = [st.none() | part for part in parts]
            found = st.tuples(*parts)
        case SomeOf() | Grid():
            cells = list(domain.of(asked))
            found = st.sets(st.sampled_from(cells)).map(lambda some: tuple(cell for cell in cells if cell in some))
        case OneOf():
            found = st.sampled_from(list(domain.of(asked)))
        case OrderOf() | RankedOf():
            found = st.permutations(list(domain.of(asked))).flatmap(
                lambda items: st.integers(0, len(items)).map(lambda count: tuple(items[:count]))
            )
        case Number():
            low, high = domain.bounds(asked)
            found = st.integers(low, high)
        case Text(form=Form.BITS):
            found = st.text("01", max_size=22)
        case Text(form=Form.HEX | Form.BYTES):
            found = st.binary(max_size=9) | LETTERS.map(str.encode)
        case Text():
            found = st.text(domain.alphabet, max_size=5) if domain.alphabet else LETTERS
        case Places():
            found = st.sets(st.sampled_from(list(domain.of(asked))), max_size=5).map(lambda some: tuple(sorted(some)))
        case Tokens():
            line = domain.line_of(asked)
            found = st.tuples(*(st.sampled_from(domain.stock_at(asked, place)) for place in range(len(line))))
    return found


def selects(text, topic):
    """Does this pattern select this topic?"""
    return fnmatchcase(topic, text)
