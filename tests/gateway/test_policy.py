"""What the app allows, read strictly: it is a policy of the control protocol, or refused naming its field."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import policy
from gateway.messages import MessageError

GOOD = {
    "hearing": "0193", "version": 3, "capacity": 30,
    "sitting": {"court": "c", "sitting": "s", "number": "1/25", "started_utc": "2026-11-21T09:00:00.000Z"},
    "seats": {"judge": {"title": "Judge", "role": "judge"}, "party-1": {"title": "Party", "role": "party"}},
    "links": {"judge": {"party-1": "av"}}, "record": {"judge": "av", "party-1": "v"}, "speaker_first": ["judge"],
    "link_threshold_bps": 1_000_000, "sampled": {"judge": "face", "party-1": "scene"}, "inside": ["judge"],
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["judge", "av"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["judge", "party-1", "x"]), inner),
    max_leaves=6,
)


def paths(value, at=()):
    """Every place in a message."""
    yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*at, key))


def changed(path, value):
    message = copy.deepcopy(GOOD)
    place = message
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return message


def outcome_of(message):
    try:
        return policy.read(message)
    except MessageError as error:
        return error


def test_a_policy_of_the_protocol_is_read():
    read = policy.read(GOOD)
    assert (read.hearing, read.version, read.capacity, read.speaker_first) == ("0193", 3, 30, ("judge",))
    assert read.allows("judge", "party-1", "audio")
    assert not read.allows("party-1", "judge", "audio")
    assert not read.records("party-1", "audio")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("hearing",), ""), (("version",), True), (("version",), -1), (("capacity",), 1.5), (("seats",), ["judge"]),
        (("seats", "judge"), "Judge"), (("seats", "judge", "title"), None), (("seats", "judge"), {"title": "Judge"}),
        (("links",), []), (("links", "judge"), []), (("links", "judge", "party-1"), []),
        (("links", "judge", "nobody"), "av"), (("links", "judge", "judge"), "av"),
        (("record",), []), (("record", "judge"), {}), (("record", "nobody"), "av"), (("sitting",), None),
        (("sitting",), []), (("sitting", "number"), 7), (("speaker_first",), "judge"), (("link_threshold_bps",), None),
        (("sampled",), ["judge"]), (("sampled", "judge"), "av"), (("sampled", "nobody"), "face"),
        (("speaker_first",), [[]]), (("inside",), "judge"), (("inside",), [""]), (("inside",), None),
    ],
)  # fmt: skip
def test_what_is_not_as_the_protocol_says_is_refused_naming_its_field(path, value):
    field = "record" if path == ("sitting",) and value is None else path[0]
    with pytest.raises(MessageError, match=f"^{field}$"):
        policy.read(changed(path, value))


def test_nobody_is_looked_at_where_the_app_does_not_say():
    assert policy.read(GOOD).sampled == {"judge": "face", "party-1": "scene"}
    assert policy.read({name: value for name, value in GOOD.items() if name != "sampled"}).sampled == {}


def test_nothing_is_asked_of_links_where_the_app_does_not_say():
    assert policy.read(GOOD).link_threshold_bps == 1_000_000
    assert policy.read({name: value for name, value in GOOD.items() if name != "link_threshold_bps"}) == replace(
        policy.read(GOOD), link_threshold_bps=0
    )


def test_nobody_is_inside_where_the_app_does_not_say():
    assert policy.read(GOOD).inside == {"judge"}
    assert policy.read({name: value for name, value in GOOD.items() if name != "inside"}).inside == frozenset()


@pytest.mark.parametrize("field", [name for name in GOOD if name not in ("link_threshold_bps", "sampled", "inside")])
def test_a_field_that_is_missing_is_refused(field):
    with pytest.raises(MessageError, match=f"^{field}$"):
        policy.read({name: value for name, value in GOOD.items() if name != field})


@given(st.sampled_from([path for path in paths(GOOD) if path]), JSON)
def test_any_json_in_any_place_is_a_policy_or_refused(path, value):
    outcome = outcome_of(changed(path, value))
    if isinstance(outcome, MessageError):
        assert str(outcome) in GOOD
    else:
        assert set(outcome.record) | set(outcome.links) <= set(outcome.seats)


@given(JSON)
def test_any_json_is_refused(value):
    with pytest.raises(MessageError):
        policy.read(value)
