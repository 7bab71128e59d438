"""Blocks that were looked over are put into an item's draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from newsletter.models import NewsPage
from newsletter.pasting.proposals import Outcome, Proposal

AS_BLOCK, AS_TEXT, LEFT_OUT = "block", "text", "out"


@dataclass(frozen=True)
class Decision:
    """What the editor decided: per proposal, by number, and for the item as a whole."""

    choices: Mapping[int, str]
    replaces: bool = False
    takes_title: bool = False
    takes_kicker: bool = False
    takes_kind: bool = False


def default_choice(made: Proposal) -> str:
    """Return what stands ticked before the editor decides."""
    return AS_BLOCK if made.is_taken else LEFT_OUT


def place_blocks(page: NewsPage, outcome: Outcome, decision: Decision) -> int:
    """Put the chosen blocks into the item in memory; return how many they are.

    At the end, or in place of all there was. Saves nothing.
    """
    added = [
        {**block, "id": str(uuid4())}
        for number, made in enumerate(outcome.proposals)
        if (block := _decide(made, decision.choices.get(number)))
    ]
    kept = [] if decision.replaces else list(page.body.raw_data)
    page.body = [*kept, *added]
    if decision.takes_title and outcome.head.title:
        page.title = outcome.head.title
    if decision.takes_kicker and outcome.head.kicker:
        page.kicker = outcome.head.kicker
    if decision.takes_kind and outcome.head.kind:
        page.kind = outcome.head.kind
    return len(added)


def _decide(made: Proposal, choice: str | None) -> dict[str, Any] | None:
    choice = choice or default_choice(made)
    if choice == LEFT_OUT:
        return None
    return (made.as_text() if choice == AS_TEXT else made).as_block()
