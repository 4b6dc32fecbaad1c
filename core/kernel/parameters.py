"""Parameters: fields of a machine that a level may set. The field carries its default, its kind and its range."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any, TypeVar

T = TypeVar("T")

_KINDS = {
    "int": "number",
    "str": "text",
    "bool": "flag",
    "bytes": "bytes",
    "tuple[str, ...]": "nodes",
    "tuple[int, ...]": "numbers",
}
"""What a field of this type holds, unless it says otherwise."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a role that a level may set; it fills the machine's field of the same name.

    kind: "number", "text", "bytes" (text in the level, UTF-8), "duration" (µs), "rate" (bit/s), "size" (bytes), "node",
    "nodes" (tuple of names), "numbers" (tuple), "flag", or "word" (one of `options`). `check` raises ValueError, in
    words, for a value that the protocol cannot use.
    """

    name: str
    kind: str
    default: Any
    words: str
    low: int | None = None
    high: int | None = None
    options: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    """The roles that have it; () for all."""
    check: Callable[[Any], object] | None = None


def parameter(
    default: T,
    words: str,
    *,
    kind: str = "",
    low: int | None = None,
    high: int | None = None,
    options: tuple[str, ...] = (),
    check: Callable[[Any], object] | None = None,
) -> T:
    """A machine's field that a level may set, as `Parameter` has it.

    Without a kind it is what the field's type says (a "word" if there are options). A subclass that gives the field
    another default keeps all else; one in which nobody may set it says `fixed(default)`.
    """
    spec = Parameter("", "word" if options and not kind else kind, None, words, low, high, options, (), check)
    return field(default=default, metadata={Parameter: spec})


def fixed(default: T) -> T:
    """A machine's field that a level may set in a base class, and no longer here."""
    return field(default=default, metadata={Parameter: None})


def parameters_of(roles: Mapping[str, type]) -> tuple[Parameter, ...]:
    """The parameters of these machines, each with the roles that have it: in the order of roles and of fields."""
    found: dict[Parameter, list[str]] = {}
    for role, machine in roles.items():
        for own in fields(machine):
            spec = _declared(machine, own)
            if spec is not None:
                each = replace(spec, name=own.name, kind=spec.kind or _kind_of(own), default=own.default)
                found.setdefault(each, []).append(role)
    return tuple(replace(each, roles=() if len(names) == len(roles) else tuple(names)) for each, names in found.items())


def _declared(machine: type, own: Field[Any]) -> Parameter | None:
    """What the field, or the one of a base class that it gives another default, says of itself as a parameter."""
    for base in machine.__mro__:
        declared = vars(base).get("__dataclass_fields__", {}).get(own.name)
        if declared is not None and Parameter in declared.metadata:
            spec: Parameter | None = declared.metadata[Parameter]
            return spec
    return None


def _kind_of(own: Field[Any]) -> str:
    annotation = own.type.__name__ if isinstance(own.type, type) else str(own.type)
    if annotation not in _KINDS:
        raise ValueError(f"the parameter {own.name} is of type {annotation}: say of what kind it is")
    return _KINDS[annotation]
