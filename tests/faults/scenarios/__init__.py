"""The faults, by what goes wrong; importing this registers them all."""

from tests.faults.results import SCENARIOS
from tests.faults.scenarios import clocks, editors, kills, refusals

__all__ = ["SCENARIOS", "clocks", "editors", "kills", "refusals"]
