"""What media is told of a room: its policy, whose connections it closes, and to whom it offers new ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, cast

import structlog

from gateway.messages import ControlError, Policy
from hearings.hearing import Event, Hearing
from hearings.policy import policy
from hearings.surroundings import sampled
from signaling import connections
from signaling.conversation import Conversation
from signaling.court_policies import CourtPolicies
from signaling.media_link import MediaLink
from signaling.problems import Problem
from signaling.room import Room

log = structlog.get_logger(__name__)


class Forwarding:
    """``spawn`` does beside everything else what need not be waited for."""

    def __init__(
        self, link: MediaLink, policies: CourtPolicies, spawn: Callable[[Coroutine[Any, Any, None]], object]
    ) -> None:
        self._link = link
        self._policies = policies
        self._spawn = spawn

    def policy(self, hearing: Hearing) -> Policy:
        """The hearing's, with what its court asks of links (Rules ¶38), and who is looked at (¶28)."""
        wishes, expanded = self._policies.of(hearing.court), policy(hearing)
        looked_at = sampled(hearing, expanded["links"]) if wishes["surroundings"] else {}
        return cast(
            Policy, {**expanded, "link_threshold_bps": wishes.number("link_threshold_bps"), "sampled": looked_at}
        )

    async def push(self, hearing: Hearing) -> Policy:
        message = self.policy(hearing)
        await self._link.push(message)
        return message

    async def enforce(self, room: Room) -> None:
        """Media has the hearing's policy; where it names new seats, each listener gets an offer with their sections."""
        message = await self.push(room.hearing)
        before, room.policy_seats = room.policy_seats, frozenset(message["seats"])
        room.looked_at = frozenset(message["sampled"])
        if before and room.policy_seats - before:
            for conversation in room.subscribers():
                self._spawn(self._offer(room, conversation))

    def offer_again(self, room: Room, events: Sequence[Event]) -> None:
        """Who was admitted and has a connection from before our start, of which we know no sections, gets another."""
        for event in events:
            let_in = event.kind in ("admitted", "witness_called")
            conversation = room.in_seat(event.data["seat"]) if let_in else None
            if (
                conversation
                and room.is_inside(conversation)
                and not conversation.subscribed
                and conversation in room.subscribers()
            ):
                self._spawn(self._offer(room, conversation))

    def shut_out(self, room: Room) -> None:
        """Whom media does not let in any more has no connections there; in an open session they are made anew."""
        for conversation in room.conversations.values():
            if conversation.seat not in room.policy_seats:
                conversation.subscribed = False
        for name, connection in list(room.connections.items()):
            seat = room.hearing.seats.get(connection["seat"])
            if seat and seat.taken and seat.code not in room.policy_seats:
                room.forget(name)

    def close_strangers(self, room: Room) -> None:
        """Connections of whoever does not hold the seat."""
        for name in room.strangers():
            room.forget(name)
            self._spawn(self._tell(self._link.request("close", connection=name)))

    async def drop(self, hearing: str) -> None:
        await self._tell(self._link.drop(hearing))

    async def _offer(self, room: Room, conversation: Conversation) -> None:
        await self._tell(self._send_offer(room, conversation))

    async def _send_offer(self, room: Room, conversation: Conversation) -> None:
        conversation.send("offer", **await connections.subscribe(self._link, room, conversation))

    async def _tell(self, asking: Awaitable[Any]) -> None:
        """What media does not hear now, it is told when it is back: its policies are all it knows."""
        try:
            await asking
        except (ControlError, Problem) as error:
            log.info("media_not_told", error=str(error).partition(":")[0])
