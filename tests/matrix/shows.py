"""Whether a snapshot shows what matrix.toml says that an act leads to."""

from __future__ import annotations

from typing import Any

from tests.matrix.matrix import ACTS

Snapshot = dict[str, Any]


def shows(snapshot: Snapshot, act: str, by: str, of: str | None) -> bool:
    about = next((seat for seat in snapshot.get("seats", []) if seat["seat"] == (of or by)), {})
    return all(_found(snapshot, about, by, of or by, name) == value for name, value in ACTS[act]["shows"].items())


def _found(snapshot: Snapshot, about: Snapshot, by: str, of: str, name: str) -> Any:
    problem, request = (_last(snapshot.get(key)) for key in ("problems", "recordings"))
    match name:
        case "queued":
            return of in snapshot["floor"]["queue"]
        case "floor":
            return snapshot["floor"]["seat"] == of
        case "checked":
            return snapshot["checklist"]["courtroom_ready"]
        case "check":
            return snapshot["check"] is not None and snapshot["check"]["begun"]["by"] == by
        case "confirmed":
            return snapshot["check"]["confirmed"][by]["good"]
        case "reported":
            return about["report"]["by"] == by
        case "problems":
            return problem.get("seat") == by
        case "acknowledged" | "resolved":
            return (problem[name] or {}).get("by") == by
        case "estimated":
            return problem["restored_by"] is not None
        case "requests":
            return request.get("seat") == by
        case "opinion":
            return snapshot["recordings"][0]["opinions"].get(by) == "agree"
        case "permitted":
            return request["permitted"]
        case _:
            return about[name] if name in about else snapshot.get(name)


def _last(rows: list[Snapshot] | None) -> Snapshot:
    return rows[-1] if rows else {}
