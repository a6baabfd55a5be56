"""Media: ICE, DTLS-SRTP, tracks, forwarding and feedback. Imports no sibling package.

The modules on the packet's way, the recorder's included, may have been compiled (``scripts/compile.py``) into
``build/compiled``: from these very files, else the compiled ones are passed over. ``GATEWAY_INTERPRETED=1`` passes them
over in any case.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

_PROJECT = Path(__file__).parent.parent
COMPILED = _PROJECT / "build" / "compiled"
MADE_OF = "made-of.json"
"""In ``COMPILED``: the interpreter's tag, and the SHA-256 of each source file."""


def made_of() -> dict[str, str]:
    """What compiled files say of themselves, were they made now.

    Of every module, compiled or not: a constant of one may have been written into another.
    """
    paths = [path for package in ("gateway", "recorder") for path in sorted((_PROJECT / package).glob("*.py"))]
    digests = {f"{path.parent.name}/{path.stem}": hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    return {"python": str(sys.implementation.cache_tag)} | digests


def _usable() -> bool:
    try:
        return bool(json.loads((COMPILED / MADE_OF).read_text()) == made_of())
    except (OSError, ValueError):
        return False


compiled = os.environ.get("GATEWAY_INTERPRETED") != "1" and _usable()
if compiled:
    sys.path.append(str(COMPILED))
    __path__.insert(0, str(COMPILED / "gateway"))
