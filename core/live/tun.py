"""A TUN device (Linux): a network between us and the kernel, in which every packet is ours to read and to write.

`here` makes one among the machine's own interfaces: any program on it can then reach our node. `apart` makes one in a
network namespace of its own, in which one program runs and nothing else: nothing can leave it, and nobody need be
root where user namespaces are allowed. Either goes with the process that made it.
"""

from __future__ import annotations

import array
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path as File
from types import TracebackType

from core.live.seam import LiveError
from core.wire.ipv4 import address, dotted

DEVICE = "/dev/net/tun"
MTU = 1500
TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
SIOCGIFFLAGS, SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK, SIOCSIFMTU = 0x8913, 0x8914, 0x8916, 0x891C, 0x8922
IFF_UP = 0x1
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_PDEATHSIG = 1
PACKAGES = {"aria2c": "aria2", "nc": "netcat-openbsd"}
"""Debian's packages of programs that have another name."""
FIRST = address("10.201.0.0")
"""Our networks are 10.201.0.0/30, 10.201.0.4/30, and on: two addresses each, the kernel's and ours."""
NETWORKS = 1 << 14


@dataclass
class Tun:
    """An open device. `kernel` and `ours` are the IPv4 addresses of its two ends; `peer`: the program apart, if any.

    A context manager: at its end the device is gone, and the program too.
    """

    fd: int
    name: str
    kernel: int
    ours: int
    mtu: int = MTU
    peer: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def __enter__(self) -> Tun:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the device; end the program apart. Harmless twice."""
        if self.peer is not None:
            _end(self.peer)
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


def here(network: int | None = None) -> Tun:
    """A device among this machine's interfaces (needs CAP_NET_ADMIN); `network`: which of ours, a free one if None.

    Raises LiveError in words.
    """
    _linux_only()
    number = _free_network() if network is None else network % NETWORKS
    kernel = FIRST + 4 * number + 1
    fd, name = _open()
    try:
        _set_up(name, kernel)
    except BaseException:
        os.close(fd)
        raise
    os.set_blocking(fd, False)
    return Tun(fd, name, kernel, kernel + 1)


def apart(
    command: Sequence[str], *, network: int = 0, output: int | None = None, swapped: bool = False
) -> Tun:  # fmt: skip
    """A device in a network namespace of its own, with `command` running there; `{ours}` and `{kernel}` in it become
    the addresses. `output`: where its standard output goes (as for Popen). `swapped`: the kernel has the address that
    is ours otherwise, so that two such namespaces can face each other. Raises LiveError in words.
    """
    _linux_only()
    installed(command[0])
    kernel = FIRST + 4 * (network % NETWORKS) + 1
    ours = kernel + 1
    if swapped:
        kernel, ours = ours, kernel
    words = [word.replace("{ours}", dotted(ours)).replace("{kernel}", dotted(kernel)) for word in command]
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with near:
        with far:
            peer = subprocess.Popen(
                [sys.executable, "-I", "-c", _CHILD, str(File(__file__).parents[2]), str(far.fileno()), str(kernel),
                 *words],
                stdin=subprocess.DEVNULL, stdout=output, pass_fds=(far.fileno(),),
            )  # fmt: skip
        near.settimeout(20)
        try:
            told, control, _, _ = near.recvmsg(1000, socket.CMSG_SPACE(struct.calcsize("i")))
        except OSError as error:
            told, control = f"- the helper did not answer: {error}".encode(), []
        except BaseException:
            _end(peer)
            raise
    if not told.startswith(b"+") or not control:
        _end(peer)
        raise LiveError(told[2:].decode(errors="replace") or "the helper that makes a network apart ended early")
    fds = array.array("i")
    fds.frombytes(control[0][2][: fds.itemsize])
    os.set_blocking(fds[0], False)
    return Tun(fds[0], told[1:].decode(), kernel, ours, peer=peer)


def installed(program: str) -> None:
    """Raises LiveError, in words, if there is no such program here."""
    if shutil.which(program) is None:
        raise LiveError(f"{program} is not installed (Debian: apt install {PACKAGES.get(program, program)})")


def _end(program: subprocess.Popen[bytes]) -> None:
    """At once, if it has not ended. Harmless twice."""
    if program.poll() is None:
        program.kill()
        program.wait()
    if program.stdout is not None:
        program.stdout.close()


_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from core.live.tun import child; child(sys.argv[2:])"


def child(arguments: Sequence[str]) -> None:
    """What runs in the new namespace: makes the device, hands it over, becomes the command."""
    with socket.socket(fileno=int(arguments[0])) as far:
        try:
            _leave_network()
            _bring_up("lo")
            fd, name = _open()
            _set_up(name, int(arguments[1]))
        except (LiveError, OSError) as error:
            words = f"a network apart cannot be made here: {error.strerror}" if isinstance(error, OSError) else error
            far.send(f"- {words}".encode())
            raise SystemExit(1) from None
        far.sendmsg([b"+" + name.encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))])
        os.close(fd)
    _end_with_parent()
    command = arguments[2:]
    try:
        os.execvp(command[0], list(command))
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        raise SystemExit(127) from None


def _end_with_parent() -> None:
    """Have this process, and the command that it becomes, end when the thread that started it does: also by a kill."""
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _leave_network() -> None:
    """Into a network namespace of this process's own; into a user namespace too, if it is not root."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWNET) == 0:
        return
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        raise LiveError(f"a network apart cannot be made here: {os.strerror(ctypes.get_errno())}")
    File("/proc/self/setgroups").write_text("deny")
    File("/proc/self/uid_map").write_text(f"0 {user} 1")
    File("/proc/self/gid_map").write_text(f"0 {group} 1")


