"""Gives each of a listener's pictures its layer, from what its link is believed to carry and from who speaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from gateway.allocator import Level, Want, allocate, wanted_bps
from gateway.room import Room
from gateway.slot import Slot
from gateway.subscriber import Subscriber
from gateway.track import Layer, Track
from gateway.video_slot import VideoSlot

FEW: Final = 5
"""So many pictures may all be large; among more of them only the speaker's is, as no screen has room for them."""


def run(room: Room, subscriber: Subscriber, now: float) -> None:
    """Every 200 ms. Sets what each slot wants, and how much padding the connection sends to learn what it carries."""
    slots = subscriber.videos()
    wants = list(_wants(room, subscriber, slots))
    for seat, level in allocate(subscriber.estimate.bps, wants).items():
        slots[seat].wanted = level
    media = subscriber.media_bps(now)
    subscriber.padding_bps = subscriber.estimate.probe_bps(now, media, wanted_bps(wants))


def _wants(room: Room, subscriber: Subscriber, slots: Mapping[str, VideoSlot]) -> Iterator[Want]:
    speaker = room.speaking.seat
    found = ((seat, _track(room, seat, slot)) for seat, slot in slots.items())
    pictures = [(seat, track) for seat, track in found if track is not None]
    pictures.sort(key=lambda x: room.policy.seats[x[0]]["role"] != "judge")
    for seat, track in pictures:
        layers = {layer.rid: layer for layer in track.layers.values()}
        low, high = layers.get("l"), layers.get("h") or layers.get("")
        yield Want(
            seat, _bps(low), _bps(high), _sound(room, subscriber, seat), seat == speaker,
            _now(slots[seat]), "high" if seat == speaker or len(pictures) <= FEW else "low",
        )  # fmt: skip


def _track(room: Room, seat: str, slot: Slot) -> Track | None:
    """The picture that the slot may get; None where there is none, or none is allowed."""
    member = room.members.get(seat)
    track = member.publisher.tracks.get(slot.kind) if member is not None and member.publisher is not None else None
    return track if track is not None and slot in track.listeners and not slot.broken else None


def _sound(room: Room, subscriber: Subscriber, seat: str) -> float:
    slot = subscriber.slots.get((seat, "audio"))
    return _bps(slot.layer) if slot is not None else 0.0


def _bps(layer: Layer | None) -> float:
    return layer.bps if layer is not None else 0.0


def _now(slot: Slot) -> Level:
    if slot.layer is None:
        return "paused"
    return "low" if slot.layer.rid == "l" else "high"
