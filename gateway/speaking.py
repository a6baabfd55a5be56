"""The hearing's active speaker: a listener on every sound that somebody may hear."""

from __future__ import annotations

from typing import Final

from gateway.packet import NO_LEVEL, Packet, SenderReport
from gateway.speaker import SPEECH, ActiveSpeaker
from gateway.track import Layer, Track, Wanted

SILENCE: Final = 127


class LevelTap:
    """Hears the levels of one seat's sound (RFC 6464), never the sound itself; counts packets, and those of a voice."""

    wanted: Wanted = "high"

    def __init__(self, track: Track, speaker: ActiveSpeaker) -> None:
        self._track = track
        self._seat = track.info.seat
        self._speaker = speaker
        self.packets = 0
        self.voiced = 0

    def send(self, packet: Packet) -> None:
        self.packets += 1
        if packet.level <= SPEECH:
            self.voiced += 1
        if packet.level != NO_LEVEL:
            self._track.levels = True
        if packet.level < SILENCE:
            self._speaker.on_level(self._seat, packet.level, packet.arrival)

    def sender_report(self, report: SenderReport) -> None:
        pass

    def switched(self, layer: Layer | None) -> None:
        if layer is None:
            self._speaker.remove(self._seat)

    def failed(self) -> None:
        self._speaker.remove(self._seat)


class Speaking:
    def __init__(self) -> None:
        self._speaker = ActiveSpeaker()
        self._taps: dict[Track, LevelTap] = {}
        self._told: str | None = None

    @property
    def seat(self) -> str | None:
        return self._speaker.speaker

    def tap(self, track: Track) -> LevelTap:
        tap = self._taps.get(track)
        if tap is None:
            tap = self._taps[track] = LevelTap(track, self._speaker)
        return tap

    def counted(self, track: Track) -> tuple[int, int]:
        """Packets of its sound that came, what was repaired included, and how many of them were of a voice."""
        tap = self._taps.get(track)
        return (tap.packets, tap.voiced) if tap is not None else (0, 0)

    def over(self, track: Track) -> None:
        self._taps.pop(track, None)

    def changed(self) -> bool:
        """Whether the speaker is another one than at the last call."""
        told, self._told = self._told, self._speaker.speaker
        return told != self._told
