"""What each listener gets of everybody's sound and pictures, by what its link carries and loses and by who speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import Final

from gateway.allocator import Level, Want, allocate, cramped, next_step_bps, redundancy, starved, wanted_bps
from gateway.audio_slot import AudioSlot
from gateway.bundle import STEPS, bundled_bps
from gateway.room import Room
from gateway.slot import Slot
from gateway.subscriber import Subscriber
from gateway.track import Layer, Track
from gateway.video_slot import VideoSlot

FEW: Final = 5
"""So many pictures may all be large; among more of them only the speaker's is, as no screen has room for them."""


def run(room: Room, subscriber: Subscriber, seat: str, now: float) -> None:
    """Every 200 ms. Sets what each slot of ``seat``'s listener wants, and asks what else the connection carries."""
    slots = subscriber.videos()
    wants = _wants(room, slots, now)
    estimate, pacer = subscriber.estimate, subscriber.connection.pacer
    sound_bps = _sound(subscriber, wants, room.speaking.seat, now)
    judging = seat in room.policy.speaker_first
    granted = allocate(estimate.budget, sound_bps, wants, judging, estimate.lasting)
    for of, level in granted.items():
        slot = slots[of]
        # What overran the pacer begins anew: nobody can decode what follows what was left out.
        wanted = "paused" if slot in pacer.overrun else level
        if wanted != slot.wanted:
            slot.wanted = wanted
            track = _track(room, of, slot)
            if track is not None:
                track.retarget(slot, now)
    threshold = room.policy.link_threshold_bps
    useful, least = max(wanted_bps(sound_bps, wants), threshold), next_step_bps(sound_bps, wants, granted)
    if estimate.bps < threshold:  # to know that a link is good enough is of use too
        least = min(least, threshold)
    estimate.turn(now, subscriber.media_bps(now), useful, least, starved(granted, wants))
    if subscriber.connection.departures is not None:
        pacer.rate(estimate.pace(now))


def _wants(room: Room, slots: Mapping[str, VideoSlot], now: float) -> list[Want]:
    speaker, seats = room.speaking.seat, room.policy.seats
    found = [(seat, _track(room, seat, slot)) for seat, slot in slots.items()]
    pictures = [(seat, track) for seat, track in found if track is not None]
    pictures.sort(key=lambda x: (x[0] != speaker, seats[x[0]]["role"] != "witness", seats[x[0]]["role"] != "judge"))
    wants: list[Want] = []
    for seat, track in pictures:
        # Of a camera that is off nothing is paid for; of a layer that is, what it took, while the other one flows.
        flows = any(layer.flowing(now) for layer in track.layers.values())
        layers = {layer.rid: layer for layer in track.layers.values() if flows}
        low, high, now_sent = layers.get("l"), layers.get("h"), _now(slots[seat])
        first = seat == speaker or seats[seat]["role"] == "witness"  # who sends only while called
        most: Level = "high" if first or len(pictures) <= FEW else "low"
        # Who goes up must have room for the busy moments too, or will go down at the next of them.
        high_bps = high.peak_bps if high is not None and now_sent != "high" else _bps(high or layers.get(""))
        wants.append(Want(seat, _bps(low), high_bps, first, now_sent, most))
    return wants


def _track(room: Room, seat: str, slot: Slot) -> Track | None:
    """The picture that the slot may get; None where there is none, or none is allowed."""
    member = room.members.get(seat)
    track = member.publisher.tracks.get(slot.kind) if member is not None and member.publisher is not None else None
    return track if track is not None and slot in track.listeners and not slot.broken else None


def _sound(subscriber: Subscriber, wants: Sequence[Want], speaker: str | None, now: float) -> float:
    """Bit/s of all sound, once it is decided what of silence is left out, what voices carry along, and whether their
    frames share packets. The speaker is heard whole: pauses and soft beginnings are speech. Where silence is left out
    there is room for one voice more: it may begin at any moment."""
    sounds = [slot for slot in subscriber.slots.values() if isinstance(slot, AudioSlot)]
    budget = subscriber.estimate.budget
    sparing = cramped(budget, fsum(_bps(slot.layer) for slot in sounds), wants)
    voices = [fsum(_bps(slot.layer) for slot in sounds if slot.seat == speaker),
              max((_bps(slot.layer) for slot in sounds if slot.seat != speaker), default=0.0)]  # fmt: skip
    together = subscriber.bundling.look(_frames(budget, voices) if sparing else STEPS[0], now)
    wished = subscriber.redundancy.look(subscriber.loss, now)
    costs = [fsum(slot.bps(now, frames, together) for slot in sounds) for frames in range(wished + 1)]
    frames = redundancy(budget, costs)
    for slot in sounds:
        slot.treat(frames, sparing and slot.seat != speaker, together, now)
    if not sparing:
        return costs[frames]
    return max(costs[frames], _bundled(voices, together))


def _frames(budget: float, voices: Sequence[float]) -> int:
    """The fewest in a packet with which the voices fit."""
    return next((step for step in STEPS if not cramped(budget, _bundled(voices, step), ())), STEPS[-1])


def _bundled(voices: Sequence[float], together: int) -> float:
    return fsum(bundled_bps(voice, together) for voice in voices)


def _bps(layer: Layer | None) -> float:
    return layer.bps if layer is not None else 0.0


def _now(slot: Slot) -> Level:
    if slot.layer is None:
        return "paused"
    return "low" if slot.layer.rid == "l" else "high"
