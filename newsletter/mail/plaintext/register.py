"""What comes from the register as plain text."""

from crm.models import Membership
from newsletter.mail.blocks import MailBlock
from newsletter.mail.lines import LIGHT, join_parts, shout, wrap


def write_partner_logos(block: MailBlock) -> str:
    partners = block.context["partners"]
    if not partners:
        return ""
    lines = [
        wrap(f"{partner.organisation}, {describe_partner(partner)}", "  ", "    ")
        for partner in partners
    ]
    return join_parts(f"\n{shout(block.value['heading'])}\n{LIGHT}", "\n".join(lines))


def write_funding_notice(block: MailBlock) -> str:
    grant = block.context["grant"]
    if not grant:
        return ""
    return f"{LIGHT}\n{wrap(f'{grant.statement_en} {grant.disclaimer_en}'.strip())}"


def describe_partner(partner: Membership) -> str:
    """Return what an organisation is in the network, and where: "Pilot city, Sweden"."""
    country = partner.organisation.get_country_display()
    return f"{partner.get_role_display()}, {country}"
