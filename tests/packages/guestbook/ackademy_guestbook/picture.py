"""The book, open: as many lines as the player knows of."""

from tui.look.places import between
from tui.pictures import Canvas, Ink, Scene
from tui.pictures.flights import glide


def draw(canvas: Canvas, scene: Scene) -> None:
    """A page with its lines, and the letters on their way past it."""
    lines = int(scene.view.get("lines in the book", scene.view.get("lines written", 0)))
    canvas.put(2, 1, "the book", Ink.STRONG)
    for line in range(min(lines, max(0, canvas.height - 5))):
        canvas.put(4, 2 + line, f"{line + 1}. ~~~~~~~~", Ink.QUIET)
    for flight in scene.flights:
        glide(canvas, scene, flight, between((2, canvas.height - 2), (canvas.width - 3, canvas.height - 2)))
