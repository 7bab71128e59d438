"""Rules about what the register puts into a letter, and what a grant obliges it to say."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.blocks.register import find_grant, list_partners
from newsletter.choices import Severity
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Letter


def find_empty_partners(letter: Letter) -> Iterator[Finding]:
    """The block for partners is there, and there are none."""
    for block in letter.find("partner_logos"):
        if not list_partners(letter.page.network):
            yield Finding(
                "no_partners",
                Severity.ERROR,
                _("There are no partners to show"),
                _(
                    "The block is empty, since the register knows no members of the "
                    "item's network or project. Add them there, or take the block away."
                ),
                block.id,
                block.place,
            )


def find_missing_funding(letter: Letter) -> Iterator[Finding]:
    """The network is paid for by a grant, and the letter does not say so.

    The statement is a duty of the grant agreement; without it money is claimed back.
    """
    grant = find_grant(letter.page)
    has_notice = bool(letter.find("funding_notice"))
    if grant and not has_notice:
        yield Finding(
            "no_funding_notice",
            Severity.ERROR,
            _("The funding notice is missing"),
            _(
                "%(network)s is paid for by %(grant)s, which asks for its statement "
                "in everything published. Add the block “Funding notice”."
            )
            % {"network": letter.page.network, "grant": grant},
        )
    elif has_notice and not grant:
        [block, *_rest] = letter.find("funding_notice")
        yield Finding(
            "no_grant",
            Severity.ERROR,
            _("There is no grant behind the funding notice"),
            _(
                "The item has no network with a grant, so the block says nothing. "
                "Choose the network, or take the block away."
            ),
            block.id,
            block.place,
        )
