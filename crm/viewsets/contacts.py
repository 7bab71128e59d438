"""Contacts: the people of the network."""

from functools import partial

from django import forms
from django.db import transaction
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
)
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.log_actions import log

from crm.addresses import display_address
from crm.choices import SuppressionReason
from crm.consent import suppress
from crm.copies import drop_copies
from crm.custom import all_fields, show_value, shown_values
from crm.filters import ContactFilterSet
from crm.forms import ContactForm
from crm.history import STOPPED
from crm.imports.undoing import forget_contacts
from crm.mailability import explain_mailability, find_address
from crm.models import Affiliation, Contact
from crm.note_forms import SaidForm
from crm.panels import CustomFieldsPanel, CustomObjectList, RowsPanel
from crm.pausing import describe_pause
from crm.requests import forget_words
from crm.searching import Search
from crm.segments.explaining import explain_memberships
from crm.views.notes import PERMISSIONS as NOTE_PERMISSIONS
from crm.views.requests import find_open
from crm.views.timeline import show_timeline
from crm.viewsets.base import (
    RegisterDeleteView,
    RegisterIndexView,
    RegisterInspectView,
    RegisterViewSet,
)
from crm.viewsets.columns import Column, MomentColumn


def with_seats(contacts):
    """Return the contacts with the seats each holds today, ready to be shown."""
    held = Affiliation.objects.held(timezone.localdate()).select_related(
        "seat__role", "seat__organisation", "seat__network"
    )
    return contacts.prefetch_related(
        Prefetch("affiliations", queryset=held.order_by("pk"), to_attr="seats_today")
    )


def seats_in_words(contact):
    """Return the seats a contact of ``with_seats`` holds today, in a line."""
    return "; ".join(str(affiliation.seat) for affiliation in contact.seats_today)


def show_own(field, contact):
    """Return what stands in one of the administrator's fields, in words."""
    return show_value(field, contact.custom.get(field.slug))


class TickColumn(Column):
    """A box before each row, for the form below the listing."""

    def write(self, instance):
        return format_html(
            '<input type="checkbox" name="pk" value="{}" form="crm-bulk" aria-label="{}">',
            instance.pk,
            _("Tick %(instance)s") % {"instance": instance},
        )

    def get_header_context_data(self, parent_context):
        return {
            **super().get_header_context_data(parent_context),
            "label": format_html('<span class="w-sr-only">{}</span>', _("Tick")),
        }


class ContactIndexView(RegisterIndexView):
    opens_overview = True
    results_template_name = "cms/crm/contact_list_results.html"
    search_fields = ["email"]
    empty_message = gettext_lazy(
        "No contacts yet. Import a file or add the first by hand."
    )

    def get_base_queryset(self):
        return with_seats(super().get_base_queryset())

    def search_queryset(self, queryset):
        return Search(self.search_query.split(), timezone.localdate()).find(queryset)

    @cached_property
    def may_change_many(self):
        """Whether whoever looks may change or delete contacts."""
        return self.user_has_any_permission(["change", "delete"])

    def get_context_data(self, *args, **kwargs):
        query = self.request.GET
        return super().get_context_data(
            *args,
            may_change_many=self.may_change_many,
            many_query=[
                (name, value)
                for name in query
                if name not in ("p", "pk", "_w_filter_fragment")
                for value in query.getlist(name)
            ],
            **kwargs,
        )

    @cached_property
    def columns(self):
        ticks = (
            [TickColumn("tick", label=_("Choose"), classname="crm-bulk__tick")]
            if self.may_change_many
            else []
        )
        return [
            *ticks,
            self.make_title_column(_("Name"), sort_key="sort_key"),
            Column("seats", label=_("Seat and organisation"), accessor=seats_in_words),
            Column("get_language_display", label=_("Language"), sort_key="language"),
            Column(
                "email",
                label=_("E-mail"),
                accessor=lambda contact: display_address(contact.email),
                sort_key="email",
            ),
            *self._own_columns(),
            MomentColumn("updated_at", label=_("Changed"), sort_key="updated_at"),
        ]

    def _own_columns(self):
        """Return a column for each field of our own that stands in the list."""
        return [
            Column(
                f"custom_{field.slug}",
                label=field.name,
                accessor=partial(show_own, field),
            )
            for field in all_fields()
            if field.is_listed
        ]

    @cached_property
    def header_buttons(self):
        buttons = super().header_buttons
        if self.user_has_permission("add") and self.user_has_permission("change"):
            buttons.append(
                HeaderButton(
                    _("Import contacts"),
                    url=reverse("crm_import"),
                    icon_name="upload",
                )
            )
        return buttons

    @cached_property
    def header_more_buttons(self):
        buttons = super().header_more_buttons
        if self.user_has_permission("change"):
            buttons.append(
                Button(
                    _("Duplicates"),
                    url=reverse("crm_contact:duplicates"),
                    icon_name="resubmit",
                )
            )
        return buttons


