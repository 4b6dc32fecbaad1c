"""The game in browsers: `server` lets visitors in, each gets a process of his own (`visitor`), kept in by `guard`.

The page, the terminal in it and what goes over the wire are those of textual-serve; nothing is loaded from elsewhere.
"""
