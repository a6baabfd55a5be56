"""The record of a sitting: takes, journal, AVR. Imports only the gateway's packet and sink types.

``writer.TakeRecorder`` writes in the media process; ``avr.build`` reads in a worker process. The formats are in
``docs/record.md``.
"""

from __future__ import annotations

import gateway

if gateway.compiled:
    __path__.insert(0, str(gateway.COMPILED / "recorder"))
