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


def made_of(names: list[str]) -> dict[str, str]:
    """What compiled files say of themselves, for the modules ``names`` (``gateway/rtp``) as they are now."""
    sources = {name: (_PROJECT / f"{name}.py").read_bytes() for name in sorted(names)}
    digests = {name: hashlib.sha256(source).hexdigest() for name, source in sources.items()}
    return {"python": str(sys.implementation.cache_tag)} | digests


def _usable() -> bool:
    try:
        said = json.loads((COMPILED / MADE_OF).read_text())
        return bool(said == made_of([name for name in said if name != "python"]))
    except (OSError, ValueError, TypeError):
        return False


compiled = os.environ.get("GATEWAY_INTERPRETED") != "1" and _usable()
if compiled:
    sys.path.append(str(COMPILED))
    __path__.insert(0, str(COMPILED / "gateway"))
