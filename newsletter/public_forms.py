"""What anybody may send us from a public page, and how machines are told from people."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.addresses import normalise_address
from crm.exceptions import AddressError
from crm.leads import Offer
from crm.models import Topic
from crm.names import clean_line, make_sort_key
from newsletter.choices import OwnPage
from newsletter.joining import Wish

SALT = "newsletter.public_form"
# Nobody reads and fills in a form faster.
LEAST_SECONDS = 3


class AddressField(forms.CharField):
    """An e-mail address, cleaned to what the register writes."""

    def __init__(self, **kwargs):
        widget = forms.EmailInput(attrs={"autocomplete": "email"})
        required = {"required": _("Fill this in.")}
        super().__init__(
            max_length=254, widget=widget, error_messages=required, **kwargs
        )

    def to_python(self, value):
        return tidy_address(super().to_python(value))

    def clean(self, value):
        try:
            return normalise_address(super().clean(value))
        except AddressError as error:
            raise ValidationError(str(error)) from error


class PublicForm(forms.Form):
    """A form with a trap for machines and the signed moment at which it was shown.

    ``is_trapped`` once it is valid: a field that people do not see was filled in. Whoever
    sends too fast is asked to send again, since it may be a person with a good keyboard.
    """

    use_required_attribute = True
    # The name that machines cannot leave empty.
    homepage = forms.CharField(required=False, label=_("Leave this empty"))
    made = forms.CharField(
        required=False, initial=lambda: make_moment(), widget=forms.HiddenInput
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for each in self.fields.values():
            each.error_messages["required"] = _("Fill this in.")

    @property
    def is_trapped(self) -> bool:
        return bool(self.cleaned_data.get("homepage"))

    @property
    def people_fields(self):
        """The fields that people see."""
        hidden = {"homepage", "made"}
        return [field for field in self if field.name not in hidden]

    def clean(self):
        cleaned = super().clean()
        if not is_unhurried(cleaned.get("made", "")):
            raise ValidationError(
                gettext(
                    "That was very fast. Please look it through and send it once more."
                )
            )
        return cleaned


class CollaborationForm(PublicForm):
    """An offer to take part."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    address = AddressField(
        label=_("Your e-mail address"),
        help_text=_("Only to answer you. You do not get the newsletter by this."),
    )
    organisation = forms.CharField(
        label=_("Your organisation"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    topic = forms.ModelChoiceField(
        label=_("What it is about"),
        queryset=Topic.objects.all(),
        required=False,
        empty_label=_("Something else, or several things"),
    )
    message = forms.CharField(
        label=_("What you have in mind"), max_length=4000, widget=forms.Textarea
    )
    field_order = ["name", "address", "organisation", "topic", "message"]

    def make_offer(self, *, page: str, url: str) -> Offer:
        """Return what was written, as an offer."""
        told = self.cleaned_data
        return Offer(
            name=told["name"],
            address=told["address"],
            organisation=told["organisation"],
            message=told["message"],
            topic=str(told["topic"] or ""),
            page=page,
            url=url,
        )


class LinkForm(PublicForm):
    """The address that somebody's own link is to be mailed to."""

    address = AddressField(label=_("Your e-mail address"))


class OwnLinkForm(LinkForm):
    """An address, and which of one's own pages the mailed link is to open."""

    page = forms.ChoiceField(
        label=_("What you want to see"),
        choices=OwnPage,
        initial=OwnPage.CHOICES,
        widget=forms.RadioSelect,
    )
    field_order = ["address", "page"]


class JoinForm(PublicForm):
    """A wish to get a newsletter."""

    address = AddressField(
        label=_("Your e-mail address"),
        help_text=_("We mail you a link to confirm it."),
    )
    given_name = forms.CharField(
        label=_("Given name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    family_name = forms.CharField(
        label=_("Family name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    topics = forms.ModelMultipleChoiceField(
        label=_("What you care for"),
        queryset=Topic.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ["address", "given_name", "family_name", "topics"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topics"].choices = [(topic.pk, topic) for topic in list_topics()]

    def make_wish(self, language: str) -> Wish:
        """Return what was written, as a wish of a reader of ``language``."""
        told = self.cleaned_data
        return Wish(
            address=told["address"],
            language=language,
            given_name=clean_line(told["given_name"]),
            family_name=clean_line(told["family_name"]),
            topic_ids=[topic.pk for topic in told["topics"]],
        )


def tidy_address(text: str) -> str:
    """Return an address without what comes with it when it is copied from elsewhere.

    Signs that nobody sees, "mailto:" of a link, the brackets and the comma of a list.
    """
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return seen.strip().removeprefix("mailto:").strip(" <>,;.")


def list_topics() -> list[Topic]:
    """Return the topics in the order of their names in the active language."""
    return sorted(Topic.objects.all(), key=lambda topic: make_sort_key(topic.name))


def make_moment() -> str:
    """Return now, signed, as a form carries it."""
    return _signer().sign("shown")


def is_unhurried(made: str) -> bool:
    """Whether a form was shown, by us, at least LEAST_SECONDS ago."""
    try:
        _signer().unsign(made, max_age=LEAST_SECONDS)
    except SignatureExpired:
        return True
    except BadSignature:
        return False
    return False


def _signer() -> TimestampSigner:
    # Made per call: it reads the keys when it is made.
    return TimestampSigner(salt=SALT)
