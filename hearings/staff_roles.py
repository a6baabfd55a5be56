"""The roles that staff have in a court, besides the seats that some of them take."""

from __future__ import annotations

from typing import Final, Literal, get_args

StaffRole = Literal["judge", "panel", "clerk", "technician", "organiser", "site_clerk", "administrator"]
STAFF_ROLES: Final[tuple[StaffRole, ...]] = get_args(StaffRole)
"""``organiser`` organises video conferencing (Rules ¶15), ``site_clerk`` is the receiving side's clerk
(Rules ¶26). ``administrator`` is the head of the court's administrator, or acts for the head: determines who organises
video conferencing (Rules ¶2), and with that who may sign in (¶4), and signs the act of ¶18."""
