"""What the site lacks by law, on the first page of the admin."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.permissions import page_permission_policy

from home.models import AccessibilityPage, HomePage, PrivacyPage
from home.statements.gaps import is_old


@dataclass(frozen=True)
class StatementNote:
    """What is to be done about a statement; without ``page_id`` there is none."""

    text: str
    page_id: int | None = None
    parent_id: int | None = None
    model_name: str = ""


class StatementsPanel(Component):
    """Statements that are missing, not complete, or a year old; nothing when none is."""

    name = "statements"
    order = 97
    template_name = "cms/home/statements_panel.html"

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        if not page_permission_policy.user_has_permission(user, "publish"):
            return {"notes": []}
        return {"notes": list_statement_notes()}


def list_statement_notes() -> list[StatementNote]:
    """Return what is to be done, for each live first page; two queries for each kind."""
    homes = list(HomePage.objects.live().select_related("locale"))
    notes = []
    for model, missing in (
        (AccessibilityPage, _("%(site)s has no accessibility statement.")),
        (PrivacyPage, _("%(site)s does not say how personal data are used.")),
    ):
        pages = list(model.objects.live())
        for home in homes:
            found = [page for page in pages if page.path.startswith(home.path)]
            if found:
                notes += _look_through(found[0])
            else:
                notes.append(
                    StatementNote(
                        missing % {"site": f"{home.title} ({home.locale})"},
                        parent_id=home.pk,
                        model_name=model._meta.model_name,
                    )
                )
    return notes


def _look_through(page: AccessibilityPage | PrivacyPage) -> list[StatementNote]:
    if page.find_gaps():
        text = _("“%(page)s” does not say all that the law asks for.")
    elif is_old(page.reviewed_on, timezone.localdate()):
        text = _("“%(page)s” was not looked through for a year.")
    else:
        return []
    return [StatementNote(text % {"page": page.title}, page_id=page.pk)]
