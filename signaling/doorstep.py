"""WebSockets that nobody has vouched for yet: bounded per network and in all, so that silent ones shut nobody out."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

NETWORK_MOST = 128
"""Of one network: more than a whole prison or court that comes back at once."""
ALL_MOST = 1024

Leave = Callable[[], None]


class Doorstep:
    """Where there are too many, the one that has stood there longest goes: who means to come in says hello at once."""

    def __init__(self, network_most: int = NETWORK_MOST, all_most: int = ALL_MOST) -> None:
        self._network_most = network_most
        self._all_most = all_most
        self._standing: dict[object, tuple[str, Leave]] = {}

    @contextlib.contextmanager
    def stand(self, network: str, leave: Leave) -> Iterator[None]:
        """``leave`` is called, at most once, where this one has to go."""
        self._make_room(network)
        place = object()
        self._standing[place] = network, leave
        try:
            yield
        finally:
            self._standing.pop(place, None)

    def __len__(self) -> int:
        return len(self._standing)

    def _make_room(self, network: str) -> None:
        same = [place for place, (where, _) in self._standing.items() if where == network]
        if len(same) >= self._network_most:
            self._send_away(same[0])
        if len(self._standing) >= self._all_most:
            self._send_away(next(iter(self._standing)))

    def _send_away(self, place: object) -> None:
        _, leave = self._standing.pop(place)
        leave()
