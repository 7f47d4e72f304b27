"""Settings of hypothesis: the same examples on every run; `make test-long` looks further and at new ones."""

import os

import pytest
from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]

settings.register_profile(
    "ci", deadline=None, derandomize=True, database=None, print_blob=True, suppress_health_check=_SLOW
)
settings.register_profile("long", parent=settings.get_profile("ci"), derandomize=False, max_examples=2000)


def pytest_configure(config: pytest.Config) -> None:
    long = config.getoption("markexpr") == "long"
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("long" if long else "ci"))
