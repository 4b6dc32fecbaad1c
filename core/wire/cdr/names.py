"""Names as IDL takes them (CORBA 3.3 part 1, 7.2.4)."""

from __future__ import annotations

import re

_KEYWORDS = frozenset(
    [
        "abstract",
        "any",
        "attribute",
        "boolean",
        "case",
        "char",
        "component",
        "connector",
        "const",
        "consumes",
        "context",
        "custom",
        "default",
        "double",
        "emits",
        "enum",
        "eventtype",
        "exception",
        "factory",
        "false",
        "finder",
        "fixed",
        "float",
        "getraises",
        "getter",
        "home",
        "import",
        "in",
        "inout",
        "interface",
        "local",
        "long",
        "manages",
        "mirrorport",
        "module",
        "multiple",
        "native",
        "object",
        "octet",
        "oneway",
        "out",
        "port",
        "porttype",
        "primarykey",
        "private",
        "provides",
        "public",
        "publishes",
        "raises",
        "readonly",
        "sequence",
        "setraises",
        "setter",
        "short",
        "string",
        "struct",
        "supports",
        "switch",
        "true",
        "truncatable",
        "typedef",
        "typeid",
        "typename",
        "typeprefix",
        "union",
        "unsigned",
        "uses",
        "valuebase",
        "valuetype",
        "void",
        "wchar",
        "wstring",
    ]
)


def identifier(name: str) -> str:
    """A name as IDL takes it: a keyword, in whatever case, is escaped by an underscore."""
    return f"_{name}" if name.lower() in _KEYWORDS else name.lstrip("_")


def camel(idl: str) -> str:
    """`unsigned long` as `UnsignedLong`: a part of a made-up name."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"\W+", idl))
