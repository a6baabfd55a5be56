"""Those who wait with a word: bounded, and where it is crowded the crowd that holds most gives way, and nobody else."""

from __future__ import annotations

import contextlib
import secrets
from collections import Counter
from collections.abc import Callable, Iterator

from signaling.problems import Problem

AGAIN_S = 2
"""Who has to go may come again so soon."""

Path = tuple[str, ...]
"""The crowds that somebody belongs to, from the widest (neighbouring networks) to the narrowest (one seat)."""
Leave = Callable[[], None]
_LOT = secrets.SystemRandom().random


class Crowd:
    """``most`` may wait in all, ``same_most`` of one path; ``lot`` draws from [0, 1).

    Where all places are taken, one of the largest of the widest crowds goes, of it one of the largest of the next, and
    so on; in the end the newest, who has waited least for nothing. So a flood shuts out itself: who has fewer places
    than an equal share is never sent away. Between those who cannot be told apart, as two devices behind one address
    that try the same seat, the lot decides, so that nobody holds a seat by being there first.
    """

    def __init__(self, most: int, same_most: int, lot: Callable[[], float] = _LOT) -> None:
        self._most = most
        self._same_most = same_most
        self._lot = lot
        self._places: dict[object, tuple[Path, Leave]] = {}
        self._drawn: dict[Path, int] = {}
        """Of each full path, how many have come for its last place since it was free."""

    @contextlib.contextmanager
    def stand(self, path: Path, leave: Leave) -> Iterator[None]:
        """``leave`` is called, at most once, where this one has to go. Problem ``slow-down`` where it may not come."""
        self._make_room(path)
        place = object()
        self._places[place] = path, leave
        try:
            yield
        finally:
            if self._places.pop(place, None):
                self._drawn.pop(path, None)

    def __len__(self) -> int:
        return len(self._places)

    def _make_room(self, path: Path) -> None:
        same = [place for place, (where, _) in self._places.items() if where == path]
        if len(same) >= self._same_most:
            self._send_away(self._loser(path, same[-1]))
            return
        self._drawn.pop(path, None)
        if len(self._places) >= self._most:
            self._send_away(self._one_too_many(path))

    def _loser(self, path: Path, holder: object) -> object | None:
        """Each who came for the last place has it with the same chance. None: it is the one who comes now."""
        self._drawn[path] = self._drawn.get(path, 1) + 1
        return holder if self._lot() * self._drawn[path] < 1 else None

    def _one_too_many(self, path: Path) -> object | None:
        """None: it is the one who comes now."""
        crowd: list[tuple[object | None, Path]] = [(place, where) for place, (where, _) in self._places.items()]
        crowd.append((None, path))
        for level in range(len(path)):
            names = [where[level] for _, where in crowd]
            sizes = Counter(names)
            most = max(sizes.values())
            largest = next(name for name in reversed(names) if sizes[name] == most)
            crowd = [one for one in crowd if one[1][level] == largest]
        return crowd[-1][0]

    def _send_away(self, place: object | None) -> None:
        if place is None:
            raise Problem("slow-down", seconds=AGAIN_S)
        _, leave = self._places.pop(place)
        leave()
