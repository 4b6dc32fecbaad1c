"""The TUN device itself."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.live import LiveError, tun
from tests.patience import ENOUGH

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
    done = subprocess.run(command, capture_output=True, text=True, timeout=ENOUGH)
    if done.returncode and "unshare" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.stdout.split() == ["1", "0"], done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere it is refused before that")
def test_a_missing_device_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(tun, "DEVICE", str(tmp_path / "tun"))
    with pytest.raises(LiveError, match=f"^there is no {tmp_path}/tun here: facing the kernel's TCP takes Linux with"):
        tun.here()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere it is refused before that")
@pytest.mark.parametrize("refused", ["open", "ioctl"])
def test_missing_rights_are_one_sentence(monkeypatch, tmp_path, refused):
    """Some systems let everybody open the device and make none of it; others let nobody open it."""

    def refuse(*words):
        raise PermissionError(1, "Operation not permitted")

    (tmp_path / "tun").touch()
    monkeypatch.setattr(tun, "DEVICE", str(tmp_path / "tun"))
    monkeypatch.setattr({"open": "os.open", "ioctl": "fcntl.ioctl"}[refused], refuse)
    said = {
        "open": f"^{tmp_path}/tun cannot be opened: Operation not permitted$",
        "ioctl": r"^a TUN device cannot be made here \(Operation not permitted\): it takes root, or CAP_NET_ADMIN$",
    }
    with pytest.raises(LiveError, match=said[refused]):
        tun.here()


@pytest.mark.usefixtures("network_apart", "curl")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hide a device")
@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is not installed")
@pytest.mark.parametrize("how", [[], ["--curl"]], ids=["among ours", "in a network apart"])
def test_a_machine_without_tun_says_so_in_one_sentence(tmp_path, how):
    hidden = f"mount -t tmpfs none /dev/net && exec {sys.executable} -m tui live tcp {' '.join(how)}"
    environ = {**os.environ, "ACKADEMY_HOME": str(tmp_path)}
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", hidden],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=ENOUGH,
    )
    if "mount:" in done.stderr or "unshare:" in done.stderr:
        pytest.skip(done.stderr.strip())
    said = "ackademy live: there is no /dev/net/tun here: facing the kernel's TCP takes Linux with a TUN device\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere it is refused before that")
def test_a_system_without_namespaces_is_one_sentence(monkeypatch):
    """As where neither root nor user namespaces are allowed."""
    refuses = "type('Libc', (), {'unshare': lambda self, flags: -1})()"
    patched = f"import ctypes; ctypes.CDLL = lambda *a, **k: {refuses}; ctypes.get_errno = lambda: 1; from core"
    monkeypatch.setattr(tun, "_CHILD", tun._CHILD.replace("from core", patched, 1))
    with pytest.raises(LiveError, match=r"^a network apart cannot be made here: Operation not permitted$"):
        tun.apart(["true"])
