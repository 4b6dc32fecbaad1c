"""From a dataclass's annotations to compiled types, and to the IDL that declares them."""

from __future__ import annotations

import dataclasses
import types
import typing
from enum import Enum, Flag
from typing import Annotated, Any

from core.wire.cdr import primitives
from core.wire.cdr.constructed import (
    AnyType,
    AnyValue,
    Array,
    Enumeration,
    FixedArray,
    Optional,
    Sequence,
    Struct,
    Switch,
    Switched,
    Tuple,
    TypeCode,
    Union,
)
from core.wire.cdr.names import camel, identifier
from core.wire.cdr.primitives import (
    DOUBLE,
    LONG_LONG,
    Boolean,
    Letter,
    Number,
    OctetSequence,
    Primitive,
    Quad,
    Special,
    String,
    WideLetter,
    WideString,
)
from core.wire.cdr.reader import Type

_ANY_KINDS: dict[TypeCode, Any] = {
    TypeCode.SHORT: primitives.Short,
    TypeCode.LONG: primitives.Long,
    TypeCode.USHORT: primitives.UShort,
    TypeCode.ULONG: primitives.ULong,
    TypeCode.FLOAT: primitives.Float,
    TypeCode.DOUBLE: primitives.Double,
    TypeCode.BOOLEAN: bool,
    TypeCode.CHAR: primitives.Char,
    TypeCode.OCTET: primitives.Octet,
    TypeCode.STRING: str,
    TypeCode.LONGLONG: primitives.LongLong,
    TypeCode.ULONGLONG: primitives.ULongLong,
    TypeCode.LONGDOUBLE: primitives.LongDouble,
    TypeCode.WCHAR: primitives.WChar,
    TypeCode.WSTRING: primitives.WString,
}


