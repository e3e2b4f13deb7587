"""What all tests share."""

import os

from hypothesis import HealthCheck, settings

# No deadline for one example: machines differ, and a promise is not about speed. In CI the same
# examples are tried each time, so that a red run can be repeated.
settings.register_profile(
    "tests", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50
)
settings.register_profile("ci", parent=settings.get_profile("tests"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "tests")
