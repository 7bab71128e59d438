"""What a grant obliges an item to say: put into page and mail by itself.

A grant is tied to the item's network, or to the network of a project card in it. Its
statement stands where the editor placed the block, else at the end; there is no way to
take it away, limit it or reword it. ``newsletter.mail.funding`` refuses a mail without.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from crm.models import Grant

FUNDING = "funding_notice"
# Blocks that show a network, and the field that names it.
SHOWS_NETWORK = {"project_card": "network"}


@dataclass(frozen=True)
class Notice:
    """A grant's words for an item, in one language; ``language`` is what they are in."""

    grant: Grant
    statement: str
    disclaimer: str
    language: str


class FundingNoticeBlock(blocks.StaticBlock):
    """What the grant obliges the item to say. Nobody can limit, cut or reword it."""

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        return {**context, "notices": make_notices(context.get("page"))}

    class Meta:
        label = _("Funding notice")
        icon = "lock"
        template = "web/blocks/funding_notice.html"
        group = _("From the register")
        admin_text = _(
            "The statement that the grant behind the item asks for. It is kept with the "
            "grant in the register and cannot be changed here. Without this block it "
            "stands at the end."
        )


def find_grants(page: Any) -> list[Grant]:
    """Return the grants behind an item, each once: its network's, then its cards'."""
    networks = [getattr(page, "network", None), *_shown_networks(page)]
    grants = {
        network.grant_id: network.grant
        for network in networks
        if network is not None and network.grant_id
    }
    return list(grants.values())


def make_notices(page: Any) -> list[Notice]:
    """Return what an item must say of its grants, in the active language.

    A grant that has no words in it keeps its English ones, as most agreements lay down.
    """
    return [make_notice(grant) for grant in find_grants(page)]


def make_notice(grant: Grant) -> Notice:
    """Return the grant's words in the active language, else in English."""
    if get_language() == "sv" and grant.statement_sv.strip():
        return Notice(grant, grant.statement_sv, grant.disclaimer_sv, "sv")
    return Notice(grant, grant.statement_en, grant.disclaimer_en, "en")


def add_funding(children: Iterable[Any], page: Any) -> list[Any]:
    """Return the blocks of an item with its funding notice where it belongs.

    Where the editor placed it, once; else at the end; nowhere when nobody pays.
    """
    kept, notice = [], None
    for child in children:
        if child.block_type == FUNDING:
            if notice is not None:
                continue
            notice = child
        kept.append(child)
    if not find_grants(page):
        return [child for child in kept if child is not notice]
    return kept if notice is not None else [*kept, _make_child(page)]


def _shown_networks(page: Any) -> list[Any]:
    return [
        child.value[SHOWS_NETWORK[child.block_type]]
        for child in getattr(page, "body", None) or ()
        if child.block_type in SHOWS_NETWORK
    ]


def _make_child(page: Any) -> Any:
    body = page.body
    block = body.stream_block.child_blocks[FUNDING]
    return body.StreamChild(block, None, id="")
