"""The pictures of clocks that are brought together or compared: each role has its own."""

from __future__ import annotations

from collections.abc import Collection

from core.kernel.choice import Asked
from tui.pictures import Canvas, Scene, general
from tui.pictures.clocks import clock_sync_daemon, clock_sync_sensor


def draw(canvas: Canvas, scene: Scene) -> None:
    """A daemon sees its parliament, a sensor its dots; all others the nodes."""
    daemon, sensor = clock_sync_daemon.daemon_of(scene), clock_sync_sensor.sensor_of(scene)
    if daemon is not None and clock_sync_daemon.fits(canvas, daemon):
        clock_sync_daemon.draw(canvas, scene, daemon)
    elif sensor is not None and clock_sync_sensor.fits(canvas):
        clock_sync_sensor.draw(canvas, scene, sensor)
    else:
        general.draw(canvas, scene)


def carries(scene: Scene, asked: Asked, width: int) -> bool:
    """Chairs, the bead and the line are pushed on the picture."""
    return clock_sync_daemon.carries(scene, asked, width) or clock_sync_sensor.carries(scene, asked, width)


def shows(scene: Scene) -> Collection[str]:
    """What it says of the own view by itself."""
    if clock_sync_daemon.daemon_of(scene) is not None:
        return clock_sync_daemon.SHOWN
    return clock_sync_sensor.SHOWN if clock_sync_sensor.sensor_of(scene) is not None else ()
