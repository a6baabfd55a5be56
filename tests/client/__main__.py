"""Join a hearing with a media file instead of a camera: ``python -m tests.client --help``."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import os
import sys

from tests.client.api import ProblemError
from tests.client.participant import Participant, enter, enter_as_staff
from tests.client.session import SessionClosed
from tests.client.source import Source, read

REPORT_EVERY = 5.0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.client",
        description="Joins a hearing without a browser and sends a file's sound and picture (Opus; H.264 or VP8).",
        epilog="The code word or password is asked for, or taken from COURTROOM_SECRET. With --count the seats are the "
        "given one with its number counted up: --seat party-1 --count 3 takes party-1, party-2 and party-3.",
    )
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="the server (default: %(default)s)")
    parser.add_argument("--hearing", required=True, help="the hearing's number")
    parser.add_argument("--seat", required=True, help="the seat's code, as judge or party-1")
    parser.add_argument("--staff", metavar="NAME", help="enter as this member of staff instead of by code word")
    parser.add_argument("--file", metavar="FILE", help="media file to send, over and over; without it nothing is sent")
    parser.add_argument(
        "--simulcast", action="store_true", help="the file's first two video streams are the layers h and l"
    )
    parser.add_argument("--count", type=int, default=1, help="how many participants, in seats counted up")
    parser.add_argument("--seconds", type=float, help="leave after so long (default: stay until interrupted)")
    parser.add_argument("--admit", action="store_true", help="as judge or clerk: admit whoever waits")
    return parser.parse_args()


async def main(options: argparse.Namespace) -> None:
    secret = os.environ.get("COURTROOM_SECRET") or getpass.getpass("Code word or password: ")
    rids = ("h", "l") if options.simulcast else ()
    source = read(options.file, rids) if options.file else None
    participants = [await join(options, seat, secret, source, rids) for seat in seats(options.seat, options.count)]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(options.seconds):
            await asyncio.gather(*(watch(participant, options.admit) for participant in participants))
    for participant in participants:
        await participant.leave()


def seats(first: str, count: int) -> list[str]:
    name, dash, number = first.rpartition("-")
    if not (dash and number.isdecimal()):
        return [first]
    return [f"{name}-{int(number) + i}" for i in range(count)]


async def join(
    options: argparse.Namespace, seat: str, secret: str, source: Source | None, rids: tuple[str, ...]
) -> Participant:
    if options.staff:
        participant = await enter_as_staff(
            options.url, options.hearing, seat, options.staff, secret, source=source, rids=rids
        )
    else:
        participant = await enter(options.url, options.hearing, seat, secret, source=source, rids=rids)
    await participant.join()
    return participant


async def watch(participant: Participant, admit: bool) -> None:
    while True:
        hearing = participant.session.hearing
        for seat in hearing.get("seats", ()) if admit else ():
            if seat["standing"] == "waiting":
                await participant.api.act("admit", seat["seat"])
        heard = {f"{seat} {kind}": r.packets for (seat, kind), r in sorted(participant.received.items())}
        you = hearing["you"]
        print(f"{you['seat']}: {hearing['state']}, {you['standing']}, packets received {heard or 'none'}", flush=True)
        await asyncio.sleep(REPORT_EVERY)


if __name__ == "__main__":
    try:
        asyncio.run(main(arguments()))
    except (ProblemError, SessionClosed) as refusal:
        sys.exit(f"The server says: {refusal}")
    except OSError as error:
        sys.exit(f"No connection: {error}")
    except KeyboardInterrupt:
        pass
