"""What organisations are to a network, as headings over lists of them."""

from django.utils.translation import gettext_lazy as _

from crm.choices import MembershipRole

SEVERAL = {
    MembershipRole.MEMBER: _("Members"),
    MembershipRole.FOUNDER: _("Founders"),
    MembershipRole.PARTNER: _("Partners"),
    MembershipRole.PILOT: _("Pilot cities"),
    MembershipRole.TECHNICAL_PARTNER: _("Technical partners"),
    MembershipRole.FUNDER: _("Funders"),
}


def head_role(role: str, count: int) -> str:
    """Return the heading over ``count`` organisations of one role, in this language."""
    one = MembershipRole(role)
    return str(one.label if count == 1 else SEVERAL[one])
