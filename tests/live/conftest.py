"""What live tests need: a TUN device, and programs to face; without them they skip, with the reason."""

import shutil

import pytest

from core.live import LiveError, tun


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