class ContactInspectView(RegisterInspectView):
    template_name = "cms/crm/contact.html"

    @cached_property
    def header_more_buttons(self):
        buttons = super().header_more_buttons
        if self.request.user.has_perms(["crm.change_contact", "crm.delete_contact"]):
            buttons.append(
                Button(
                    _("Merge with another contact"),
                    url=reverse("crm_contact:merge_pick", args=[self.object.pk]),
                    icon_name="resubmit",
                )
            )
        return buttons

    def get_context_data(self, **kwargs):
        contact = self.object
        today = timezone.localdate()
        affiliations = contact.affiliations.select_related(
            "seat__role", "seat__organisation", "seat__network"
        )
        current = affiliations.held(today)
        return super().get_context_data(
            address=display_address(contact.email),
            affiliations=current,
            former=affiliations.exclude(pk__in=current.values("pk")),
            mailability=explain_mailability(contact, today),
            rest=describe_pause(contact, today),
            data_requests=find_open(contact, self.request.user),
            goes_to=find_address(contact, today),
            said_form=SaidForm() if self.may_write else None,
            entries=contact.consent_entries.select_related("purpose", "by"),
            memberships=explain_memberships(contact, today),
            custom=shown_values(contact, all_fields()),
            **show_timeline(
                self.request,
                contact=contact,
                note_url=reverse("crm_contact_note", args=[contact.pk]),
            ),
            **kwargs,
        )

    @property
    def may_write(self):
        """Whether this person may write down what was said."""
        return self.request.user.has_perms(NOTE_PERMISSIONS)


class DeleteContactForm(forms.Form):
    stop_address = forms.BooleanField(
        label=gettext_lazy(
            "Also stop the address, so that no import brings mail to it again"
        ),
        required=False,
        initial=True,
    )


class ContactDeleteView(RegisterDeleteView):
    """Deleting a contact takes the ledger along, so the address is stopped with it."""

    template_name = "cms/crm/confirm_delete_contact.html"
    form_class = DeleteContactForm

    def get_context_data(self, **kwargs):
        contact = self.object
        return super().get_context_data(
            seats=contact.affiliations.select_related(
                "seat__role", "seat__organisation"
            ),
            entry_count=contact.consent_entries.count(),
            note_count=contact.interactions.count(),
            **kwargs,
        )

    def form_valid(self, form):
        self.stops_address = form.cleaned_data["stop_address"]
        return super().form_valid(form)

    def delete_action(self):
        with transaction.atomic():
            if self.stops_address:
                suppression = suppress(self.object.email, SuppressionReason.MANUAL)
                log(suppression, STOPPED, user=self.request.user)
            forget_contacts([self.object.pk])
            forget_words(self.object)
            drop_copies()
            super().delete_action()


class ContactViewSet(RegisterViewSet):
    model = Contact
    path_name = "contacts"
    icon = "user"
    menu_label = gettext_lazy("Contacts")
    index_view_class = ContactIndexView
    inspect_view_class = ContactInspectView
    delete_view_class = ContactDeleteView
    filterset_class = ContactFilterSet
    ordering = "sort_key"
    edit_handler = CustomObjectList(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel(
                        [FieldPanel("given_name"), FieldPanel("family_name")]
                    ),
                    FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
                    FieldRowPanel([FieldPanel("language"), FieldPanel("paused_until")]),
                ],
                heading=gettext_lazy("Person"),
                icon="user",
            ),
            RowsPanel(
                "affiliations",
                fixed="seat",
                heading=gettext_lazy("Seats"),
                help_text=gettext_lazy(
                    "When somebody leaves, write the last day; the seat is then vacant."
                ),
                add_label=gettext_lazy("Give a seat"),
                empty_text=gettext_lazy("Holds no seat."),
                icon="group",
            ),
            FieldPanel("topics", widget=forms.CheckboxSelectMultiple, icon="tag"),
            MultiFieldPanel(
                [
                    HelpPanel(
                        content=gettext_lazy(
                            "Name, role and organisation are shown where a page lists "
                            "somebody. More than that only if they have said yes to it, "
                            "and in the public directory not even the name without a "
                            "yes:"
                        )
                    ),
                    FieldPanel("publishes_name"),
                    FieldRowPanel(
                        [FieldPanel("publishes_photo"), FieldPanel("publishes_email")]
                    ),
                    FieldRowPanel(
                        [
                            FieldPanel("publishes_phone"),
                            FieldPanel("publishes_biography"),
                        ]
                    ),
                ],
                heading=gettext_lazy("Agreed to have published"),
                icon="globe",
            ),
            CustomFieldsPanel(heading=gettext_lazy("Our own fields"), icon="form"),
            MultiFieldPanel(
                [FieldPanel("photo"), FieldPanel("biography"), FieldPanel("notes")],
                heading=gettext_lazy("More"),
                icon="doc-full",
                classname="collapsed",
            ),
        ],
        base_form_class=ContactForm,
    )
