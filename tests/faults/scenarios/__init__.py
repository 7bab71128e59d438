"""The faults, by what goes wrong; importing this registers them all."""

from tests.faults.results import SCENARIOS
from tests.faults.scenarios import kills

__all__ = ["SCENARIOS", "kills"]
