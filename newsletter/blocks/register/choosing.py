"""Choosing things of the register within a block."""

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from crm.choices import MembershipRole
from crm.models import Role


class RegisterChooserBlock(blocks.ChooserBlock):
    """Chooses one thing by its chooser in the admin, for those who may see such things."""

    target_model = ""
    # Its name in crm.viewsets.choosers.
    chooser = ""

    @cached_property
    def widget(self):
        from crm.viewsets import choosers  # noqa: PLC0415 -- models load first

        return getattr(choosers, self.chooser).widget_class()

    def clean(self, value):
        # What the form names was read just now; Wagtail's own block asks for it again.
        if isinstance(value, self.model_class):
            return value
        return super().clean(value)


class ContactChooserBlock(RegisterChooserBlock):
    target_model = "crm.Contact"
    chooser = "contact_chooser"

    class Meta:
        icon = "user"


class SeatChooserBlock(RegisterChooserBlock):
    target_model = "crm.Seat"
    chooser = "seat_chooser"

    class Meta:
        icon = "group"


class OrganisationChooserBlock(RegisterChooserBlock):
    target_model = "crm.Organisation"
    chooser = "organisation_chooser"

    class Meta:
        icon = "home"


class NetworkChooserBlock(RegisterChooserBlock):
    target_model = "crm.Network"
    chooser = "network_chooser"

    class Meta:
        icon = "site"


class EventChooserBlock(RegisterChooserBlock):
    target_model = "crm.Event"
    chooser = "event_chooser"

    class Meta:
        icon = "date"


class PublicationChooserBlock(RegisterChooserBlock):
    target_model = "crm.Publication"
    chooser = "publication_chooser"

    class Meta:
        icon = "doc-full"


class MediaItemChooserBlock(RegisterChooserBlock):
    target_model = "crm.MediaItem"
    chooser = "media_item_chooser"

    class Meta:
        icon = "openquote"


def role_choices() -> list[tuple[str, object]]:
    """Return every role, and the roles of the register by name."""
    roles = sorted((str(role), str(role.pk)) for role in Role.objects.all())
    return [("", _("Every role")), *((pk, name) for name, pk in roles)]


class RoleBlock(blocks.ChoiceBlock):
    """A role of the register, kept as its number. Shows up under what uses the role."""

    def extract_references(self, value):
        if value:
            yield Role, str(value), "", ""

    def get_searchable_content(self, value):
        return []


def membership_choices() -> list[tuple[str, object]]:
    """Return every way to belong to a network."""
    return [("", _("Everybody who belongs to it")), *MembershipRole.choices]
