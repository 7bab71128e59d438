"""The import of contacts with their seats, on django-import-export.

One resource object imports one sheet once. Each row lives in a savepoint of its own, so
that a row that fails leaves nothing behind; the whole file is one transaction, so that
a file with an error leaves nothing either.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from import_export.results import RowResult
from tablib import Dataset
from wagtail.log_actions import log
from wagtail.signal_handlers import disable_reference_index_auto_update

from crm.imports.cautions import Cautions
from crm.imports.cells import (
    AddressWidget,
    LanguageWidget,
    TextWidget,
    TopicsWidget,
    read_name,
)
from crm.imports.columns import CONTACT_COLUMNS, column_label
from crm.imports.faults import list_errors
from crm.imports.log import IMPORT_ACTION
from crm.imports.lookups import Lookups
from crm.imports.matching import find_twins, read_addresses
from crm.imports.outcome import (
    Change,
    ImportOptions,
    ImportOutcome,
    RowOutcome,
    RowStatus,
)
from crm.imports.reading import Sheet
from crm.imports.seating import SeatPlan, carry_out, plan_seat, read_wish
from crm.models import Contact, Topic

NAMING_COLUMNS = ("email", "given_name", "family_name")
STATUS_OF = {
    RowResult.IMPORT_TYPE_NEW: RowStatus.NEW,
    RowResult.IMPORT_TYPE_UPDATE: RowStatus.CHANGED,
    RowResult.IMPORT_TYPE_SKIP: RowStatus.UNCHANGED,
}


class ContactLoader(BaseInstanceLoader):
    """Finds the contact of a row by its normalised address; all of them in one query."""

    def __init__(self, resource, dataset=None):
        super().__init__(resource, dataset)
        contacts = Contact.objects.filter(email__in=resource.addresses.values())
        self.contacts = {c.email: c for c in contacts.prefetch_related("topics")}

    def get_instance(self, row):
        return self.contacts.get(self.resource.addresses.get(row["email"]))


class ContactResource(ModelResource):
    email = Field("email", "email", AddressWidget())
    given_name = Field(
        "given_name", "given_name", TextWidget(read_name), saves_null_values=False
    )
    family_name = Field(
        "family_name", "family_name", TextWidget(read_name), saves_null_values=False
    )
    language = Field("language", "language", LanguageWidget(), saves_null_values=False)
    phone = Field("phone", "phone", TextWidget(), saves_null_values=False)
    topics = Field("topics", "topics", TopicsWidget())

    class Meta:
        model = Contact
        fields = CONTACT_COLUMNS
        import_id_fields = ("email",)
        instance_loader_class = ContactLoader
        skip_unchanged = True
        report_skipped = True
        # The differences are our own: old and new in words, seats among them.
        skip_diff = True

    def __init__(
        self,
        sheet: Sheet,
        options: ImportOptions,
        *,
        file_name: str,
        user: Any,
        on: date,
    ) -> None:
        super().__init__()
        self.sheet = sheet
        self.options = options
        self.file_name = file_name
        self.user = user
        self.outcome = ImportOutcome()
        self.addresses = read_addresses(sheet)
        self.twins = find_twins(sheet, self.addresses)
        self.cautions = Cautions(
            [*self.addresses.values(), *read_addresses(sheet, "seat_email").values()]
        )
        self.lookups = Lookups(
            creates_unknown=options.creates_unknown, on=on, user=user
        )
        self.fields["topics"].widget.lookups = self.lookups
        self.outcome.created = self.lookups.created

    def import_row(self, row, instance_loader, **kwargs):
        number = self.sheet.rows[kwargs["row_number"] - 1].number
        self.changes: list[Change] = []
        self.seat_plan: SeatPlan | None = None
        self.new_topics: list | None = None
        self.lookups.begin_row()
        if self.cautions.is_erased(self.addresses.get(row["email"], "")):
            return self._leave_out(number, row)
        # import-export would keep what a failing row has written so far.
        with transaction.atomic():
            result = super().import_row(row, instance_loader, **kwargs)
            if not result.is_valid():
                transaction.set_rollback(True)
                self.lookups.undo_row()
        self.outcome.rows.append(self._describe(number, row, result))
        return result

    def before_import_row(self, row, **kwargs):
        sheet_row = self.sheet.rows[kwargs["row_number"] - 1]
        if sheet_row.problem:
            raise ValidationError(sheet_row.problem)
        twins = self.twins.get(self.addresses.get(row["email"], ""), [])
        if len(twins) > 1:
            raise ValidationError(
                {
                    "email": _(
                        "The same address stands in rows %(rows)s, whatever the case "
                        "of its letters. Keep one of them."
                    )
                    % {"rows": _join(twins)}
                }
            )

    def after_init_instance(self, instance, new, row, **kwargs):
        self.before = {} if new else _read_facts(instance)

    def import_instance(self, instance, row, **kwargs):
        """Put the cells on the contact, and say everything that is wrong with them."""
        errors: dict[str, Any] = {}
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        try:
            if row.get("topics"):
                # Separators alone are as good as a blank cell.
                self.new_topics = self.fields["topics"].clean(row) or None
        except ValueError as error:
            errors["topics"] = ValidationError(str(error))
        try:
            wish = read_wish(row, self.lookups)
            if wish:
                self.seat_plan = plan_seat(
                    wish, instance, self.lookups, succeed_on=self.options.succeed_on
                )
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def validate_instance(
        self, instance, import_validation_errors=None, validate_unique=True
    ):
        found = dict(import_validation_errors or {})
        try:
            # The row was matched on its address, the only unique field: asking the
            # database again for every row would find nothing.
            instance.full_clean(exclude=found.keys(), validate_unique=False)
        except ValidationError as error:
            # A cell that could not be read has been complained about once.
            found = {**error.error_dict, **found}
        if found:
            raise ValidationError(found)

    def skip_row(self, instance, original, row, import_validation_errors=None):
        """Leave a row alone that changes nothing; note what the others change."""
        if import_validation_errors:
            return False
        instance.set_derived()
        self.changes = self._compare(instance)
        if self.seat_plan:
            self.changes += self.seat_plan.changes
        return bool(instance.pk) and not self.changes

    def save_m2m(self, instance, row, **kwargs):
        if self.new_topics is not None:
            instance.topics.set(self.new_topics)

    def after_import_row(self, row, row_result, **kwargs):
        if row_result.import_type == RowResult.IMPORT_TYPE_SKIP:
            return
        contact = self.instance_of_row
        if self.seat_plan and self.seat_plan.changes:
            carry_out(self.seat_plan, contact, self.lookups)
        log(contact, IMPORT_ACTION, user=self.user, data={"file": self.file_name})

    def after_save_instance(self, instance, row, **kwargs):
        self.instance_of_row = instance

    def _compare(self, instance: Contact) -> list[Change]:
        facts = _read_facts(instance)
        if self.new_topics is not None:
            facts["topics"] = _name_all(self.new_topics)
        return [
            Change(column_label(column), self.before.get(column, ""), fact)
            for column, fact in facts.items()
            if fact
            and fact != self.before.get(column, "")
            # Who a new row is about stands beside what is written about them.
            and (self.before or column not in NAMING_COLUMNS)
        ]

    def _describe(self, number: int, row: dict, result: RowResult) -> RowOutcome:
        errors = list_errors(result)
        seat_email = self.seat_plan.seat.email if self.seat_plan else ""
        address = self.addresses.get(row["email"], row["email"])
        return RowOutcome(
            number=number,
            status=RowStatus.ERROR if errors else STATUS_OF[result.import_type],
            name=_name_of(row),
            email=address,
            changes=() if errors else tuple(self.changes),
            notes=self.cautions.describe(address, seat_email),
            errors=errors,
        )

    def _leave_out(self, number: int, row: dict) -> RowResult:
        """Pass over somebody who was erased: an import must not bring them back."""
        self.outcome.rows.append(
            RowOutcome(
                number=number,
                status=RowStatus.LEFT_OUT,
                name=_name_of(row),
                email=self.addresses[row["email"]],
                notes=(_("The person was erased and is not brought back."),),
            )
        )
        result = RowResult()
        result.import_type = RowResult.IMPORT_TYPE_SKIP
        return result


def import_contacts(
    sheet: Sheet,
    options: ImportOptions,
    *,
    file_name: str,
    user: Any = None,
    dry_run: bool,
    expected: str = "",
) -> ImportOutcome:
    """Import the sheet, or (``dry_run``) find out what importing it would do.

    Both run the same code in one transaction; a dry run rolls it back. So does a row
    with an error, and an outcome whose digest is not ``expected``, which is that of
    the preview somebody agreed to. ``is_done`` of the outcome says whether it was kept.
    Never writes consent or suppression.
    """
    resource = ContactResource(
        sheet,
        options,
        file_name=file_name,
        user=user,
        on=timezone.localdate(),
    )
    # Nothing an import writes refers to images or pages, which is what Wagtail's index
    # of references is about; keeping it would double the time.
    with transaction.atomic(), disable_reference_index_auto_update():
        result = resource.import_data(
            _make_dataset(sheet),
            use_transactions=True,
            rollback_on_validation_errors=True,
        )
        if result.base_errors:
            raise result.base_errors[0].error
        outcome = resource.outcome
        agreed = not expected or outcome.digest == expected
        outcome.is_done = not dry_run and agreed and not outcome.has_errors
        if not outcome.is_done:
            transaction.set_rollback(True)
    return outcome


def _make_dataset(sheet: Sheet) -> Dataset:
    dataset = Dataset(headers=sheet.columns)
    for row in sheet.rows:
        dataset.append([row.cells[column] for column in sheet.columns])
    return dataset


def _read_facts(contact: Contact) -> dict[str, str]:
    """Return what a contact's columns say, in words."""
    facts = {
        column: str(getattr(contact, column))
        for column in CONTACT_COLUMNS
        if column not in ("language", "topics")
    }
    facts["language"] = str(contact.get_language_display())
    facts["topics"] = _name_all(contact.topics.all()) if contact.pk else ""
    return facts


def _name_of(row: dict) -> str:
    return f"{row.get('given_name', '')} {row.get('family_name', '')}".strip()


def _name_all(topics: Iterable[Topic]) -> str:
    return ", ".join(sorted(str(topic) for topic in topics))


def _join(numbers: list[int]) -> str:
    *most, last = [str(number) for number in numbers]
    return _("%(most)s and %(last)s") % {"most": ", ".join(most), "last": last}
