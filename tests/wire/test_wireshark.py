"""What another implementation reads in our packets: tshark, where it is installed."""

import shutil
import struct
import subprocess

import pytest

from core.wire import icmp, ipv4, tcp, udp
from core.wire.fragments import fragments
from core.wire.ipv4 import NoOperation, Packet, RecordRoute, UnknownOption, address, pack_options
from tests.patience import ENOUGH

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
A, B = address("192.0.2.1"), address("192.0.2.2")
CHECKED = [option for name in ("ip", "udp", "tcp") for option in ("-o", f"{name}.check_checksum:TRUE")]
CHECKED += ["-o", "tcp.relative_sequence_numbers:FALSE"]


class Envelope:
    source, destination, source_address, destination_address = "a", "b", A, B


def read(tmp_path, packets, *fields):
    """tshark's values of these fields, a row a packet."""
    file = tmp_path / "packets.pcap"
    rows = b"".join(struct.pack("<IIII", 0, n, len(data), len(data)) + data for n, data in enumerate(packets))
    file.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101) + rows)  # raw IP
    wanted = [option for name in fields for option in ("-e", name)]
    command = ["tshark", "-r", file, "-T", "fields", "-E", "separator=|", *CHECKED, *wanted]
    done = subprocess.run(command, capture_output=True, text=True, timeout=ENOUGH, check=True)
    return [line.split("|") for line in done.stdout.splitlines()]


def packet(protocol, payload, **more):
    return ipv4.pack(Packet(A, B, protocol, payload, **more))


def test_no_checksum_is_bad_and_nothing_is_malformed(tmp_path):
    quoted = icmp.quote(packet(17, udp.pack(udp.Datagram(4000, 9, b"hello"), A, B)))
    messages = [
        icmp.Echo(1, 2, b"ping"), icmp.EchoReply(1, 2, b"ping"), icmp.Unreachable(3, quoted),
        icmp.Unreachable(4, quoted, 576), icmp.TimeExceeded(0, quoted), icmp.TimeExceeded(1, quoted),
        icmp.ParameterProblem(22, quoted),
    ]  # fmt: skip
    segment = tcp.Segment(4000, 80, 1, 1, tcp.Flags.ACK, 100, payload=b"odd",
                          options=(tcp.NoOperation(), tcp.NoOperation(), tcp.Sack(((5, 9), (20, 30)))))  # fmt: skip
    packets = [
        *(packet(1, icmp.pack(message)) for message in messages),
        packet(17, udp.pack(udp.Datagram(4000, 7, b"odd"), A, B)),
        packet(17, udp.pack(udp.Datagram(4000, 7, b""), A, B)),
        tcp.TCP_OVER_IPV4.encode(segment, Envelope),
    ]
    rows = read(tmp_path, packets, "_ws.malformed", "ip.checksum.status", "icmp.checksum.status",
                "udp.checksum.status", "tcp.checksum.status")  # fmt: skip
    good = {"1": "Good"}
    assert len(rows) == len(packets)
    for row in rows:
        assert row[0] == ""
        sums = {value for cell in row[1:] for value in cell.split(",") if value}
        assert sums <= {*good, "2", "3"}, row  # 2: not verified, 3: not there, both only inside what is quoted
        assert "1" in sums


def test_it_reads_the_fields_that_we_wrote(tmp_path):
    quoted = icmp.quote(packet(17, udp.pack(udp.Datagram(4000, 9, b"hello"), A, B)))
    rows = read(tmp_path, [packet(1, icmp.pack(icmp.Unreachable(4, quoted, 576)))],
                "icmp.type", "icmp.code", "icmp.mtu", "udp.dstport")  # fmt: skip
    assert rows == [["3", "4", "576", "9"]]
    rows = read(tmp_path, [packet(1, icmp.pack(icmp.ParameterProblem(22, quoted)))],
                "icmp.type", "icmp.code", "icmp.pointer", "udp.dstport")  # fmt: skip
    assert rows == [["12", "0", "22", "9"]]
    options = pack_options((NoOperation(), RecordRoute.empty(3).recorded(A), UnknownOption(136, b"\x00\x07")))
    rows = read(tmp_path, [packet(17, bytes(8), options=options)], "ip.opt.type", "ip.rec_rt", "ip.opt.sid")
    assert rows[0][0].startswith("1,7,136")
    assert "192.0.2.1" in rows[0][1]
    assert rows[0][2] == "7"
    segment = tcp.Segment(1, 2, 3, 4, tcp.Flags.ACK, 5, options=(tcp.Sack(((5, 9), (20, 30))), tcp.WindowScale(7)))
    rows = read(tmp_path, [tcp.TCP_OVER_IPV4.encode(segment, Envelope)], "tcp.options.sack_le", "tcp.options.sack_re")
    assert [cell.split(",") for cell in rows[0]] == [["5", "20"], ["9", "30"]]


def test_it_puts_our_fragments_together(tmp_path):
    data = udp.pack(udp.Datagram(4000, 4001, bytes(range(256)) * 12), A, B)
    pieces = fragments(Packet(A, B, 17, data, identification=7), 576)
    rows = read(tmp_path, [ipv4.pack(pieces[place]) for place in (2, 0, 3, 1, *range(4, len(pieces)))],
                "ip.reassembled.length", "udp.checksum.status", "ip.fragment.error", "ip.fragment.overlap")  # fmt: skip
    assert [row for row in rows if row[0]] == [[str(len(data)), "1", "", ""]]
