"""The media process: the gateway, and the recorder as its sink."""

from __future__ import annotations

from courtroom.addresses import own_addresses
from courtroom.settings import Settings
from gateway.server import MediaConfig, serve
from quality.link import verdict
from recorder.writer import TakeRecorder


async def media(settings: Settings) -> None:
    """Until cancelled; then every take is closed."""
    recorder = TakeRecorder(settings.data / "courts")
    try:
        await serve(media_config(settings), recorder, verdict)
    finally:
        await recorder.close()


def media_config(settings: Settings) -> MediaConfig:
    return MediaConfig(
        host=settings.media.host,
        port=settings.media.port,
        advertised=advertised(settings, own_addresses()),
        control=settings.control_socket,
        samples=settings.samples_socket,
        busy=settings.limits.cpu,
        late=settings.limits.lag_ms / 1000,
    )


def advertised(settings: Settings, own: list[str]) -> list[str]:
    """Where participants are told to send media: as set, or this machine's addresses of the socket's family. The
    loopback is the last resort of a machine without a network."""
    version6 = ":" in settings.media.host
    usable = [address for address in own if (":" in address) == version6]
    return list(settings.media.advertised) or usable or ["::1" if version6 else "127.0.0.1"]
