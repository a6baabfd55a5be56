"""What media tells, noted in the room and passed on to those who may know. Each answers whether a snapshot is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from gateway.messages import (
    ConnectionEvent,
    Event,
    LayersEvent,
    LinksEvent,
    MediaEvent,
    PicturesEvent,
    RecordingEvent,
    RepublishEvent,
    SpeakerEvent,
)
from signaling.room import Room, owner


def take(room: Room, event: Event) -> bool:
    """False also for an event that this program does not know: media may be the newer."""
    on = _ON.get(event["event"])
    return on(room, event) if on else False


def _connection(room: Room, event: ConnectionEvent) -> bool:
    name, state = event["connection"], event["state"]
    before = name in room.alive
    if state == "closed":
        room.forget(name)
        return before
    room.note(name, event["seat"], event["direction"])
    if state == "connected":
        seat = room.hearing.seats.get(event["seat"])
        admitted = seat is not None and seat.standing == "admitted"
        room.watch.connected(event["seat"], event["direction"], admitted)
    if state == "lost":
        room.watch.interrupted(event["seat"])
        room.alive.discard(name)
    else:
        room.alive.add(name)
    return before != (name in room.alive)


def _media(room: Room, event: MediaEvent) -> bool:
    room.arriving[event["seat"]] = (event["audio"], event["video"])
    room.note_test()
    return False


def _speaker(room: Room, event: SpeakerEvent) -> bool:
    room.speaker = event["seat"]
    for conversation in room.admitted():
        conversation.send("speaker", seat=room.speaker)
    return False


def _links(room: Room, event: LinksEvent) -> bool:
    room.links = event["seats"]
    room.note_test()
    return False


def tell_links(room: Room) -> None:
    """Once they are judged."""
    judged = room.judged_links()
    for conversation in room.conversations.values():
        if links := room.links_for(conversation, judged):
            conversation.send("links", seats=links)


def _pictures(room: Room, event: PicturesEvent) -> bool:
    seat = event["seat"]
    room.pictures[seat] = event["pictures"]
    listener = room.in_seat(seat) if seat in room.hearing.seats else None
    if listener and room.is_inside(listener):  # it names the others' seats
        listener.send("pictures", pictures=event["pictures"])
    return False


def _recording(room: Room, event: RecordingEvent) -> bool:
    before, room.recording = room.recording, event
    return before is None or (before["on"], before["failed"]) != (event["on"], event["failed"])


def _republish(room: Room, event: RepublishEvent) -> bool:
    room.watch.republished(event["seat"])
    if sender := room.conversations.get(owner(event["connection"])):
        sender.send("republish")
    return False


def _layers(room: Room, event: LayersEvent) -> bool:
    room.layers[event["connection"]] = event["high"]
    if sender := room.conversations.get(owner(event["connection"])):
        sender.send("layers", connection=event["connection"], high=event["high"])
    return False


_ON: Mapping[str, Callable[[Room, Any], bool]] = cast(
    Mapping[str, Callable[[Room, Any], bool]],
    {
        "connection": _connection,
        "media": _media,
        "speaker": _speaker,
        "links": _links,
        "pictures": _pictures,
        "recording": _recording,
        "republish": _republish,
        "layers": _layers,
    },
)
