"""The faults, by what goes wrong; importing this registers them all."""

from tests.faults.results import SCENARIOS
from tests.faults.scenarios import (
    clocks,
    databases,
    editors,
    encryption,
    kills,
    refusals,
    returns,
    sizes,
)

__all__ = [
    "SCENARIOS",
    "clocks",
    "databases",
    "editors",
    "encryption",
    "kills",
    "refusals",
    "returns",
    "sizes",
]
