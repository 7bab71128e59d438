"""The kinds of rule the register itself offers, in the order the editor shows them."""

from crm.segments.fields import register_kind
from crm.segments.kinds.consents import CONSENT
from crm.segments.kinds.customs import CUSTOM
from crm.segments.kinds.members import MEMBER
from crm.segments.kinds.memberships import MEMBERSHIP
from crm.segments.kinds.people import ADDED, LANGUAGE, TOPIC
from crm.segments.kinds.seats import HOLDING, SEAT, VACANCY

KINDS = (
    SEAT,
    LANGUAGE,
    TOPIC,
    MEMBERSHIP,
    VACANCY,
    HOLDING,
    CUSTOM,
    CONSENT,
    ADDED,
    MEMBER,
)


def register_kinds() -> None:
    """Register the register's own kinds; called once when the app is ready."""
    for kind in KINDS:
        register_kind(kind)
