"""The look: colours, and what pictures are made of.

`tui.look.palette`  what inks and grounds look like in a theme.
`tui.look.dots`     lines, rings, discs and fog in Braille sub-cells, 2 x 4 a cell.
`tui.look.blocks`   pixels of half a cell, sprites, planets and big digits.
`tui.look.flight`   packets that glide, are lost, late or doubled.
`tui.look.parts`    chips, tiles, gauges, rulers, fields: one function a part.
`tui.look.places`   where things stand: rings, lanes, and the way between two places.

All of it draws on a `tui.widgets.canvas.Canvas`, is cut off at its edges, knows `ascii_only`, and is tested as text.
"""
