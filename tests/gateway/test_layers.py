from __future__ import annotations

from gateway.layers import Layer, Layers, LayerSwitch, Take


def flow(layers: Layers, start: float, seconds: float, *names: Layer) -> float:
    for index in range(round(seconds / 0.1) + 1):
        for name in names:
            layers.on_packet(name, start + index * 0.1)
    return start + seconds


def watching(*names: Layer, desired: Layer = "h") -> tuple[Layers, LayerSwitch, float]:
    layers = Layers()
    switch = LayerSwitch(layers, desired)
    return layers, switch, flow(layers, 0.0, 2.0, *names)


def test_the_high_layer_is_chosen_where_both_flow_and_taken_at_its_key_frame():
    _, switch, now = watching("h", "l")
    assert switch.due(now) == "h"
    assert switch.take("h", False) is Take.SKIP
    assert switch.take("h", True) is Take.SWITCH
    assert switch.take("h", False) is Take.FORWARD
    assert switch.due(now) is None


def test_before_the_first_picture_a_low_key_frame_is_taken_too():
    _, switch, now = watching("h", "l")
    switch.due(now)
    assert switch.take("l", True) is Take.SWITCH
    assert switch.due(now) == "h"


def test_one_who_may_have_only_low_never_takes_high_while_low_flows():
    _, switch, now = watching("h", "l", desired="l")
    assert switch.due(now) == "l"
    assert switch.take("h", True) is Take.SKIP
    assert switch.take("l", True) is Take.SWITCH


def test_the_old_layer_goes_on_until_the_new_one_has_a_key_frame():
    _, switch, now = watching("h", "l")
    switch.due(now)
    switch.take("h", True)
    switch.want("l")
    assert switch.due(now) == "l"
    assert switch.take("l", False) is Take.SKIP
    assert switch.take("h", False) is Take.FORWARD
    assert switch.take("l", True) is Take.SWITCH
    assert switch.take("h", False) is Take.SKIP


def test_a_high_layer_that_falls_silent_is_left_for_the_low_one():
    layers, switch, now = watching("h", "l")
    switch.due(now)
    switch.take("h", True)
    now = flow(layers, now, 0.6, "l")
    assert switch.due(now) is None
    now = flow(layers, now, 0.2, "l")
    assert switch.due(now) == "l"


def test_a_high_layer_that_comes_back_must_be_steady_before_it_is_taken():
    layers, switch, now = watching("l")
    switch.due(now)
    switch.take("l", True)
    now = flow(layers, now, 0.8, "h", "l")
    assert switch.due(now) is None
    now = flow(layers, now, 0.4, "h", "l")
    assert switch.due(now) == "h"


def test_a_picture_without_simulcast_goes_to_those_who_want_low_too():
    _, switch, now = watching("h", desired="l")
    assert switch.due(now) == "h"
    assert switch.take("h", True) is Take.SWITCH


def test_a_camera_that_pauses_altogether_goes_on_without_a_key_frame():
    _, switch, now = watching("h", "l")
    switch.due(now)
    switch.take("h", True)
    assert switch.due(now + 60.0) is None
    assert switch.take("h", False) is Take.FORWARD


def test_a_pause_ends_with_a_key_frame():
    _, switch, now = watching("h", "l")
    switch.due(now)
    switch.take("h", True)
    switch.want(None)
    assert switch.due(now) is None
    assert switch.take("h", True) is Take.SKIP
    switch.want("h")
    assert switch.due(now) == "h"
    assert switch.take("h", False) is Take.SKIP
    assert switch.take("h", True) is Take.SWITCH


def test_a_new_connection_of_the_source_starts_with_a_key_frame():
    _, switch, now = watching("h", "l")
    switch.due(now)
    switch.take("h", True)
    switch.restart()
    assert switch.take("h", False) is Take.SKIP
    assert switch.due(now) == "h"


def test_nobody_is_asked_for_a_key_frame_of_a_layer_that_does_not_flow():
    assert LayerSwitch(Layers()).due(0.0) is None
