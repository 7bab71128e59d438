"""Two contacts that may be one: the list of them, merging side by side, undoing it."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import HeaderButton

from crm.addresses import display_address
from crm.bulk.running import MOST_AT_ONCE
from crm.choices import ConsentStatus, JobState
from crm.consent import STRICTNESS
from crm.duplicates import (
    DUPLICATES_JOB,
    REASONS,
    declare_distinct,
    read_search,
    retract_distinct,
)
from crm.exceptions import MergeError
from crm.jobs import create_job, run_job
from crm.merge_forms import MergeForm, PickForm
from crm.merging.joining import UNDO_DAYS, last_day_to_undo, merge_contacts
from crm.merging.relations import all_relations
from crm.merging.undoing import find_hindrance, undo_merge
from crm.models import ConsentState, Contact, DistinctPair, Job, Merge
from crm.tasks import start_job
from crm.viewsets.choosers import contact_chooser
from crm.viewsets.contacts import seats_in_words, with_seats

PER_PAGE = 25


class QualityMixin(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """A page about contacts, under their listing."""

    model = Contact
    permission_required = "change"
    header_icon = "user"
    _show_breadcrumbs = True
    trail: tuple[tuple[str, object], ...] = ()

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("crm_contact:index"), "label": _("Contacts")},
            *(
                {"url": reverse(name), "label": str(label)}
                for name, label in self.trail
            ),
            {"url": "", "label": self.get_page_title()},
        ]


class DuplicatesView(QualityMixin, TemplateView):
    """The pairs found by the last look; a POST looks anew."""

    template_name = "cms/crm/duplicates.html"
    page_title = gettext_lazy("Duplicates")

    def post(self, request):
        done_url = reverse("crm_contact:duplicates")
        if Contact.objects.count() > MOST_AT_ONCE:
            job = start_job(DUPLICATES_JOB, by=request.user, done_url=done_url)
            return redirect("crm_job", job.pk)
        run_job(create_job(DUPLICATES_JOB, by=request.user, done_url=done_url).pk)
        return redirect(done_url)

    @cached_property
    def header_buttons(self):
        return [
            HeaderButton(
                _("Two people"),
                url=reverse("crm_contact:distinct"),
                icon_name="group",
            ),
            HeaderButton(
                _("Merges"), url=reverse("crm_contact:merges"), icon_name="history"
            ),
        ]

    def get_context_data(self, **kwargs):
        job = find_last_search()
        pairs = read_search(job) if job else []
        page = Paginator(pairs, PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            looked_at=parse_datetime(job.result["at"]) if job else None,
            count=len(pairs),
            page=page,
            pairs=show_pairs(page.object_list),
            may_merge=may_merge(self.request.user),
            **kwargs,
        )


class DistinctView(QualityMixin, TemplateView):
    """The pairs said to be two people; a POST says so of one, or takes it back."""

    template_name = "cms/crm/distinct.html"
    page_title = gettext_lazy("Two people")
    trail = (("crm_contact:duplicates", gettext_lazy("Duplicates")),)

    def post(self, request):
        one, other = (
            get_object_or_404(Contact, pk=request.POST.get(name) or 0)
            for name in ("one", "other")
        )
        if "undo" in request.POST:
            retract_distinct(one, other)
            messages.success(request, _("They may be one person again."))
            return redirect("crm_contact:duplicates")
        declare_distinct(one, other)
        messages.success(
            request,
            _("%(one)s and %(other)s are two people: they are not shown again.")
            % {"one": one, "other": other},
            buttons=[messages.button(reverse("crm_contact:distinct"), _("Undo"))],
        )
        return redirect("crm_contact:duplicates")

    def get_context_data(self, **kwargs):
        pairs = DistinctPair.objects.select_related("first", "second").order_by("-pk")
        page = Paginator(pairs, PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(page=page, **kwargs)


class MergeView(QualityMixin, FormView):
    """Two contacts side by side; the POST makes one of them."""

    template_name = "cms/crm/merge.html"
    page_title = gettext_lazy("Merge two contacts")
    trail = (("crm_contact:duplicates", gettext_lazy("Duplicates")),)
    form_class = MergeForm

    def dispatch(self, request, *args, **kwargs):
        if not may_merge(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def pair(self):
        """The contact that stays and the one that goes."""
        found = with_seats(Contact.objects.select_related("photo"))
        return [
            get_object_or_404(found, pk=self.kwargs[name]) for name in ("kept", "lost")
        ]

    def get_form_kwargs(self):
        kept, lost = self.pair
        data = self.request.POST if self.request.method == "POST" else None
        return {"data": data, "kept": kept, "lost": lost}

    def form_valid(self, form):
        kept, lost = self.pair
        try:
            merge = merge_contacts(
                kept, lost, by=self.request.user, choices=form.read_choices()
            )
        except MergeError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("%(lost)s is part of %(kept)s now.") % {"lost": lost, "kept": kept},
            buttons=[
                messages.button(
                    reverse("crm_contact:merged", args=[merge.pk]), _("Undo")
                )
            ],
        )
        return redirect("crm_contact:inspect", kept.pk)

    def form_invalid(self, form):
        if "seen" in form.errors:
            # The choices were about what is no more.
            fresh = MergeForm(kept=self.pair[0], lost=self.pair[1])
            return self.render_to_response(
                self.get_context_data(form=fresh, errors=form.errors["seen"])
            )
        return self.render_to_response(
            self.get_context_data(form=form, errors=form.non_field_errors())
        )

    def get_context_data(self, **kwargs):
        kept, lost = self.pair
        context = super().get_context_data(**kwargs)
        form = context["form"]
        return {
            **context,
            "kept": kept,
            "lost": lost,
            "seats": [seats_in_words(contact) for contact in self.pair],
            "rows": form.list_rows(),
            "links": form.list_links(),
            "moving": count_moving(lost),
            "refusals": describe_refusals(kept, lost),
            "swap_url": reverse("crm_contact:merge", args=[lost.pk, kept.pk]),
            "undo_days": UNDO_DAYS,
        }


class PickView(QualityMixin, FormView):
    """Choosing the contact that is the same person as this one."""

    template_name = "cms/crm/merge_pick.html"
    page_title = gettext_lazy("Merge with another contact")
    form_class = PickForm

    def dispatch(self, request, *args, **kwargs):
        if not may_merge(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def contact(self):
        """The contact that stays."""
        return get_object_or_404(Contact, pk=self.kwargs["kept"])

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "contact": self.contact,
            "widget": contact_chooser.widget_class(),
        }

    def form_valid(self, form):
        other = form.cleaned_data["other"]
        return redirect("crm_contact:merge", self.contact.pk, other.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(contact=self.contact, **kwargs)


class MergesView(QualityMixin, TemplateView):
    """What was merged, the last first."""

    template_name = "cms/crm/merges.html"
    page_title = gettext_lazy("Merges")
    trail = (("crm_contact:duplicates", gettext_lazy("Duplicates")),)

    def get_context_data(self, **kwargs):
        merges = Merge.objects.select_related("kept", "by").defer("moved")
        page = Paginator(merges, PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(page=page, **kwargs)


class MergedView(QualityMixin, TemplateView):
    """One merge: what came together. The POST takes it back."""

    template_name = "cms/crm/merged.html"
    trail = (
        ("crm_contact:duplicates", gettext_lazy("Duplicates")),
        ("crm_contact:merges", gettext_lazy("Merges")),
    )

    @cached_property
    def merge(self):
        """The merge that the address names."""
        return get_object_or_404(
            Merge.objects.select_related("kept", "by"), pk=self.kwargs["pk"]
        )

    def get_page_title(self):
        return _("Merge of %(name)s") % {"name": self.merge.kept}

    def post(self, request, pk):
        if not may_merge(request.user):
            raise PermissionDenied
        kept = self.merge.kept
        try:
            left = undo_merge(self.merge, by=request.user)
        except MergeError as error:
            messages.error(request, str(error))
            return redirect("crm_contact:merged", pk)
        messages.success(request, _("They are two contacts again."))
        if left:
            messages.warning(
                request,
                _("Edited since, and left alone: %(things)s.")
                % {"things": "; ".join(left)},
            )
        return redirect("crm_contact:inspect", kept.pk)

    def get_context_data(self, **kwargs):
        merge = self.merge
        return super().get_context_data(
            merge=merge,
            lost_name=name_of(merge.lost),
            kept_name=name_of(merge.before),
            lost_address=display_address(merge.lost.get("email", "")),
            kept_address=display_address(merge.before.get("email", "")),
            hindrance=find_hindrance(merge),
            last_day=last_day_to_undo(merge),
            may_merge=may_merge(self.request.user),
            **kwargs,
        )


def may_merge(user) -> bool:
    """Say whether the user may merge: one contact is changed, one goes."""
    return user.has_perms(["crm.change_contact", "crm.delete_contact"])


def find_last_search() -> Job | None:
    """Return the last finished look for duplicates, whoever asked for it."""
    return Job.objects.filter(kind=DUPLICATES_JOB, state=JobState.DONE).first()


def show_pairs(candidates):
    """Return the candidates of a page with their contacts and reasons in words."""
    ids = {pk for c in candidates for pk in (c.first, c.second)}
    contacts = {
        contact.pk: contact
        for contact in with_seats(Contact.objects.filter(pk__in=ids))
    }
    for contact in contacts.values():
        contact.seats_line = seats_in_words(contact)
        contact.address = display_address(contact.email)
    return [
        {
            "people": sorted(
                (contacts[c.first], contacts[c.second]),
                key=lambda contact: (-len(contact.seats_today), contact.pk),
            ),
            "score": c.score,
            "reasons": [REASONS[reason] for reason in c.reasons],
        }
        for c in candidates
    ]


def count_moving(lost: Contact) -> list[tuple[int, str]]:
    """Return (how many, of what) the lost contact brings along."""
    moving = []
    for relation in all_relations():
        model = relation.model
        # Links are chosen above; where somebody stands is what their ledger says.
        if (
            not relation.fields
            or model._meta.auto_created
            or model in (ConsentState, DistinctPair)
        ):
            continue
        condition = Q()
        for field in relation.fields:
            condition |= Q(**{field: lost})
        if count := model._base_manager.filter(condition).count():
            moving.append((count, capfirst(model._meta.verbose_name_plural)))
    return moving


def describe_refusals(kept: Contact, lost: Contact) -> list[str]:
    """Return in sentences what the lost contact said no to and the kept one did not."""
    states = ConsentState.objects.filter(contact__in=[kept, lost]).select_related(
        "purpose"
    )
    own = {s.purpose_id: s.status for s in states if s.contact_id == kept.pk}
    sentences = []
    for state in states:
        before = STRICTNESS[ConsentStatus(own.get(state.purpose_id, "given"))]
        if state.contact_id == lost.pk and STRICTNESS[state.status] > before:
            sentences.append(
                _("%(purpose)s: %(status)s")
                % {
                    "purpose": state.purpose,
                    "status": state.get_status_display().lower(),
                }
            )
    return sentences


def name_of(row: dict) -> str:
    """Return the name in a stored contact row; its address where it has none."""
    name = f"{row.get('given_name', '')} {row.get('family_name', '')}".strip()
    return name or row.get("email", "")


quality_urls = [
    path("duplicates/", DuplicatesView.as_view(), name="duplicates"),
    path("duplicates/two-people/", DistinctView.as_view(), name="distinct"),
    path("merge/<int:kept>/<int:lost>/", MergeView.as_view(), name="merge"),
    path("merge/<int:kept>/", PickView.as_view(), name="merge_pick"),
    path("merges/", MergesView.as_view(), name="merges"),
    path("merges/<int:pk>/", MergedView.as_view(), name="merged"),
]
