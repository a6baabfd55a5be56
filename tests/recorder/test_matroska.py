from __future__ import annotations

import io
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder import h264, matroska
from recorder.ebml import MAX_VINT, children, element, read_head, vint
from recorder.matroska import Block, Format
from tests.media import material, packetize

BEGAN = datetime(2026, 11, 21, 9, 0, 3, 120000, tzinfo=UTC)


def avcc(annexb: bytes) -> bytes:
    return b"".join(len(nal).to_bytes(4, "big") + nal for nal in packetize.annexb_nals(annexb))


def take_bytes(stream: Format, blocks: list[Block]) -> bytes:
    clusters = []
    for block in blocks:
        head = matroska.block_head(len(block.data), 0, block.key)
        clusters.append(matroska.cluster(block.pts_ms, [head, block.data], len(head) + len(block.data)))
    return matroska.header(stream, "party-1", BEGAN) + b"".join(clusters)


@given(st.integers(0, MAX_VINT), st.integers(0, 8))
def test_a_vint_is_read_back_as_it_was_written(value: int, width: int) -> None:
    try:
        written = vint(value, width)
    except ValueError:
        assert value >= (1 << 7 * width) - 1 > 0
        return
    assert len(written) == width or not width
    head = read_head(io.BytesIO(b"\xec" + written))
    assert head is not None
    assert head.size == value


def test_an_unknown_size_is_told_from_every_known_one() -> None:
    head = read_head(io.BytesIO(b"\x18\x53\x80\x67\x01" + b"\xff" * 7))
    assert head is not None
    assert (head.identifier, head.size) == (matroska.SEGMENT, None)


@given(st.lists(st.tuples(st.sampled_from([0xE7, 0xA3, 0x1F43B675]), st.binary(max_size=300))), st.binary(max_size=20))
def test_children_are_read_back_and_what_is_cut_off_is_not(elements: list[tuple[int, bytes]], junk: bytes) -> None:
    data = b"".join(element(*one) for one in elements)
    assert list(children(data)) == elements
    assert list(children(data + junk))[: len(elements)] == elements


blocks_of = st.lists(
    st.builds(Block, st.integers(0, 1 << 40), st.booleans(), st.binary(min_size=1, max_size=5000)), max_size=10
)


@given(blocks_of, st.data())
def test_a_take_cut_anywhere_still_gives_its_whole_clusters(blocks: list[Block], data: st.DataObject) -> None:
    whole = take_bytes(Format("opus", matroska.opus_head()), blocks)
    cut = data.draw(st.integers(0, len(whole)))
    assert list(matroska.read_blocks(io.BytesIO(whole))) == blocks
    read = list(matroska.read_blocks(io.BytesIO(whole[:cut])))
    assert read == blocks[: len(read)]
    lost = len(whole) - cut
    assert lost >= sum(len(block.data) for block in blocks[len(read) + 1 :])
    assert lost <= sum(len(block.data) + 40 for block in blocks[len(read) :]) or not read


@given(st.binary(max_size=200))
def test_reading_garbage_gives_nothing_and_raises_nothing(data: bytes) -> None:
    assert all(isinstance(block, Block) for block in matroska.read_blocks(io.BytesIO(data)))


@pytest.mark.parametrize("codec", ["opus", "H264", "VP8"])
def test_ffprobe_and_pyav_read_a_take_and_find_its_frames_unchanged(codec: str, tmp_path: Path) -> None:
    if codec == "opus":
        stream, units = Format("opus", matroska.opus_head()), [unit.data for unit in material.opus(1)]
    elif codec == "H264":
        units = [avcc(unit.data) for unit in material.video("H264", 1)]
        found = h264.stream_format(units[0])
        assert found
        stream = found
    else:
        stream, units = Format("VP8", b"", 320, 180), [unit.data for unit in material.video("VP8", 1)]
    path = tmp_path / "take.mkv"
    path.write_bytes(
        take_bytes(stream, [Block(n * 20, n == 0 or codec == "opus", data) for n, data in enumerate(units)])
    )
    probe = subprocess.run(["ffprobe", "-v", "error", str(path)], capture_output=True, text=True, check=True)
    assert probe.stdout + probe.stderr == ""
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(container.streams[0]) if packet.size]
        assert [bytes(packet) for packet in packets] == units
        assert [packet.pts for packet in packets] == [n * 20 for n in range(len(units))]


@pytest.mark.parametrize(("width", "height"), [(320, 180), (322, 182), (640, 480), (1920, 1080)])
def test_an_sps_tells_the_picture_size_with_its_cropping(width: int, height: int) -> None:
    found = h264.stream_format(avcc(material.video("H264", 0.04, width, height)[0].data))
    assert found
    assert (found.width, found.height) == (width, height)


@given(st.binary(max_size=80))
def test_no_parameter_set_makes_the_parser_raise(junk: bytes) -> None:
    for sps in (b"\x67" + junk, b"\x67\x64\x00\x1f" + junk):
        found = h264.stream_format(len(sps).to_bytes(4, "big") + sps + b"\0\0\0\4\x68\xce\x0f\xc8")
        assert found is None or found.codec == "H264"