# Devices: fcntl, which Windows has not, is imported where a device is wanted


def _linux_only() -> None:
    if not sys.platform.startswith("linux"):
        raise LiveError("facing the kernel's TCP takes Linux with a TUN device: it cannot be had on this system")


def _open() -> tuple[int, str]:
    """A new device; its descriptor and name. Raises LiveError."""
    import fcntl

    try:
        fd = os.open(DEVICE, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        raise LiveError(f"there is no {DEVICE} here: facing the kernel's TCP takes Linux with a TUN device") from None
    except OSError as error:
        raise LiveError(f"{DEVICE} cannot be opened: {error.strerror}") from None
    try:
        made = fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", b"ack%d", IFF_TUN | IFF_NO_PI))
    except OSError as error:
        os.close(fd)
        raise LiveError(
            f"a TUN device cannot be made here ({error.strerror}): it takes root, or CAP_NET_ADMIN"
        ) from None
    return fd, made[:16].rstrip(b"\0").decode()


def _set_up(name: str, kernel: int) -> None:
    """Give the device the address `kernel` in a network of four, and bring it up. Raises LiveError."""
    import fcntl

    try:
        # Neighbour discovery and its kind would only be noise: there is nobody here who speaks IPv6.
        with suppress(OSError):
            File(f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6").write_text("1")
        # Nothing leaves this machine, also where it forwards packets for others (a host of containers does).
        with suppress(OSError):
            File(f"/proc/sys/net/ipv4/conf/{name}/forwarding").write_text("0")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            for request, number in ((SIOCSIFADDR, kernel), (SIOCSIFNETMASK, 0xFFFFFFFC)):
                where = struct.pack("16sHH4s8x", name.encode(), socket.AF_INET, 0, number.to_bytes(4, "big"))
                fcntl.ioctl(control, request, where)
            fcntl.ioctl(control, SIOCSIFMTU, struct.pack("16si12x", name.encode(), MTU))
        _bring_up(name)
    except OSError as error:
        raise LiveError(f"the TUN device {name} cannot be given an address: {error.strerror}") from None


def _bring_up(name: str) -> None:
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        asked = struct.pack("16sh14x", name.encode(), 0)
        flags = struct.unpack_from("h", fcntl.ioctl(control, SIOCGIFFLAGS, asked), 16)[0]
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", name.encode(), flags | IFF_UP))


def _free_network() -> int:
    """One of our networks to which no route of this machine leads, as far as it can be seen."""
    taken: list[tuple[int, int]] = []
    with suppress(OSError):
        for line in File("/proc/net/route").read_text().splitlines()[1:]:
            words = line.split()
            number, mask = (socket.ntohl(int(words[place], 16)) for place in (1, 7))
            if mask:
                taken.append((number, mask))
    first = os.getpid() % NETWORKS
    for step in range(NETWORKS):
        number = (first + step) % NETWORKS
        start = FIRST + 4 * number
        if not any(start & mask == where or where & 0xFFFFFFFC == start for where, mask in taken):
            return number
    raise LiveError("all networks from 10.201.0.0 to 10.201.255.255 are in use here")
