"""The experts of the directory, in pages."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page as ResultPage
from django.core.paginator import Paginator

from crm.models import Network
from crm.names import make_sort_key
from crm.publishing import PublicCard, list_experts

EXPERTS_PER_PAGE = 60
# So many are found with the eye; beyond that there is a field to search in.
FEW = 12
LONGEST_QUESTION = 100


@dataclass(frozen=True)
class Experts:
    """One page of experts, and what the reader looked for."""

    text: str
    page: ResultPage
    total: int
    place_total: int

    @property
    def is_searchable(self) -> bool:
        return self.total > FEW


def open_experts(
    roles: Collection[int],
    network: Network | None,
    query: Mapping[str, str],
    on: date,
) -> Experts:
    """Return the experts that ``query`` asks for; one query.

    Its keys are q (part of the name of a person or their organisation) and page.
    """
    cards = list_experts(on, roles, network)
    text = query.get("q", "").replace("\x00", "").strip()[:LONGEST_QUESTION]
    words = make_sort_key(text).split()
    fitting = [card for card in cards if _fits(card, words)]
    return Experts(
        text=text,
        page=Paginator(fitting, EXPERTS_PER_PAGE).get_page(query.get("page")),
        total=len(cards),
        place_total=len({card.organisation_id for card in cards}),
    )


def _fits(card: PublicCard, words: list[str]) -> bool:
    key = f"{make_sort_key(card.name)} {make_sort_key(card.place)}"
    return all(word in key for word in words)
