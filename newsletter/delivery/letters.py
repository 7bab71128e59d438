"""Claimed rows become letters: the frozen variant and the person's values."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from newsletter.delivery.linking import find_marks
from newsletter.delivery.return_paths import return_path
from newsletter.delivery.statements import Claimed
from newsletter.delivery.transports.interface import Letter
from newsletter.exceptions import CompositionError
from newsletter.mail.merge import find_used_fields, merge_values_of
from newsletter.mail.message import MessageBuilder
from newsletter.models import Campaign, Variant

# A send may have thousands of variants, each some 100 kB when it is made ready.
MOST_VARIANTS = 128

Key = tuple[int, str, int]
Values = Mapping[str, str]


class _Form(NamedTuple):
    """A variant made ready: for bytes, or for a transport that fills letters itself."""

    variant: Variant | None
    builder: MessageBuilder | None
    fields: frozenset[str]


class LetterWriter:
    """Writes the letters of a worker; keeps the variants it used last."""

    def __init__(self, *, wants_content: bool) -> None:
        self._wants_content = wants_content
        self._forms: OrderedDict[Key, _Form] = OrderedDict()

    def prepare(self, campaign: Campaign, rows: Sequence[Claimed]) -> dict[int, Values]:
        """Get what the letters of a claim need; return the merge values by delivery.

        One query for new variants, one for the values of people, if any letter has fields
        that need it, one for readers whose links carry a mark, if there are any.
        """
        keys = {(campaign.pk, row.locale, row.shown): None for row in rows}
        with suppress(CompositionError, ValueError):
            # A variant that cannot be made ready says so for each of its letters.
            self._load(campaign, [key for key in keys if key not in self._forms])
        used: set[str] | None = None
        if keys.keys() <= self._forms.keys():
            used = set().union(*(self._forms[key].fields for key in keys))
        people = merge_values_of(rows, used)
        values: dict[int, Values] = {row.delivery_id: people[row.pk] for row in rows}
        marks = find_marks(row.delivery_id for row in rows if row.is_tracked)
        for delivery_id, mark in marks.items():
            values[delivery_id] = {**values[delivery_id], "link_mark": mark}
        return values

    def write(self, campaign: Campaign, row: Claimed, values: Values) -> Letter:
        """Return a row's letter with the values that ``prepare`` found for it.

        Raises CompositionError or ValueError when the person's data cannot become a mail.
        """
        form = self._find(campaign, (campaign.pk, row.locale, row.shown))
        letter = Letter(
            row.delivery_id,
            return_path(row.delivery_id, campaign.sender_email),
            row.address,
            variant=form.variant,
            values=values,
            is_dotless=True,
        )
        if form.builder:
            letter.content = form.builder.build(
                delivery_id=row.delivery_id,
                address=row.address,
                values=values,
                at=timezone.now(),
            )
        return letter

    def _find(self, campaign: Campaign, key: Key) -> _Form:
        if key not in self._forms:
            # Pushed out by the others of the same claim.
            self._load(campaign, [key])
        if key not in self._forms:
            raise CompositionError(f"There is no variant {key}.")
        self._forms.move_to_end(key)
        return self._forms[key]

    def _load(self, campaign: Campaign, keys: Sequence[Key]) -> None:
        if not keys:
            return
        wanted = Q()
        for _campaign_id, locale, shown in keys[:MOST_VARIANTS]:
            wanted |= Q(locale=locale, shown=shown)
        for variant in Variant.objects.filter(wanted, campaign=campaign.pk):
            key = (campaign.pk, variant.locale, variant.shown)
            self._forms[key] = self._make_form(campaign, variant)
        while len(self._forms) > MOST_VARIANTS:
            self._forms.popitem(last=False)

    def _make_form(self, campaign: Campaign, variant: Variant) -> _Form:
        variant.campaign = campaign
        fields = frozenset(
            find_used_fields(variant.subject, variant.html, variant.text)
        )
        if self._wants_content:
            return _Form(None, MessageBuilder(campaign, variant), fields)
        return _Form(variant, None, fields)
