"""For all tests: Hypothesis tries the same examples each time and no clock judges them, so that a slow machine fails
nothing. `make test ARGS=--hypothesis-profile=explore` looks for new ones.

White-box tests replace parts of a module, so the gateway is interpreted here, unless GATEWAY_INTERPRETED=0 says
otherwise; the servers that tests start run it as their users do."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from tests.databases import database_url, migrated, new_database_url, postgresql, sqlite_url  # noqa: F401 - fixtures for all

if "GATEWAY_INTERPRETED" not in os.environ:
    os.environ["GATEWAY_INTERPRETED"] = "1"
    import gateway  # noqa: F401

    del os.environ["GATEWAY_INTERPRETED"]

settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
