"""DNS and NTP as tshark reads them: a second opinion on every field."""

import json
import shutil
import struct
import subprocess
from dataclasses import replace

import pytest

from core.wire.dns import DNS
from core.wire.ipv4 import IPV4, Packet, address
from core.wire.sntp import SNTP
from tests.wire.test_dns import ANSWER, QUERY
from tests.wire.test_sntp import REPLY

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def read(tmp_path, data, port):
    """What tshark makes of a datagram to and from this port: its layers, fields by name."""
    source, destination = address("192.0.2.1"), address("192.0.2.2")
    datagram = struct.pack("!HHHH", port, port, 8 + len(data), 0) + data  # checksum 0: not used (RFC 768)
    packet = IPV4.encode(Packet(source, destination, 17, datagram), None)
    file = tmp_path / "one.pcap"
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)  # raw IPv4
    file.write_bytes(head + struct.pack("<IIII", 0, 0, len(packet), len(packet)) + packet)
    words = ["tshark", "-n", "-r", str(file), "-T", "json", "--no-duplicate-keys"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    [found] = json.loads(done.stdout)
    layers = found["_source"]["layers"]
    assert "_ws.malformed" not in layers
    return layers


def flat(tree):
    """All fields of a layer, each with all of its values."""
    found = {}
    for name, value in tree.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                for inner, values in flat(one).items():
                    found.setdefault(inner, []).extend(values)
            else:
                found.setdefault(name, []).append(one)
    return found


def test_tshark_reads_our_query(tmp_path):
    fields = flat(read(tmp_path, DNS.encode(QUERY, None), 53)["dns"])
    assert fields["dns.id"] == ["0x2b5c"]
    assert fields["dns.qry.name"] == ["www.example.com"]
    assert fields["dns.flags.recdesired"] == ["1"]


def test_tshark_reads_our_compressed_answer(tmp_path):
    known = replace(ANSWER, additional=ANSWER.additional[:3])  # the others hold no true data of their types
    fields = flat(read(tmp_path, DNS.encode(known, None), 53)["dns"])
    assert fields["dns.count.answers"] == ["3"]
    assert fields["dns.count.add_rr"] == ["3"]
    assert fields["dns.cname"] == ["edge.example.com"]
    assert fields["dns.a"] == ["192.0.2.7"]
    assert fields["dns.aaaa"] == ["2001:db8::7"]
    assert fields["dns.ns"] == ["ns.example.com"]
    assert fields["dns.soa.mname"] == ["ns.example.com"]
    assert fields["dns.soa.serial_number"] == ["2024010101"]
    assert fields["dns.mx.mail_exchange"] == ["mail.example.com"]
    assert fields["dns.txt"] == ["v=spf1 -all", ""]
    assert fields["dns.ptr.domain_name"] == ["www.example.com"]


def test_tshark_reads_our_ntp(tmp_path):
    fields = flat(read(tmp_path, SNTP.encode(REPLY, None), 123)["ntp"])
    assert fields["ntp.flags.vn"] == ["4"]
    assert fields["ntp.flags.mode"] == ["4"]
    assert fields["ntp.stratum"] == ["1"]
    assert fields["ntp.precision"] in (["-20"], ["236"])
    assert fields["ntp.refid"] == ["47:50:53:00"]
    assert "2019" in fields["ntp.rec"][0]
