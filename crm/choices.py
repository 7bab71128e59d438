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
