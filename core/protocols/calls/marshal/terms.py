"""The words that this room brings, each in one plain sentence."""

TERMS = {
    "CORBA": "a standard by which programs call each other, whatever they are written in.",
    "CDR": "how CORBA packs values into bytes.",
    "octet": "a byte: eight bits.",
    "big endian": "the byte that counts most comes first.",
    "NUL": "a byte of value 0; it ends a text.",
    "UTF-8": "how letters become bytes: the plain ones one each, others two to four.",
    "record": "several values that belong together, one after the other.",
    "gap": "bytes that mean nothing, so that the next value begins at a multiple of its size.",
    "boundary": "a place at which a value of this size may begin: a multiple of its size.",
}
