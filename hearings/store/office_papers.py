"""The list of the court's papers, as each may read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import and_, false, or_, select

from hearings.store.base import Base
from hearings.store.office_tables import office_stream


class OfficePapers(Base):
    async def list_papers(
        self, readable: Mapping[str, Collection[str]], after: str = "", about: str = "", most: int = 200
    ) -> list[dict[str, Any]]:
        """Their rows, the newest first. ``readable``: kinds by court; ``after``: the id of the last one that is known
        already; ``about``: only those of this application or hearing."""
        table = office_stream.c
        kind = table.summary["kind"].as_string()
        may = (and_(table.court == court, kind.in_(kinds)) for court, kinds in readable.items())
        query = select(table.court, table.receiver, table.summary).where(table.kind == "paper", or_(false(), *may))
        if after:
            query = query.where(table.id < after)
        if about:
            query = query.where(table.hearing == about)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query.order_by(table.id.desc()).limit(most))).all()
        return [{**row.summary, "court": row.court, "receiver": row.receiver} for row in rows]
