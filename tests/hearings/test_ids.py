from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hearings.ids import time_ms, uuid7

times = st.integers(0, (1 << 48) - 1)
chance = st.binary(min_size=10, max_size=10)


@given(times, chance)
def test_an_id_is_a_uuid_of_version_7_that_knows_its_time(time: int, random: bytes):
    made = uuid7(time, random)
    assert (UUID(made).version, UUID(made).variant, time_ms(made)) == (7, "specified in RFC 4122", time)


@given(st.lists(st.tuples(times, chance), max_size=20))
def test_ids_sort_by_time(made):
    ids = sorted(uuid7(*pair) for pair in made)
    assert [time_ms(made) for made in ids] == sorted(time for time, _ in made)


def test_the_example_of_the_rfc():
    # RFC 9562 Appendix A.6: rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F
    random = (0xCC3 << 68 | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    assert uuid7(0x017F22E279B0, random) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@pytest.mark.parametrize(("time", "random"), [(-1, bytes(10)), (1 << 48, bytes(10)), (0, bytes(9))])
def test_what_cannot_be_an_id_is_an_error(time: int, random: bytes):
    with pytest.raises(ValueError):
        uuid7(time, random)
