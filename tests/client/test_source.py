from __future__ import annotations

from fractions import Fraction

import av
import pytest

from tests.client.source import nal_units, read
from tests.media import material


def write(path, codec, options=None):
    """Real Opus and ``codec`` in the container that the name says, by stream copy."""
    video, audio = material.video(codec, seconds=1.0), material.opus(seconds=1.0)
    with av.open(str(path), "w", options=options or {}) as container:
        pictures = container.add_stream("libx264" if codec == "H264" else "libvpx", rate=25)
        pictures.width, pictures.height, pictures.pix_fmt = 320, 180, "yuv420p"
        sound = container.add_stream("libopus", rate=48000)
        if codec == "H264":
            sets = [nal for nal in nal_units(video[0].data) if nal[0] & 31 in (7, 8)]
            pictures.codec_context.extradata = b"".join(b"\0\0\0\1" + nal for nal in sets)
        for stream, units, base in ((pictures, video, 1000), (sound, audio, 48000)):
            for unit in units:
                packet = av.Packet(unit.data)
                packet.stream, packet.time_base, packet.is_keyframe = stream, Fraction(1, base), unit.key
                packet.pts = packet.dts = round(unit.time * base)
                container.mux(packet)
    return video, audio


@pytest.mark.parametrize(("name", "codec"), [("a.mkv", "VP8"), ("a.mkv", "H264"), ("a.mp4", "H264")])
def test_access_units_come_out_of_a_file_as_they_went_in(tmp_path, name, codec):
    video, audio = write(tmp_path / name, codec)
    source = read(tmp_path / name)
    assert [u.data for u in source.audio] == [u.data for u in audio]
    got = [nal_units(u.data) if codec == "H264" else u.data for u in source.video[""]]
    assert got == [nal_units(u.data) if codec == "H264" else u.data for u in video]
    assert [u.key for u in source.video[""]] == [u.key for u in video]
    assert [round(u.time, 2) for u in source.video[""]] == [round(u.time, 2) for u in video]
    assert abs(source.duration - 1.0) < 0.05


def test_one_picture_serves_both_layers_where_the_file_has_no_second(tmp_path):
    write(tmp_path / "a.mkv", "VP8")
    source = read(tmp_path / "a.mkv", ("h", "l"))
    assert source.video["h"] == source.video["l"]
