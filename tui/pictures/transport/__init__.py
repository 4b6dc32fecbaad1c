"""The transport layer: bytes, segments, datagrams, and what is made of them."""
