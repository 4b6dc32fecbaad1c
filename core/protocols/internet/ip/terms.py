"""The words that this room brings, each in one plain sentence."""

TERMS = {
    "datagram": "a packet that finds its way by itself: nobody on the way remembers the one before.",
    "TTL": "time to live: each router takes 1 from it, and throws the packet away when nothing is left.",
    "time to live": "a number in each packet: each router takes 1 from it, and at 0 throws the packet away.",
    "MTU": "the largest packet that a link carries, in bytes.",
    "DF": '"don\'t fragment": routers must not cut this packet in pieces.',
    "ICMP": "short notes of the network itself: this packet died, and why.",
    "UDP": "datagrams with a port on them: to which program they belong.",
    "fragment": "a piece of a datagram that was too large for a link.",
    "prefix": "the beginning of an address: /24 means that its first 24 bits must be the same.",
    "checksum": "a sum over the bytes: where it does not come out, something was changed on the way.",
    "router": "a machine that passes packets on, from link to link, towards where they go.",
    "port": "a number that says to which program of a machine a packet belongs.",
    "offset": "where in the whole a fragment belongs, counted in units of 8 bytes.",
    "probe": "a packet that is sent only to see what becomes of it.",
    "telemetry": "readings that a machine sends home: each new one makes the last one old.",
    "hop": "one step from a machine to the next.",
    "echo": "a packet that asks to be sent back: ping.",
    "header": "what stands before the data of a packet: from where, to where, and how it is to be treated.",
    "handshake": "the first messages of two who are to talk: each hears that the other is there.",
}
