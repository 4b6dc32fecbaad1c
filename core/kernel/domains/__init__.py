"""Domains: what may be answered to a question, how a person types it, and how it is shown.

    OneOf, NodeOf, PlaceOf   one of a few options; on the picture: a node, a place (a box, a cell, a half)
    Track                    a peg on a row of named posts
    SomeOf, Grid             some of the options; of the cells of a table
    OrderOf, RankedOf        all of the items in an order; some of them, the first first
    Number, Duration         a whole number, a time
    Slider, Odds             a share; how likely one of two sides is
    Text                     letters, bits, hexadecimal bytes, bytes as letters, a pattern
    Places                   cuts in a line of text or bytes
    Tokens                   a line of a program, some of its tokens replaced
    Fields                   several values at once, each with a name and a domain of its own
    BudgetedFields           the same, but only so many may be filled in; blanks mean something
    Handles                  the same, each a handle on the picture

`core.kernel.choice.Domain` says what each of them can do.
"""

from core.kernel.domains.figures import BLANK, BudgetedFields, Fields, Handles, Shape
from core.kernel.domains.numbers import Bound, Duration, Number, Odds, Slider, bound
from core.kernel.domains.options import NodeOf, OneOf, Options, OrderOf, PlaceOf, RankedOf, Track, by_places
from core.kernel.domains.selections import Cell, Grid, Selection, SomeOf
from core.kernel.domains.texts import Form, Places, Text, selecting
from core.kernel.domains.tokens import Tokens
from core.kernel.domains.words import beginning, listed, matching, not_recognised, spelled, told

__all__ = [
    "BLANK", "Bound", "BudgetedFields", "Cell", "Duration", "Fields", "Form", "Grid", "Handles", "NodeOf", "Number",
    "Odds", "OneOf", "Options", "OrderOf", "PlaceOf", "Places", "RankedOf", "Selection", "Shape", "Slider", "SomeOf",
    "Text", "Tokens", "Track", "beginning", "bound", "by_places", "listed", "matching", "not_recognised", "selecting",
    "spelled", "told",
]  # fmt: skip
