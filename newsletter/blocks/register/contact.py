"""Whom to turn to: somebody of the register, whoever holds a seat, or words of one's own."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from crm.publishing import PublicCard, picked_cards, seat_card
from newsletter.blocks.register.base import RegisterBlock
from newsletter.blocks.register.choosing import ContactChooserBlock, SeatChooserBlock

# What an editor may write over what the register says.
OWN_WORDS = ("name", "role", "organisation", "email", "website")
WHOM = ("person", "seat", "name", "organisation", "email", "website")


class ContactBlock(RegisterBlock):
    person = ContactChooserBlock(
        label=_("Somebody of the register"),
        required=False,
        help_text=_("The address is shown only if they have agreed to it."),
    )
    seat = SeatChooserBlock(
        label=_("or whoever holds a seat"),
        required=False,
        help_text=_("Follows the seat when people change."),
    )
    name = blocks.CharBlock(label=_("Name"), max_length=120, required=False)
    role = blocks.CharBlock(label=_("Role"), max_length=120, required=False)
    organisation = blocks.CharBlock(
        label=_("Organisation"), max_length=160, required=False
    )
    email = blocks.EmailBlock(label=_("E-mail"), required=False)
    website = blocks.URLBlock(label=_("Website"), required=False)

    def read_register(self, value: Any, page: Any) -> PublicCard:
        """Return the card of the register with the editor's own words over it."""
        found = _find_card(value, page)
        own = {name: value[name] for name in OWN_WORDS if value[name]}
        if "organisation" in own:
            own["parent"] = ""
        return replace(found, **own)

    def clean(self, value):
        cleaned = super().clean(value)
        if not any(cleaned[name] for name in WHOM):
            message = ValidationError(_("Say whom to contact, or where."))
            raise StructBlockValidationError({"name": message})
        if cleaned["person"] and cleaned["seat"]:
            message = ValidationError(_("Choose a person or a seat, not both."))
            raise StructBlockValidationError({"seat": message})
        return cleaned

    class Meta:
        label = _("Contact")
        icon = "user"
        template = "web/blocks/contact.html"
        group = _("Links and people")
        help_text = _("What you write goes before what the register says.")
        label_format = "{person} {seat} {name} {organisation} {email}"


def _find_card(value, page):
    today = timezone.localdate()
    if value["seat"]:
        return seat_card(value["seat"], today)
    if value["person"]:
        network = getattr(page, "network", None)
        cards = picked_cards([(value["person"], "")], today, network)
        if cards:
            # The organisation's website belongs to a directory, not to whom to ask.
            return replace(cards[0], website="")
    return PublicCard(name="")
