"""The calls to take part that stand in published items."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from crm.models import Organisation
from newsletter.models import NewsPage

CALL = "collaborate"


@dataclass(frozen=True)
class Call:
    """A block that calls for offers, in its item."""

    page: NewsPage
    block_id: str
    value: Any

    @property
    def ours(self) -> Organisation | None:
        """The organisation that the offer is made to."""
        return self.value["organisation"]

    @property
    def url(self) -> str:
        return call_url(self.page.pk, self.block_id)


def find_call(page_id: int, block_id: str) -> Call | None:
    """Return the call of a published item that anybody may read; None without it.

    A block that is limited to some readers is found too: its letter leads here.
    """
    page = NewsPage.objects.live().public().filter(pk=page_id).first()
    for child in page.body if page else ():
        if child.block_type == CALL and child.id == block_id:
            return Call(page, block_id, child.value)
    return None


def call_url(page_id: int | None, block_id: str | None) -> str:
    """Return where a call's form is; "" while item or block are not saved."""
    return (
        reverse("collaborate", args=[page_id, block_id]) if page_id and block_id else ""
    )
