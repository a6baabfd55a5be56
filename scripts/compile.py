"""Compile the modules on the packet's way to machine code: the same Python, a quarter less CPU a packet.

    .venv/bin/python scripts/compile.py

mypyc (https://mypyc.readthedocs.io) makes C of them and the machine's compiler makes the rest, in half a minute. The
server runs without it just as well, only slower; so whatever is missing is said, and is no error.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import sysconfig
import traceback
from pathlib import Path

os.environ["GATEWAY_INTERPRETED"] = "1"

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

from gateway import COMPILED, MADE_OF, made_of  # noqa: E402

MODULES = [
    *(f"gateway/{name}" for name in (
        "acknowledged", "allocate", "allocator", "audio_slot", "budget", "bundle", "connection", "datagrams",
        "delivery", "departures", "endpoint", "estimate", "history", "inherent_loss", "keyframe", "keyframe_requests",
        "nack", "opus", "outbox", "pacer", "packet", "probe", "publisher", "queue_delay", "readout", "receive_stats",
        "recording_tap", "red", "redundancy", "relief", "rewrite", "rounds", "rtcp", "rtp", "samples", "sampling",
        "seam", "slot", "speaker", "speaking", "stun", "subscriber", "throughput", "track", "train", "twcc",
        "video_slot", "vp8",
    )),
    *(f"recorder/{name}" for name in ("depacketize", "matroska", "reorder", "sink", "take")),
]  # fmt: skip


def missing() -> str:
    if not shutil.which(os.environ.get("CC") or "cc"):
        return "a C compiler (Debian: apt-get install gcc libc6-dev)"
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        return "Python's headers (Debian: apt-get install python3-dev)"
    return ""


def build() -> None:
    from mypyc.build import mypycify
    from setuptools import Distribution

    files = [f"{name}.py" for name in MODULES]
    work = PROJECT / "build" / "mypyc"
    extensions = mypycify(["--config-file=pyproject.toml", *files], group_name="courtroom", target_dir=str(work))
    distribution = Distribution({"name": "compiled", "ext_modules": extensions})
    command = distribution.get_command_obj("build_ext")
    command.build_lib, command.build_temp = str(COMPILED), str(work / "objects")  # type: ignore[attr-defined]
    command.ensure_finalized()
    command.run()


@contextlib.contextmanager
def quietly(log: Path):  # type: ignore[no-untyped-def]
    """Send what the compiler says to ``log``."""
    log.parent.mkdir(parents=True, exist_ok=True)
    kept = os.dup(1), os.dup(2)
    with log.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            raise
        finally:
            for number, old in enumerate(kept, 1):
                os.dup2(old, number)
                os.close(old)


def main() -> None:
    if lacking := missing():
        print(f"Not compiled, which costs speed only: there is no {lacking}.")
        return
    os.chdir(PROJECT)
    shutil.rmtree(COMPILED, ignore_errors=True)
    print("Compiling the packet's way (half a minute, once) …", flush=True)
    log = PROJECT / "build" / "compile.log"
    before = made_of()
    try:
        with quietly(log):
            build()
    except (Exception, SystemExit):
        print(f"Not compiled, which costs speed only; {log.relative_to(PROJECT)} says why.")
        return
    (COMPILED / MADE_OF).write_text(json.dumps(before, indent=1))


if __name__ == "__main__":
    main()
