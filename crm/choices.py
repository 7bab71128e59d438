"""The closed lists of the register."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    SWEDISH = "sv", _("Swedish")
    ENGLISH = "en", _("English")


class OrganisationKind(models.TextChoices):
    MUNICIPALITY = "municipality", _("Municipality")
    BOROUGH = "borough", _("Borough")
    REGION = "region", _("Region")
    PROVINCE = "province", _("Province")
    COUNTY_BOARD = "county_board", _("County administrative board")
    AGENCY = "agency", _("Government agency")
    UNIVERSITY = "university", _("University")
    RESEARCH_CENTRE = "research_centre", _("Research centre")
    EU_BODY = "eu_body", _("EU body")
    CIVIL_SOCIETY = "civil_society", _("Civil society organisation")
    COMPANY = "company", _("Company")
    MEDIA = "media", _("Media")
    COMMITTEE = "committee", _("Committee")
    OTHER = "other", _("Other")


class NetworkKind(models.TextChoices):
    NETWORK = "network", _("Network")
    PROJECT = "project", _("Project")
    PROGRAMME = "programme", _("Programme")


class MembershipRole(models.TextChoices):
    MEMBER = "member", _("Member")
    FOUNDER = "founder", _("Founder")
    PARTNER = "partner", _("Partner")
    PILOT = "pilot", _("Pilot city")
    TECHNICAL_PARTNER = "technical_partner", _("Technical partner")
    FUNDER = "funder", _("Funder")


class LawfulBasis(models.TextChoices):
    """The grounds of GDPR article 6(1) that a network can lean on."""

    CONSENT = "consent", _("Consent")
    PUBLIC_TASK = "public_task", _("Public task")
    LEGITIMATE_INTEREST = "legitimate_interest", _("Legitimate interest")
    CONTRACT = "contract", _("Contract")


class ConsentAction(models.TextChoices):
    """What a ledger entry says happened."""

    GIVEN = "given", _("Consent given")
    WITHDRAWN = "withdrawn", _("Left")
    OBJECTED = "objected", _("Objected to all mail")
    RETURNED = "returned", _("Came back")


class SpokenSource(models.TextChoices):
    """How somebody said it, when it is written down by hand.

    The ledger keeps the words themselves: a source may be anything.
    """

    TELEPHONE = "by telephone", _("by telephone")
    MEETING = "at a meeting", _("at a meeting")
    EMAIL = "by e-mail", _("by e-mail")
    LETTER = "by letter", _("by letter")


class ConsentStatus(models.TextChoices):
    """Where contact and purpose stand after the last ledger entry."""

    GIVEN = "given", _("Has said yes")
    WITHDRAWN = "withdrawn", _("Has left")
    OBJECTED = "objected", _("Has objected")


class SuppressionReason(models.TextChoices):
    BOUNCE = "bounce", _("The address bounces")
    COMPLAINT = "complaint", _("The recipient reported it as spam")
    MANUAL = "manual", _("Stopped by hand")
    ERASURE = "erasure", _("The person was erased")


class InteractionKind(models.TextChoices):
    """What stands in the timeline of a contact or an organisation, added by hand."""

    NOTE = "note", _("Note")
    CALL = "call", _("Telephone call")
    MEETING = "meeting", _("Meeting")
    MAIL = "mail", _("Letter or e-mail")
    LEAD = "lead", _("Offer to take part")


class SeatTaskReason(models.TextChoices):
    """Why somebody should look at a seat."""

    BOUNCED = "bounced", _("Mail to the holder's address bounces")
    HAS_LEFT = "has_left", _("The holder has left, says an automatic reply")
    REPORTED = "reported", _("The holder says that they have left")


class FieldType(models.TextChoices):
    """What a field of the administrator's own holds."""

    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    CHOICE = "choice", _("One of several words")


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class ImportState(models.TextChoices):
    """Where an import stands."""

    PREVIEWED = "previewed", _("Looked at, not imported")
    APPLYING = "applying", _("Being imported")
    APPLIED = "applied", _("Imported")
    FAILED = "failed", _("Failed: nothing was imported")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class ChangeAction(models.TextChoices):
    CREATED = "created", _("Created")
    CHANGED = "changed", _("Changed")
    DELETED = "deleted", _("Deleted")


class PublicationKind(models.TextChoices):
    REPORT = "report", _("Report")
    BOOK = "book", _("Book")
    ARTICLE = "article", _("Article")
    CASE_STUDY = "case_study", _("Case study")
    BRIEF = "brief", _("Policy brief")
    DATASET = "dataset", _("Data")
    OTHER = "other", _("Other")


class MediaKind(models.TextChoices):
    OPINION = "opinion", _("Opinion piece")
    EDITORIAL = "editorial", _("Editorial")
    ARTICLE = "article", _("Article")
    INTERVIEW = "interview", _("Interview")
    BROADCAST = "broadcast", _("Broadcast")
    SEMINAR = "seminar", _("Seminar")
    OTHER = "other", _("Other")


class ApiScope(models.TextChoices):
    """What the holder of an API token may do."""

    READ = "read", _("Read the register")
    WRITE = "write", _("Read and change the register")


class RequestKind(models.TextChoices):
    """What people may ask about their own data (GDPR art. 15 to 17)."""

    ERASURE = "erasure", _("Be erased")
    CORRECTION = "correction", _("Have something put right")
    COPY = "copy", _("Get a copy")
