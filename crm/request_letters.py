"""Mails about what people ask about their own data.

They hold nothing that a visitor wrote: whoever could make us mail their words to others
would. To the office goes no personal data at all, only that something waits.
"""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.tasks import task
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.choices import RequestKind
from crm.models import DataRequest

# Who answers them.
PERMISSION = "crm.change_datarequest"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@task(queue_name="register", backend="register")
def mail_receipt(request_id: int) -> None:
    """Tell a person that their wish has come, and by when it is answered."""
    row = _find(request_id)
    if row is None or row.contact is None:
        return
    with translation.override(row.contact.language):
        texts = {
            RequestKind.ERASURE: _(
                "Hello,\n\nyou asked us to erase you from our register. Somebody at the "
                "office does that and tells you, at the latest on %(day)s.\n\n"
                "If it was not you, answer this mail."
            ),
            RequestKind.CORRECTION: _(
                "Hello,\n\nyou asked us to put something right that our register says "
                "about you. Somebody at the office does that and tells you, at the "
                "latest on %(day)s.\n\nIf it was not you, answer this mail."
            ),
        }
        day = date_format(row.due_on, "DATE_FORMAT")
        _send(
            _("We have your request"),
            texts[RequestKind(row.kind)] % {"day": day},
            row.contact.email,
        )


@task(queue_name="register", backend="register")
def mail_answer(request_id: int) -> None:
    """Tell a person what was done, in the office's words."""
    row = _find(request_id)
    if row is None or row.contact is None:
        return
    with translation.override(row.contact.language):
        text = _(
            "Hello,\n\non %(day)s you asked us about your data in our register. This is "
            "what was done:\n\n%(answer)s\n\nIf you are not content with it, answer "
            "this mail. You may also complain to the Swedish Authority for Privacy "
            "Protection, imy.se."
        )
        day = date_format(row.asked_at, "DATE_FORMAT")
        _send(
            _("What was done about your data"),
            text % {"day": day, "answer": row.answer},
            row.contact.email,
        )


@task(queue_name="register", backend="register")
def mail_keepers(request_id: int) -> None:
    """Tell those who answer such wishes that one waits, and until when."""
    row = _find(request_id)
    if row is None:
        return
    keepers = get_user_model().objects.with_perm(
        PERMISSION, include_superusers=False, backend=BACKEND
    )
    with translation.override(settings.LANGUAGE_CODE):
        text = _(
            "Somebody asks about their own data: %(kind)s. It must be answered at the "
            "latest on %(day)s.\n\n%(link)s"
        ) % {
            "kind": row.get_kind_display().lower(),
            "day": date_format(row.due_on, "DATE_FORMAT"),
            "link": f"{settings.SITE_URL}{reverse('crm_requests')}",
        }
        for keeper in keepers.filter(is_active=True).exclude(email=""):
            _send(_("A request about own data waits"), text, keeper.email)


def _find(request_id: int) -> DataRequest | None:
    rows = DataRequest.objects.select_related("contact")
    return rows.filter(pk=request_id).first()


def _send(subject: str, body: str, address: str) -> None:
    EmailMessage(
        subject=subject,
        body=body,
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()
