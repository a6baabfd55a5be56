"""What all tables are written with: the metadata, the types of columns, and the court that every row carries."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, MetaData, String

# Constraints need names, so that a later migration can alter them in every database.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id, Time, Code, Hash = String(36), String(32), String(64), String(200)


def court_column() -> Column[str]:
    return Column("court", Id, ForeignKey("court.id"), nullable=False)
