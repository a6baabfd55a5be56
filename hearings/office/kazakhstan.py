"""Kazakhstan's days off that fall on working days or are public holidays, 2026 and 2027.

The Law on Holidays of 13 December 2001 No. 267-II and the Labour Code, articles 84 and 85: a public holiday that falls
on a day off moves to the next working day. Kurban Ait follows the moon, and the government may move working days by a
decree of its own: a court edits its calendar then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

_NEW_YEAR, _CHRISTMAS, _WOMEN, _CONSTITUTION = "New Year", "Orthodox Christmas", "Women's Day", "Constitution Day"
_NAURYZ, _UNITY, _DEFENDER, _VICTORY = "Nauryz", "Unity Day", "Defender of the Fatherland Day", "Victory Day"
_KURBAN, _CAPITAL, _REPUBLIC, _INDEPENDENCE = "Kurban Ait", "Capital Day", "Republic Day", "Independence Day"

_YEARS: Final[Mapping[int, Mapping[str, str]]] = {
    2026: {
        "01-01": _NEW_YEAR, "01-02": _NEW_YEAR, "01-07": _CHRISTMAS, "03-08": _WOMEN, "03-09": _WOMEN,
        "03-21": _NAURYZ, "03-22": _NAURYZ, "03-23": _NAURYZ, "03-24": _NAURYZ, "03-25": _NAURYZ,
        "05-01": _UNITY, "05-07": _DEFENDER, "05-09": _VICTORY, "05-11": _VICTORY, "05-27": _KURBAN,
        "07-06": _CAPITAL, "10-25": _REPUBLIC, "10-26": _REPUBLIC, "12-16": _INDEPENDENCE,
    },
    2027: {
        "01-01": _NEW_YEAR, "01-02": _NEW_YEAR, "01-04": _NEW_YEAR, "01-07": _CHRISTMAS, "03-08": _WOMEN,
        "03-15": _CONSTITUTION, "03-21": _NAURYZ, "03-22": _NAURYZ, "03-23": _NAURYZ, "03-24": _NAURYZ,
        "05-01": _UNITY, "05-03": _UNITY, "05-07": _DEFENDER, "05-09": _VICTORY, "05-10": _VICTORY,
        "05-16": _KURBAN, "07-06": _CAPITAL, "10-25": _REPUBLIC, "12-16": _INDEPENDENCE,
    },
}  # fmt: skip

DAYS_OFF: Final[Mapping[date, str]] = MappingProxyType(
    {date.fromisoformat(f"{year}-{day}"): name for year, days in _YEARS.items() for day, name in days.items()}
)
"""Public holidays, and the days that they moved to, with their names."""
