"""A bad link between two real namespaces."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.root, pytest.mark.skipif(os.geteuid() != 0, reason="namespaces need root")]

TALK = """
import asyncio, json, socket, sys
from bench.network import ADDRESS, bad_link, isolate
from bench.shaping import Shape

ECHO = '''
import socket
udp = socket.socket(type=2)
udp.bind(("", 9))
print(flush=True)
while True: udp.sendto(*udp.recvfrom(99))
'''

async def main():
    async with bad_link(1) as link:
        await link.shape(up=Shape(delay_ms=20), down=Shape(cut=True))
        echo = await asyncio.create_subprocess_exec(*link.enter, sys.executable, "-c", ECHO, stdout=-1)
        await echo.stdout.readline()
        with socket.socket(type=socket.SOCK_DGRAM) as client:
            client.settimeout(5)
            client.sendto(b"lost", ("10.77.1.2", 9))
            before = await link.shape(up=Shape(), down=Shape())
            client.sendto(b"heard", ("10.77.1.2", 9))
            answer = client.recv(99).decode()
        echo.kill()
        await echo.wait()
        print(json.dumps([before["down"]["lost"], answer]))

isolate()
asyncio.run(main())
"""


def test_packets_pass_between_the_namespaces_as_the_link_is_shaped():
    done = subprocess.run([sys.executable, "-c", TALK], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == '[1, "heard"]'
