"""A connection to the port for TLS that speaks plain HTTP, as of somebody who typed no https://: answered and closed.

It never reaches the application. How long it may take is its caller's to bound.
"""

from __future__ import annotations

import asyncio
import socket

from courtroom.to_https import END, HEAD_MOST, answer

_HANDSHAKE = b"\x16"
"""The first byte of TLS (RFC 8446 §5.1)."""


async def answered(accepted: socket.socket) -> bool:
    """Whether it was no TLS, and is over. Otherwise nothing was read of it."""
    try:
        if await _first_byte(accepted) == _HANDSHAKE:
            return False
        await _answer(accepted)
    except BaseException:
        accepted.close()
        raise
    accepted.close()
    return True


async def _first_byte(accepted: socket.socket) -> bytes:
    while True:
        try:
            return accepted.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            await _readable(accepted)


async def _readable(accepted: socket.socket) -> None:
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(accepted, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(accepted)


async def _answer(accepted: socket.socket) -> None:
    loop, head = asyncio.get_running_loop(), b""
    while END not in head:
        more = await loop.sock_recv(accepted, HEAD_MOST - len(head))
        head += more
        if not more or not head[:1].isupper():  # gone, more than a head has, or no request
            return
    await loop.sock_sendall(accepted, answer(head.partition(END)[0]))
    accepted.shutdown(socket.SHUT_WR)
