"""Writing down what was said: notes in a timeline, and what somebody said about mail."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.log_actions import log

from crm.choices import ConsentAction, InteractionKind
from crm.consent import record_consent
from crm.history import NOTE_REMOVED, NOTED, SAID
from crm.models import Contact, Interaction, Organisation
from crm.note_forms import NoteForm, SaidForm
from crm.views.base import RegisterFormView, find_overview

PERMISSIONS = ("crm.change_contact",)
SUBJECTS = {"contacts": Contact, "organisations": Organisation}


def may_change(user, owner_id: int | None) -> bool:
    """Say whether somebody may change a note: its author, or anybody once that is gone."""
    return user.has_perms(PERMISSIONS) and (
        user.is_superuser or owner_id in (None, user.pk)
    )


class NoteAddView(RegisterFormView):
    """A note about a contact or an organisation."""

    permissions = PERMISSIONS
    form_class = NoteForm
    page_title = gettext_lazy("Write something down")
    header_icon = "comment-add"
    model: type[Contact] | type[Organisation] = Contact

    def find_subject(self):
        return get_object_or_404(self.model, pk=self.kwargs["pk"])

    def get_initial(self):
        return {"kind": InteractionKind.NOTE}

    @transaction.atomic
    def carry_out(self, form):
        note = form.save(commit=False)
        setattr(note, self.model._meta.model_name, self.subject)
        note.by = self.request.user
        note.save()
        log(self.subject, NOTED, user=self.request.user)
        return _("Written down.")

    def get_success_url(self):
        return f"{super().get_success_url()}#timeline"


class NoteEditView(RegisterFormView):
    """Correcting one's own note."""

    permissions = PERMISSIONS
    form_class = NoteForm
    template_name = "cms/crm/note.html"
    page_title = gettext_lazy("Change what is written down")
    header_icon = "comment"

    def find_subject(self):
        self.note = find_note(self.request, self.kwargs["pk"])
        return self.note.contact or self.note.organisation

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.note}

    def carry_out(self, form):
        form.save()
        return _("Changed.")

    def get_context_data(self, **kwargs):
        return super().get_context_data(note=self.note, **kwargs)

    def get_success_url(self):
        return f"{super().get_success_url()}#timeline"


@require_POST
@transaction.atomic
def remove_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a note of one's own."""
    if not request.user.has_perms(PERMISSIONS):
        raise PermissionDenied
    note = find_note(request, pk)
    subject = note.contact or note.organisation
    log(subject, NOTE_REMOVED, user=request.user)
    note.delete()
    messages.success(request, _("Removed."))
    return redirect(f"{find_overview(subject)}#timeline")


def find_note(request: HttpRequest, pk: int) -> Interaction:
    """Return a note that this person may change. Raises Http404, PermissionDenied."""
    notes = Interaction.objects.select_related("contact", "organisation").filter(
        # A lead from somebody unknown stands in no timeline; see crm.views.leads.
        Q(contact__isnull=False) | Q(organisation__isnull=False)
    )
    note = get_object_or_404(notes, pk=pk)
    if not may_change(request.user, note.by_id):
        raise PermissionDenied
    return note


class SaidView(RegisterFormView):
    """What somebody said about mail, entered into the ledger with who wrote it down."""

    permissions = PERMISSIONS
    form_class = SaidForm
    page_title = gettext_lazy("What somebody said about mail")
    submit_label = gettext_lazy("Enter it")
    header_icon = "comment-add"

    def find_subject(self):
        return get_object_or_404(Contact, pk=self.kwargs["pk"])

    @transaction.atomic
    def carry_out(self, form):
        said = form.cleaned_data
        record_consent(
            self.subject,
            said["purpose"],
            ConsentAction(said["action"]),
            source=said["source"],
            by=self.request.user,
            at=said["at"],
        )
        log(self.subject, SAID, user=self.request.user)
        return _("It is in the ledger, and holds from now on.")

    def get_success_url(self):
        return f"{super().get_success_url()}#said"


note_urls = [
    *(
        path(
            f"register/{name}/<int:pk>/notes/",
            NoteAddView.as_view(model=model),
            name=f"crm_{model._meta.model_name}_note",
        )
        for name, model in SUBJECTS.items()
    ),
    path("register/notes/<int:pk>/edit/", NoteEditView.as_view(), name="crm_note_edit"),
    path("register/notes/<int:pk>/remove/", remove_note, name="crm_note_remove"),
    path("register/contacts/<int:pk>/said/", SaidView.as_view(), name="crm_said"),
]
