"""What the newsletter holds about one person, for that person."""

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.choices import Language
from crm.models import Contact
from crm.own_data.sections import Fact, Record, register_section
from newsletter.choices import EventType
from newsletter.models import Delivery, DeliveryEvent, LeftOut, LinkTotal, SignUp
from newsletter.timeline import SENT_AT


def register_own_data() -> None:
    """Register the newsletter's sections; called once, at start."""
    register_section(
        "letters",
        gettext_lazy("Letters to you"),
        find_letters,
        covers=["newsletter.Delivery.contact", "newsletter.Delivery.address_hash"],
        order=300,
    )
    register_section(
        "clicks",
        gettext_lazy("Links that you opened in letters"),
        find_clicks,
        order=310,
    )
    register_section(
        "left_out",
        gettext_lazy("Letters that were not sent to you"),
        find_left_out,
        covers=["newsletter.LeftOut.contact"],
        order=320,
    )
    register_section(
        "sign_ups",
        gettext_lazy("Sign-ups that wait for your yes"),
        find_sign_ups,
        covers=["newsletter.SignUp.address_hash"],
        order=330,
    )


def find_letters(contact: Contact) -> list[Record]:
    """Return the letters to somebody, what became of each and what was heard of it."""
    heard = DeliveryEvent.objects.exclude(type=EventType.CLICKED)
    rows = (
        Delivery.objects.filter(contact=contact)
        .select_related("campaign__newsletter")
        .prefetch_related(Prefetch("events", queryset=heard, to_attr="heard"))
        .annotate(sent_at=SENT_AT)
        .order_by("-sent_at", "-pk")
    )
    return [
        [
            Fact("at", _("When"), row.sent_at),
            Fact("subject", _("Subject"), row.campaign.name),
            Fact("newsletter", _("Newsletter"), str(row.campaign.newsletter)),
            Fact("address", _("To"), row.address),
            Fact(
                "language",
                _("Language"),
                row.locale,
                dict(Language.choices).get(row.locale, ""),
            ),
            Fact("state", _("What became of it"), row.state, row.get_state_display()),
            Fact("reply", _("The mail server's answer"), row.reply),
            Fact(
                "heard",
                _("What was heard afterwards"),
                [_say_event(event) for event in row.heard],
            ),
        ]
        for row in rows
    ]


def find_clicks(contact: Contact) -> list[Record]:
    """Return the links somebody opened, kept only of who agreed to it."""
    events = DeliveryEvent.objects.filter(
        delivery__contact=contact, type=EventType.CLICKED
    ).select_related("delivery__campaign")
    rows = list(events.order_by("-at", "-pk"))
    sends = {event.delivery.campaign_id for event in rows if event.delivery}
    urls = {
        (campaign, str(number)): url
        for campaign, number, url in LinkTotal.objects.filter(
            campaign__in=sends
        ).values_list("campaign", "number", "url")
    }
    return [
        [
            Fact("at", _("When"), event.at),
            Fact("subject", _("Letter"), event.delivery.campaign.name),
            Fact(
                "link",
                _("Link"),
                urls.get((event.delivery.campaign_id, event.detail), ""),
            ),
        ]
        for event in rows
        if event.delivery
    ]


def find_left_out(contact: Contact) -> list[Record]:
    """Return the sends that passed somebody by, with the reason."""
    rows = LeftOut.objects.filter(contact=contact).select_related("campaign")
    return [
        [
            Fact("at", _("When"), row.campaign.frozen_at),
            Fact("subject", _("Subject"), row.campaign.name),
            Fact("reason", _("Why"), row.reason, row.get_reason_display()),
        ]
        for row in rows.order_by("-campaign__frozen_at", "-pk")
    ]


def find_sign_ups(contact: Contact) -> list[Record]:
    """Return wishes with somebody's address that nobody confirmed yet."""
    rows = SignUp.objects.filter(address_hash=contact.address_hash)
    return [
        [
            Fact("newsletter", _("Newsletter"), str(row.newsletter)),
            Fact("asked_at", _("When"), row.asked_at),
            Fact("given_name", _("Given name"), row.given_name),
            Fact("family_name", _("Family name"), row.family_name),
        ]
        for row in rows.select_related("newsletter")
    ]


def _say_event(event: DeliveryEvent) -> str:
    parts = [event.get_type_display(), event.get_bounce_class_display(), event.detail]
    return " · ".join(filter(None, map(str, parts)))
