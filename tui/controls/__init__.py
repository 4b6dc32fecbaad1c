"""Controls: one for every domain of a choice. `control_for` makes the right one; they know nothing of Textual."""

from __future__ import annotations

from core.kernel.choice import Domain
from core.kernel.domains import OneOf
from tui.controls.alarm import AlarmControl
from tui.controls.base import Control, Option, Press, Setting, shown
from tui.controls.cards import CardsControl
from tui.controls.chairs import ChairsControl
from tui.controls.grid import GridControl
from tui.controls.handles import HandlesControl
from tui.controls.header import FieldsControl
from tui.controls.listing import ListControl
from tui.controls.needle import NeedleControl
from tui.controls.ranked import RankedControl
from tui.controls.scissors import ScissorsControl
from tui.controls.slider import OddsControl, SliderControl
from tui.controls.text import TextControl
from tui.controls.tokens import TokensControl
from tui.controls.track import TrackControl
from tui.controls.typed import TypedControl

__all__ = ["Control", "Option", "Press", "Setting", "control_for", "shown"]

BY_NAME: dict[str, type[Control]] = {
    "needle": NeedleControl,
    "chairs": ChairsControl,
    "cards": CardsControl,
    "alarm": AlarmControl,
    "grid": GridControl,
    "handles": HandlesControl,
    "odds": OddsControl,
    "ranked": RankedControl,
    "scissors": ScissorsControl,
    "sheet": FieldsControl,
    "slider": SliderControl,
    "text": TextControl,
    "tokens": TokensControl,
    "track": TrackControl,
}


def control_for(setting: Setting) -> Control:
    """The control of the question's domain.

    A domain with a figure of its own (BY_NAME) has that always. Numbers, fields and words are a list while options are
    listed, and typed otherwise.
    """
    domain: Domain = setting.asked.choice.domain
    own = BY_NAME.get(domain.control)
    if own is not None:
        return own(setting)
    if setting.options:
        return ListControl(setting)
    if domain.control == "fields":
        return FieldsControl(setting)
    if isinstance(domain, OneOf) and domain.control != "list":
        return ListControl(setting)
    return TypedControl(setting)
