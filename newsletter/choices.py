"""The closed lists of the newsletter."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NewsKind(models.TextChoices):
    REPORT = "report", _("Report")
    INVITATION = "invitation", _("Invitation")
    FACT_SHEET = "fact_sheet", _("Fact sheet")
    STATUS_NOTE = "status_note", _("Status note")
    OVERVIEW = "overview", _("Programme overview")
    CORRECTION = "correction", _("Correction")
    # Only of digests, which are it by themselves.
    DIGEST = "digest", _("Digest")

    @classmethod
    def of_items(cls):
        """Return the choices of an item that is no digest."""
        return [choice for choice in cls.choices if choice[0] != cls.DIGEST]


class Visibility(models.TextChoices):
    """Who may read an item on the web. A draft nobody may, whatever stands here."""

    PUBLIC = "public", _("Everybody")
    PARTNERS = "partners", _("Partners, with a link mailed to them")


class Extent(models.TextChoices):
    """How much of a block goes into the mail."""

    FULL = "full", _("Whole in the mail")
    TEASER = "teaser", _("Opening in the mail, the rest on the web")
    ABSENT = "absent", _("Only on the web")


class PracticePart(models.TextChoices):
    """What a part of a good example tells."""

    NEED = "need", _("The need")
    ACTIONS = "actions", _("What they did")
    RESULT = "result", _("The result")
    NEXT_STEP = "next_step", _("The next step")


class DigestExtent(models.TextChoices):
    """How much of an item stands in a digest."""

    HEADLINE = "headline", _("Headline")
    TEASER = "teaser", _("Headline and summary")
    FULL = "full", _("Whole")


class Fallback(models.TextChoices):
    """What readers get when an item is not in their language."""

    PAGE = "page", _("get it in the language it was written in")
    ENGLISH = "en", _("get it in English where it is, else as it was written")
    NOTHING = "nothing", _("get nothing")


class ConditionKind(models.TextChoices):
    """What a limited block asks of its reader."""

    SEGMENT = "segment", _("Is in the segment")
    LANGUAGE = "language", _("Reads in the language")
    TOPIC = "topic", _("Cares for the topic")
    TOPICS = "topics", _("Cares for one of the topics, or chose none")


class CampaignAudience(models.TextChoices):
    """Whom a send goes to, beside the choice of recipients."""

    RECIPIENTS = "recipients", _("Everybody in the recipients")
    ADDED_SINCE = "added_since", _("Who has not had an earlier send of this item")
    SAME_PEOPLE = "same_people", _("Exactly those who got the item that it corrects")


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    HELD = "held", _("About to be sent")
    SENDING = "sending", _("Sending")
    PAUSED = "paused", _("Paused")
    FINISHED = "finished", _("Sent")
    CANCELLED = "cancelled", _("Cancelled")


class Trouble(models.TextChoices):
    """What hinders a send at the moment."""

    UNREACHABLE = "unreachable", _("The mail server cannot be reached. Trying again.")
    SENDER_REFUSED = (
        "sender_refused",
        _(
            "The mail server refuses the sender. Nothing more is sent until it is mended."
        ),
    )
    UNWRITABLE = (
        "unwritable",
        _(
            "Letters cannot be written. Nothing more is sent until it is mended; then go "
            "on, and those that could not be written are tried again."
        ),
    )
    MISSED = (
        "missed",
        _("The scheduled time passed while nothing was running. Send it again."),
    )
    REFUSED = (
        "refused",
        _("The scheduled send could not start. Open the item and send it again."),
    )
    UNAPPROVED = (
        "unapproved",
        _(
            "The scheduled send was not sent: what was approved has changed. Ask for a "
            "new approval, and send it again."
        ),
    )
    BOUNCING = (
        "bouncing",
        _("Too many addresses are refused. Look at the recipients before you go on."),
    )
    COMPLAINTS = (
        "complaints",
        _("Too many readers report this as spam. Think again before you go on."),
    )
    BLOCKED = (
        "blocked",
        _(
            "Receiving servers block this sender. Find out why before you go on: "
            "the addresses are not at fault."
        ),
    )
    RESTORED = (
        "restored",
        _(
            "The database was restored or copied. Make sure that nobody else sends "
            "this before you go on."
        ),
    )


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    CLAIMED = "claimed", _("With a worker")
    HANDING = "handing", _("Being handed over")
    ACCEPTED = "accepted", _("Accepted by the mail server")
    DEFERRED = "deferred", _("To be tried again")
    FAILED = "failed", _("Refused")
    UNKNOWN = "unknown", _("Uncertain")
    SUPPRESSED = "suppressed", _("Stopped before sending")
    EXPIRED = "expired", _("Given up")
    CANCELLED = "cancelled", _("Cancelled")


# Deliveries that something is still going to happen to.
OPEN_STATES = (
    DeliveryState.QUEUED,
    DeliveryState.CLAIMED,
    DeliveryState.HANDING,
    DeliveryState.DEFERRED,
)


class LeftOutReason(models.TextChoices):
    """Why a member of the segment gets no letter."""

    WITHDRAWN = "withdrawn", _("Has left or objected")
    NO_CONSENT = "no_consent", _("Has not said yes")
    PAUSED = "paused", _("Wants no mail before a later day")
    SUPPRESSED = "suppressed", _("The address is stopped")
    SAME_ADDRESS = "same_address", _("Shares an address with somebody who gets it")
    NO_LANGUAGE = "no_language", _("Reads in a language that the item is not in")
    NO_ITEMS = "no_items", _("Nothing in it is about their topics")


class BounceClass(models.TextChoices):
    """Why a letter did not arrive: what decides whether to write there again."""

    HARD = "hard", _("No such address")
    SOFT = "soft", _("Could not be delivered for now")
    BLOCK = "block", _("Blocked by the receiving server")
    AUTO_REPLY = "auto_reply", _("Automatic reply")
    COMPLAINT = "complaint", _("Reported as spam")
    UNKNOWN = "unknown", _("Not understood")


class EventSource(models.TextChoices):
    """How an event reached us."""

    SMTP = "smtp", _("Answer of the mail server")
    MAIL = "mail", _("Returned mail")
    WEBHOOK = "webhook", _("Message from the mail provider")
    PAGE = "page", _("A page of ours")


class EventType(models.TextChoices):
    """What a mail server or a person said afterwards; anymail's words."""

    DELIVERED = "delivered", _("Delivered")
    BOUNCED = "bounced", _("Bounced")
    DEFERRED = "deferred", _("Delayed")
    COMPLAINED = "complained", _("Reported as spam")
    CLICKED = "clicked", _("Opened a link")
    UNSUBSCRIBED = "unsubscribed", _("Left")
    REJECTED = "rejected", _("Rejected")
    AUTORESPONDED = "autoresponded", _("Automatic reply")
    OTHER = "other", _("Something else")


class OwnPage(models.TextChoices):
    """The pages about oneself that a mailed link can open."""

    CHOICES = "choices", _("What I get, to choose anew")
    DATA = "data", _("Everything that the register holds about me")


class Severity(models.TextChoices):
    """How much a finding of the preflight matters."""

    ERROR = "error", _("Error")
    WARNING = "warning", _("Warning")
    NOTE = "note", _("Note")
