"""Who is speaking, from the audio levels that senders put into their packets (RFC 6464)."""

from __future__ import annotations

from typing import Final

SPEECH: Final = 45  # -dBov: quieter than this is the room, not the person
MARGIN: Final = 3  # dB by which one must be louder than the present speaker
TAKES: Final = 0.3  # s of louder speech that make a speaker; a cough is shorter
HOLDS: Final = 1.0  # s for which nobody else becomes the speaker
FORGETS: Final = 0.5  # a second of pauses takes away half a second of speech
SMOOTHING: Final = 0.3  # s
MAX_STEP: Final = 0.04  # s that one packet can speak for: two frames


class ActiveSpeaker:
    """Keeps one speaker; silence keeps the last one. Constant work per packet."""

    __slots__ = ("_seats", "_since", "speaker")

    def __init__(self) -> None:
        self.speaker: str | None = None
        self._since = float("-inf")
        self._seats: dict[str, _Voice] = {}

    def on_level(self, seat: str, level: int, now: float) -> bool:
        """Take a packet's ``level`` (-dBov, 0..127); True where the speaker changed."""
        voice = self._seats.get(seat)
        if voice is None:
            voice = self._seats[seat] = _Voice(now)
        step = min(max(now - voice.last, 0.0), MAX_STEP)
        voice.take(level, now)
        if seat == self.speaker:
            return False
        if level <= SPEECH and level + MARGIN <= self._to_beat(now):
            voice.speech = min(voice.speech + step, TAKES)
        else:
            voice.speech = max(voice.speech - step * FORGETS, 0.0)
        if voice.speech < TAKES or now - self._since < HOLDS:
            return False
        self._become(seat, now)
        return True

    def _to_beat(self, now: float) -> float:
        voice = self._seats.get(self.speaker) if self.speaker is not None else None
        return voice.level_at(now) if voice is not None else 127.0

    def _become(self, seat: str, now: float) -> None:
        self.speaker = seat
        self._since = now
        for voice in self._seats.values():  # to be louder than the one before says nothing of the new one
            voice.speech = 0.0

    def remove(self, seat: str) -> bool:
        """The seat has left or may no longer be heard; True where it was the speaker, and there is none now."""
        self._seats.pop(seat, None)
        if seat != self.speaker:
            return False
        self.speaker = None
        self._since = float("-inf")
        return True


class _Voice:
    __slots__ = ("last", "level", "speech")

    def __init__(self, now: float) -> None:
        self.last = now
        self.level = 127.0  # smoothed, -dBov
        self.speech = 0.0  # s of speech louder than the speaker's, less the pauses

    def take(self, level: int, now: float) -> None:
        self.level = self.level_at(now)
        step = min(max(now - self.last, 0.0), SMOOTHING)
        self.level += (level - self.level) * step / SMOOTHING
        self.last = now

    def level_at(self, now: float) -> float:
        """One who sends nothing (muted, gone, silence suppressed) falls silent."""
        return self.level if now - self.last < SMOOTHING else 127.0
