from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.vp8 import PictureNumbers


def wide(picture: int, tl0: int) -> bytes:
    return bytes((0x90, 0xE0, 0x80 | picture >> 8 & 0x7F, picture & 0xFF, tl0 & 0xFF, 0x20)) + b"frame"


def narrow(picture: int) -> bytes:
    return bytes((0x90, 0x80, picture & 0x7F, 1))


def test_before_any_switch_payloads_pass_untouched():
    payload = wide(5, 6)
    assert PictureNumbers().map(payload) is payload


def test_a_switch_goes_on_with_the_next_picture_and_base_number():
    numbers = PictureNumbers()
    numbers.map(wide(500, 20))
    numbers.switch(wide(32767, 255))
    assert numbers.map(wide(32767, 255)) == wide(501, 21)
    assert numbers.map(wide(0, 0)) == wide(502, 22)


def test_late_packets_of_the_same_source_do_not_count_back():
    numbers = PictureNumbers()
    numbers.map(wide(500, 20))
    numbers.map(wide(498, 19))
    numbers.switch(wide(7, 7))
    assert numbers.map(wide(7, 7)) == wide(501, 21)


def test_seven_bit_picture_ids_keep_their_width():
    numbers = PictureNumbers()
    numbers.map(narrow(127))
    numbers.switch(narrow(50))
    assert numbers.map(narrow(50)) == narrow(0)


@given(st.binary(max_size=12), st.binary(max_size=12))
def test_no_payload_raises_or_changes_its_length(key, payload):
    numbers = PictureNumbers()
    numbers.map(wide(1, 2))
    numbers.switch(key)
    assert len(numbers.map(payload)) == len(payload)


@given(st.lists(st.tuples(st.integers(0, 32767), st.integers(0, 255), st.integers(1, 20)), min_size=2, max_size=8))
def test_over_any_switches_pictures_are_numbered_without_a_jump(runs):
    numbers, expected = PictureNumbers(), None
    for picture, tl0, count in runs:
        numbers.switch(wide(picture, tl0))
        for index in range(count):
            out = numbers.map(wide((picture + index) & 0x7FFF, tl0 + index))
            now = ((out[2] & 0x7F) << 8 | out[3], out[4])
            if expected is not None:
                assert now == expected
            expected = ((now[0] + 1) & 0x7FFF, (now[1] + 1) & 0xFF)
