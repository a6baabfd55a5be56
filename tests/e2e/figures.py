"""What a test measured: printed, and added as a line of JSON to the file that the environment's FIGURES names."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def note(name: str, **figures: Any) -> None:
    line = json.dumps({"figures": name, **figures}, ensure_ascii=False)
    print(line)
    if target := os.environ.get("FIGURES"):
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
