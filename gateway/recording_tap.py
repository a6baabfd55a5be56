"""A track's listener that hands everything to the recorder's sink, always in the best layer that the uplink carries."""

from __future__ import annotations

from gateway.packet import Packet, SenderReport
from gateway.sink import Sink
from gateway.track import Layer, Wanted


class RecordingTap:
    wanted: Wanted = "high"

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._over = False
        self.broken = False

    def send(self, packet: Packet) -> None:
        self._sink.on_packet(packet)

    def sender_report(self, report: SenderReport) -> None:
        self._sink.on_sender_report(report)

    def switched(self, layer: Layer | None) -> None:
        # The layer's earlier report places its first packets on the clock at once.
        if layer is not None and layer.last_report is not None:
            self._sink.on_sender_report(layer.last_report)

    def failed(self) -> None:
        self.broken = True
        self.end()

    def end(self) -> None:
        if not self._over:
            self._over = True
            self._sink.on_end()
