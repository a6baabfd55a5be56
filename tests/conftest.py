"""For all tests: Hypothesis tries the same examples each time and no clock judges them, so that a slow machine fails
nothing. `make test ARGS=--hypothesis-profile=explore` looks for new ones."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
