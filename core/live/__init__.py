"""Live: the same machines against software that nobody here wrote, over real transports.

A live world is an ordinary world. Its level names nodes that run nothing (`outside = "tcp"`): each stands for somebody
at the other end of a transport. What comes from there happens in the world at the present time, what our node sends
there leaves by the transport at once; loss, delay and order are the real ones. So no protocol's file knows of it, and
the scenario together with the journal of all arrivals is a run like any other: it replays and rewinds. It is written
down as it goes (core.live.recording, core.recorder), so that a kill cuts it short and no more.

    level   [nodes] server = { runs = "echo.server" }   peer = { outside = "echo" }
    code    live = Live(World(scenario)); port = UdpPort(live, "server", ["peer"]); await serve(live, port)

Everything stays on this machine: loopback, or a TUN network of its own (see core.live.tun).
"""

from core.live.seam import Departure, Live, LiveError, Port

__all__ = ["Departure", "Live", "LiveError", "Port"]
