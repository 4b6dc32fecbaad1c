"""The TUN device itself."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORWARDING = """
import sys
from pathlib import Path
Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
sys.path.insert(0, sys.argv[1])
from core.live import tun
with tun.here() as device:
    settings = Path("/proc/sys/net/ipv4/conf")
    print(*((settings / name / "forwarding").read_text().strip() for name in ("lo", device.name)))
"""


@pytest.mark.usefixtures("network_apart")
@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is not installed")
def test_nothing_leaves_a_machine_that_forwards_for_others():
    command = ["unshare", "--map-root-user", "--net", sys.executable, "-c", FORWARDING, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if done.returncode and "unshare" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.stdout.split() == ["1", "0"], done.stderr
