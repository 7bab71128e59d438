"""The experts of the directory, in pages."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page as ResultPage
from django.core.paginator import Paginator

from crm.models import Network
from crm.publishing import list_experts
from home.directory.words import holds_words, read_question

EXPERTS_PER_PAGE = 60
# So many are found with the eye; beyond that there is a field to search in.
FEW = 12


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
    text = read_question(query.get("q", ""))
    fitting = [card for card in cards if holds_words(text, card.name, card.place)]
    return Experts(
        text=text,
        page=Paginator(fitting, EXPERTS_PER_PAGE).get_page(query.get("page")),
        total=len(cards),
        place_total=len({card.organisation_id for card in cards}),
    )
