from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from gateway.keyframe_requests import KeyframeRequests


def test_a_want_is_asked_for_at_once():
    requests = KeyframeRequests()
    requests.want(1)
    assert requests.due(0.0) == [1]


def test_many_wants_of_a_layer_are_one_request():
    requests = KeyframeRequests()
    for _ in range(20):
        requests.want(1)
    assert [requests.due(0.0), requests.due(0.1)] == [[1], []]


def test_it_is_asked_for_again_until_a_key_frame_comes():
    requests = KeyframeRequests()
    requests.want(1)
    assert [requests.due(at) for at in (0.0, 0.5, 1.0)] == [[1], [1], [1]]
    requests.on_keyframe(1)
    assert requests.due(1.5) == []


def test_a_want_soon_after_a_request_waits_for_its_turn():
    requests = KeyframeRequests()
    requests.want(1)
    requests.due(0.0)
    requests.on_keyframe(1)
    requests.want(1)
    assert [requests.due(at) for at in (0.2, 0.5)] == [[], [1]]


def test_a_key_frame_is_wanted_until_it_comes():
    requests = KeyframeRequests()
    before = requests.wanted(1)
    requests.want(1)
    requests.due(0.0)
    asked = requests.wanted(1)
    requests.on_keyframe(1)
    assert (before, asked, requests.wanted(1)) == (False, True, False)


def test_layers_are_throttled_apart():
    requests = KeyframeRequests()
    requests.want(1)
    requests.due(0.0)
    requests.want(2)
    assert requests.due(0.1) == [2]


def test_a_layer_that_never_answers_is_left_alone():
    requests = KeyframeRequests(max_asks=3)
    requests.want(1)
    assert sum(len(requests.due(at)) for at in range(100)) == 3


def test_a_forgotten_layer_is_not_asked_for():
    requests = KeyframeRequests()
    requests.want(1)
    requests.forget(1)
    assert requests.due(0.0) == []


@given(st.lists(st.tuples(st.sampled_from(["want", "key", "due"]), st.floats(0, 0.4)), max_size=100))
def test_never_more_than_one_request_per_interval(steps):
    requests, now, asked = KeyframeRequests(), 0.0, []
    for step, wait in steps:
        now += wait
        if step == "want":
            requests.want(1)
        elif step == "key":
            requests.on_keyframe(1)
        asked += [now for _ in requests.due(now)]
    assert all(after - before >= 0.5 for before, after in itertools.pairwise(asked))
