"""What comes from the register as plain text."""

from typing import Any

from crm.models import Membership
from newsletter.mail.blocks import MailBlock
from newsletter.mail.lines import LIGHT, join_parts, shout, wrap
from newsletter.mail.merge import disarm_fields


def wrap_plain(text: Any, indent: str = "", hanging: str | None = None) -> str:
    """Return words of the register in lines; no name of theirs is a merge field."""
    return wrap(disarm_fields(text), indent, hanging)


def write_section(heading: str, *parts: str) -> str:
    """Return parts of a section under its heading in capitals."""
    return join_parts(f"\n{shout(heading)}\n{LIGHT}", *parts)


def write_partner_logos(block: MailBlock) -> str:
    lines = [
        wrap_plain(f"{partner.organisation}, {describe_partner(partner)}", "  ", "    ")
        for partner in block.context["content"]
    ]
    return write_section(block.value["heading"], "\n".join(lines))


def write_funding_notice(block: MailBlock) -> str:
    words = [
        wrap(f"{notice.statement} {notice.disclaimer}".strip())
        for notice in block.context["notices"]
    ]
    return f"{LIGHT}\n{join_parts(*words)}" if words else ""


def describe_partner(partner: Membership) -> str:
    """Return what an organisation is in the network, and where: "Pilot city, Sweden"."""
    country = partner.organisation.get_country_display()
    return f"{partner.get_role_display()}, {country}"


def write_people_list(block: MailBlock) -> str:
    details = block.value["shows_details"]
    return write_section(
        block.value["heading"],
        *(
            join_parts(
                f"{group.heading}:" if group.heading else "",
                "\n".join(write_person(card, details) for card in group.cards),
            )
            for group in block.context["content"]
        ),
    )


def write_person(card: Any, details: bool = False) -> str:
    """Return "  Name, role, organisation, university", with addresses below if asked."""
    said = ", ".join(part for part in (card.name, card.post) if part)
    lines = [wrap_plain(said, "  ", "    ")]
    if details:
        lines += [wrap_plain(line, "    ") for line in (card.email, card.phone) if line]
    return "\n".join(lines)


def write_member_list(block: MailBlock) -> str:
    names = ", ".join(str(member) for member in block.context["content"])
    return write_section(block.value["heading"], wrap_plain(f"{names}."))