class Compiler:
    """Compiles annotations, and gathers the IDL of what they name, in an order in which it can be declared."""

    def __init__(self, order: str) -> None:
        self.order = order
        self.named: dict[Any, Type] = {}
        self.open: list[type] = []
        self.declarations: dict[str, str] = {}

    def compile(self, annotation: Any, where: str) -> Type:
        annotation = plain(annotation)
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is Annotated:
            for extra in arguments[1:]:
                if isinstance(extra, Primitive):
                    return Number(extra, self.order)
                if isinstance(extra, Special):
                    return self.special(extra)
                if isinstance(extra, Array):
                    return self.array(plain(arguments[0]), extra.length, where)
                if isinstance(extra, Switch):
                    return self.switched(extra, where)
            return self.compile(arguments[0], where)
        if annotation is AnyValue:
            return AnyType({kind: self.compile(inner, where) for kind, inner in _ANY_KINDS.items()}, self.order)
        if annotation is bool:
            return Boolean()
        if annotation is int:
            return Number(LONG_LONG, self.order)
        if annotation is float:
            return Number(DOUBLE, self.order)
        if annotation is str:
            return String(self.order)
        if annotation is bytes:
            return OctetSequence(self.order)
        if origin in (typing.Union, types.UnionType):
            return self.union(arguments, where)
        if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
            return Sequence(self.compile(arguments[0], where), self.order)
        if origin is tuple:
            return self.struct_of_tuple(arguments, where)
        if isinstance(annotation, type) and issubclass(annotation, Enum) and not issubclass(annotation, Flag):
            return self.enumeration(annotation)
        if isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
            return self.struct(annotation)
        raise TypeError(f"{where}: CDR has no type for {annotation!r}; see the list in core.wire.cdr")

    def special(self, extra: Special) -> Type:
        if extra.idl == "long double":
            return Quad(self.order)
        if extra.idl == "wstring":
            return WideString(self.order)
        return Letter() if extra.idl == "char" else WideLetter()

    def array(self, annotation: Any, length: int, where: str) -> Type:
        arguments = typing.get_args(annotation)
        if typing.get_origin(annotation) is not tuple or len(arguments) != 2 or arguments[1] is not Ellipsis:
            raise TypeError(f"{where}: an array is written Annotated[tuple[X, ...], Array(length)]")
        element = self.compile(arguments[0], where)
        name = f"{camel(element.idl)}Array{length}"
        key = ("array", arguments[0], length)
        if key not in self.named:
            self.named[key] = FixedArray(name, element, length)
            self.declare(name, f"typedef {element.idl} {name}[{length}];")
        return self.named[key]

    def switched(self, switch: Switch, where: str) -> Type:
        key = ("switch", switch)
        if key not in self.named:
            discriminator = self.compile(switch.discriminator, where)
            members: dict[Any, tuple[str, Type]] = {}
            lines = []
            for case in switch.cases:
                arm = self.compile(case.annotation, f"{where}.{case.name}")
                for label in case.labels:
                    if label in members:
                        raise TypeError(f"{where}: union {switch.name} has two arms for {label!r}")
                    discriminator.write(bytearray(), label)
                    members[label] = (case.name, arm)
                labels = " ".join(f"case {_label(label)}:" for label in case.labels)
                lines.append(f"  {labels} {arm.idl} {identifier(case.name)};\n")
            default = None
            if switch.default is not None:
                default = (switch.default.name, self.compile(switch.default.annotation, where))
                lines.append(f"  default: {default[1].idl} {identifier(default[0])};\n")
            self.named[key] = Switched(switch.name, discriminator, members, default)
            head = f"union {identifier(switch.name)} switch ({discriminator.idl})"
            self.declare(switch.name, f"{head} {{\n{''.join(lines)}}};")
        return self.named[key]

    def enumeration(self, python: type[Enum]) -> Type:
        if python not in self.named:
            self.named[python] = Enumeration(python, self.order)
            members = ", ".join(identifier(member.name) for member in python)
            self.declare(python.__name__, f"enum {identifier(python.__name__)} {{ {members} }};")
        return self.named[python]

    def struct(self, python: type) -> Type:
        if python in self.named:
            return self.named[python]
        if python in self.open:
            raise TypeError(f"{python.__name__} contains itself")
        self.open.append(python)
        hints = typing.get_type_hints(python, include_extras=True)
        fields = [field for field in dataclasses.fields(python) if field.init]
        members = tuple(
            (field.name, self.compile(hints[field.name], f"{python.__name__}.{field.name}")) for field in fields
        )
        self.open.pop()
        names = tuple(name for name, _ in members)
        keywords = any(field.kw_only for field in fields)

        def make(values: list[Any]) -> Any:
            return python(**dict(zip(names, values, strict=True))) if keywords else python(*values)

        self.named[python] = Struct(python.__name__, python, members, make)
        self.declare_struct(python.__name__, members)
        return self.named[python]

    def struct_of_tuple(self, arguments: tuple[Any, ...], where: str) -> Type:
        members = tuple((f"item{place}", self.compile(argument, where)) for place, argument in enumerate(arguments))
        name = "TupleOf" + "And".join(camel(member.idl) for _, member in members)
        key = ("tuple", arguments)
        if key not in self.named:
            self.named[key] = Tuple(name, tuple, members, tuple)
            self.declare_struct(name, members)
        return self.named[key]

    def union(self, arguments: tuple[Any, ...], where: str) -> Type:
        arms = tuple(plain(argument) for argument in arguments if argument is not type(None))
        if len(arms) == 1:
            inner = self.compile(arms[0], where)
        else:
            pairs = tuple((python_type(arm, where), self.compile(arm, where)) for arm in arms)
            inner = self.declared_union("Either" + "Or".join(camel(arm.idl) for _, arm in pairs), pairs)
        if len(arms) == len(arguments):
            return inner
        name = "Optional" + camel(inner.idl)
        key = ("optional", arguments)
        if key not in self.named:
            self.named[key] = Optional(name, inner)
            self.declare(name, f"union {name} switch (boolean) {{\n  case TRUE: {inner.idl} value;\n}};")
        return self.named[key]

    def declared_union(self, name: str, pairs: tuple[tuple[type, Type], ...]) -> Type:
        key = ("union", name, tuple(python for python, _ in pairs))
        if key not in self.named:
            self.named[key] = Union(name, pairs, self.order)
            cases = "\n".join(
                f"  case {place}: {arm.idl} {identifier('as_' + python.__name__)};"
                for place, (python, arm) in enumerate(pairs)
            )
            self.declare(name, f"union {name} switch (unsigned long) {{\n{cases}\n}};")
        return self.named[key]

    def declare_struct(self, name: str, members: tuple[tuple[str, Type], ...]) -> None:
        lines = "".join(f"  {member.idl} {identifier(inner)};\n" for inner, member in members)
        body = f"{{\n{lines}}}" if lines else "{}"  # empty structs: IDL 4.2, 7.4.13, extended data types
        self.declare(name, f"struct {identifier(name)} {body};")

    def declare(self, name: str, declaration: str) -> None:
        """Declare once; two different things of one name are a mistake that IDL would refuse as well."""
        if self.declarations.setdefault(name, declaration) != declaration:
            raise TypeError(f"two different types are called {name}")

    def messages(self, message_types: tuple[type, ...]) -> Type:
        if not message_types:
            raise TypeError("a codec needs at least one message type")
        for python in message_types:
            if not (isinstance(python, type) and dataclasses.is_dataclass(python)):
                raise TypeError(f"{python!r} is no dataclass")
        return self.declared_union("Message", tuple((python, self.struct(python)) for python in message_types))


def _label(value: Any) -> str:
    """A discriminator's value as IDL writes it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Enum):
        return identifier(value.name)
    if isinstance(value, str):
        shown = value if value.isprintable() else f"\\x{ord(value):02x}"
        return "'\\''" if value == "'" else f"'{shown}'"
    return str(value)


def plain(annotation: Any) -> Any:
    """What a NewType or a `type` alias stands for."""
    while True:
        if hasattr(annotation, "__supertype__"):
            annotation = annotation.__supertype__
        elif type(annotation).__name__ == "TypeAliasType":
            annotation = annotation.__value__
        else:
            return annotation


def python_type(annotation: Any, where: str) -> type:
    if typing.get_origin(annotation) is Annotated:
        annotation = plain(typing.get_args(annotation)[0])
    found = typing.get_origin(annotation) or annotation
    if not isinstance(found, type):
        raise TypeError(f"{where}: {annotation!r} cannot be an arm of a union")
    return found
