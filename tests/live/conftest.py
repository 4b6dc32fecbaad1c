"""What live tests need: a TUN device, and programs to face; without them they skip, with the reason."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from core.live import LiveError, tun
from tests.tui.conftest import read_at_once  # noqa: F401  (a fixture of the screens' tests: some here play on screens)

DESCRIPTORS = Path("/proc/self/fd")


@pytest.fixture(scope="session")
def network_apart():
    """A TUN device in a network namespace of its own can be made here."""
    try:
        tun.apart(["true"]).close()
    except LiveError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def curl():
    """curl is here."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")


def open_sockets():
    """The sockets that this process has open, as the kernel names them; none where there is no /proc."""
    found = set()
    for number in os.listdir(DESCRIPTORS) if DESCRIPTORS.exists() else ():
        with suppress(OSError):  # that of the listing itself
            found.add(os.readlink(DESCRIPTORS / number))
    return {name for name in found if name.startswith("socket:")}


@pytest.fixture(autouse=True)
def every_socket_is_closed():
    """Whoever leaves a socket open fails itself: the warning comes only when it is collected, in some later test."""
    before = open_sockets()
    yield
    assert open_sockets() <= before, "a socket is left open"
