"""CDR, the Common Data Representation of CORBA (CORBA 3.3 part 2, section 9.3).

Values lie one after another without names or types; sender and receiver know both from the interface, written in IDL.
Every primitive of n bytes begins at a multiple of n, counted from the start of the message; the gaps hold anything.
Numbers go in the sender's byte order, and the receiver swaps ("receiver makes it right").

`codec_for(Ping, Pong)` makes a codec from frozen dataclasses alone: the message is an IDL union, whose discriminator
is the place of the message's type in the list. Annotations become IDL like this:

    bool str bytes float      boolean, string (UTF-8), sequence<octet>, double
    int                       long long; others by alias: Octet Short UShort Long ULong LongLong ULongLong
    Float Double LongDouble   float, double, long double
    Char WChar WString        char (ISO 8859-1), wchar, wstring (UTF-16, as GIOP 1.2 sends them)
    Enum                      enum, numbered in order of declaration
    frozen dataclass          struct
    tuple[X, ...]             sequence<X>
    tuple[X, Y]               struct
    tuple[X, ...] and Array   X[n]: `Annotated[tuple[Long, ...], Array(3)]`
    X | None                  union switch (boolean)
    A | B                     union switch (unsigned long), A and B being told apart by their Python type
    UnionValue and Switch     union with a discriminator of its own, and a default
    AnyValue                  any, of a basic type or a string
"""

from __future__ import annotations

from core.wire.cdr.codec import CdrCodec, codec_for, decode_value, encode_value, idl, value_spans
from core.wire.cdr.constructed import AnyValue, Array, Case, Switch, TypeCode, UnionValue
from core.wire.cdr.primitives import (
    Char,
    Double,
    Float,
    Long,
    LongDouble,
    LongLong,
    Octet,
    Primitive,
    Short,
    ULong,
    ULongLong,
    UShort,
    WChar,
    WString,
)
from core.wire.cdr.reader import CODEC, SOURCE

__all__ = [
    "CODEC", "SOURCE", "AnyValue", "Array", "Case", "CdrCodec", "Char", "Double", "Float", "Long", "LongDouble",
    "LongLong", "Octet", "Primitive", "Short", "Switch", "TypeCode", "ULong", "ULongLong", "UShort", "UnionValue",
    "WChar", "WString", "codec_for", "decode_value", "encode_value", "idl", "value_spans",
]  # fmt: skip
