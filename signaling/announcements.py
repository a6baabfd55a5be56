"""What a hearing's events are told as, beside the new snapshot (docs/protocol.md, "Server")."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hearings.hearing import SYSTEM, Event
from hearings.terms import IDENTIFIERS
from signaling.conversation import Conversation
from signaling.room import Room, owner


def announce(room: Room, events: Sequence[Event]) -> None:
    for event in events:
        if event.kind in _ON:
            _ON[event.kind](room, event)


def catch_up(room: Room, conversation: Conversation) -> None:
    """What was told once and still holds, to somebody who comes in."""
    conversation.send("speaker", seat=room.speaker)
    if conversation.seat in room.pictures:
        conversation.send("pictures", pictures=room.pictures[conversation.seat])
    if surroundings := room.surroundings_for(conversation):
        conversation.surroundings = surroundings
        conversation.send("surroundings", seats=surroundings)
    if room.role(conversation) in IDENTIFIERS:
        room.audibility.catch_up(conversation)
    if room.role(conversation) == "clerk":
        _earlier_words(room, conversation)
    for connection, high in room.layers.items():
        if owner(connection) == conversation.attendance:
            conversation.send("layers", connection=connection, high=high)


def _claimed(room: Room, event: Event) -> None:
    """Both devices and the court know of a second device (Rules ¶11); the second sees it in its own standing."""
    seat = event.data["seat"]
    holder = room.in_seat(seat)
    told = [*room.court(), *([holder] if holder else [])]
    for conversation in {one.id: one for one in told}.values():
        conversation.send("claim", seat=seat)


def _inside(room: Room, event: Event) -> None:
    """The media connections stand since the waiting room; now the device learns whom it sees and hears on them."""
    conversation = room.in_seat(event.data["seat"])
    if conversation is None or not room.is_inside(conversation):
        return  # a witness who is held learns nothing yet
    for connection, slots in room.untold_of(conversation.attendance).items():
        conversation.send("slots", connection=connection, slots=slots)
        conversation.subscribed = True
    catch_up(room, conversation)


def _lost(room: Room, event: Event) -> None:
    """Rules ¶19: the alarm is told at once to those who act on it."""
    data = event.data
    lost = event.kind == "lost"
    for conversation in room.watchers():
        conversation.send("alarm", seat=data["seat"], since=data["since"], lost=lost, measured=data.get("measured"))


def _problem(room: Room, event: Event) -> None:
    """Rules ¶14: the clerk, and with the clerk judge and technician."""
    data = event.data
    for conversation in room.watchers():
        conversation.send("problem_reported", number=data["problem"], seat=data["seat"], about=data["problem_kind"])


def _message(room: Room, event: Event) -> None:
    """Rules ¶27. To whoever it reaches now; who waits does not learn from which seat it came."""
    data = event.data
    role = data["role"] if event.actor == SYSTEM else room.hearing.seats[event.actor].role
    told = [one for one in room.conversations.values() if data["to"] in (None, one.seat) and one.seat != event.actor]
    for conversation in told:
        if room.reaches(conversation):
            conversation.send("message", message=event.version, role=role, text=data["text"])
    if event.actor == SYSTEM:
        room.watch.said(event.version, event.at, data["to"], data["text"])


def _repeat(room: Room, event: Event) -> None:
    """To everybody, the one who spoke above all."""
    for conversation in room.admitted():
        conversation.send("repeat", seat=event.data["seat"])


def _wrong_words(room: Room, event: Event) -> None:
    seat = event.data["seat"]
    for conversation in room.court():
        if room.role(conversation) == "clerk":
            conversation.send("wrong_words", seat=seat, count=event.data["count"])
            if conversation.connected:
                room.told_of_words(seat)


def _earlier_words(room: Room, conversation: Conversation) -> None:
    """What was tried while no clerk was there."""
    for seat, count in room.untold_words().items():
        conversation.send("wrong_words", seat=seat, count=count)
        if conversation.connected:
            room.told_of_words(seat)


_ON: Mapping[str, Callable[[Room, Event], None]] = {
    "claimed": _claimed,
    "admitted": _inside,
    "witness_called": _inside,
    "lost": _lost,
    "returned": _lost,
    "problem_reported": _problem,
    "message_sent": _message,
    "repeat_asked": _repeat,
    "wrong_words": _wrong_words,
}
