"""Media connections of a conversation: made by media at the app's word, named after the device's attendance."""

from __future__ import annotations

import uuid
from typing import Any

from hearings.terms import PRESENT
from signaling.conversation import Conversation
from signaling.media_link import MediaLink
from signaling.problems import Problem
from signaling.room import Room


async def publish(link: MediaLink, room: Room, conversation: Conversation, sdp: str) -> dict[str, Any]:
    """The fields of ``answer`` to the browser's offer."""
    connection = _name(room, conversation)
    reply = await link.request("publish", **_where(conversation), connection=connection, sdp=sdp)
    room.note(connection, conversation.seat, "publish")
    return {"connection": connection, "sdp": reply["sdp"]}


async def subscribe(link: MediaLink, room: Room, conversation: Conversation) -> dict[str, Any]:
    """The fields of ``offer``: one section for the sound, one for the picture of each other seat that may ever come.

    Whose each section is, only the admitted may know; the others learn it when they are admitted.
    """
    connection = _name(room, conversation)
    reply = await link.request("subscribe", **_where(conversation), connection=connection)
    room.note(connection, conversation.seat, "subscribe")
    conversation.subscribed = True
    if room.is_inside(conversation):
        return {"connection": connection, "sdp": reply["sdp"], "slots": reply["slots"]}
    room.untold[connection] = reply["slots"]
    return {"connection": connection, "sdp": reply["sdp"], "slots": []}


def require_media(room: Room, conversation: Conversation) -> None:
    """Problem where the device may have no media connections."""
    if room.standing(conversation) not in PRESENT:
        raise Problem("not-permitted")
    if problem := room.shut_out(conversation):
        raise problem


def _name(room: Room, conversation: Conversation) -> str:
    require_media(room, conversation)
    return f"{conversation.attendance}.{uuid.uuid4().hex}"


def _where(conversation: Conversation) -> dict[str, str]:
    return {"hearing": conversation.hearing, "seat": conversation.seat}
