"""Rules about the fields that the administrator added to contacts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Case, CharField, F, Func, Q, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Left, StrIndex
from django.db.models.lookups import (
    GreaterThan,
    GreaterThanOrEqual,
    In,
    LessThanOrEqual,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from crm.choices import FieldType
from crm.custom import read_value, show_value
from crm.exceptions import RuleError
from crm.models import CustomField
from crm.segments.blocks import OneRowBlock
from crm.segments.facts import Facts, Verdict
from crm.segments.fields import RuleKind, Scope
from crm.segments.lookup import Lookup
from crm.segments.rules import MAX_NUMBER, Param, Rule

WITHOUT_VALUE = ("set", "unset")
IN_DAYS = ("past_days", "next_days")
# What can be asked of each type of field.
FITTING = {
    FieldType.TEXT: ("is", "contains", "begins", *WITHOUT_VALUE),
    FieldType.CHOICE: ("is", *WITHOUT_VALUE),
    FieldType.NUMBER: ("is", "least", "most", *WITHOUT_VALUE),
    FieldType.DATE: ("is", "least", "most", *IN_DAYS, *WITHOUT_VALUE),
}
HOW = [
    ("is", gettext_lazy("Is")),
    ("contains", gettext_lazy("Contains")),
    ("begins", gettext_lazy("Begins with")),
    ("least", gettext_lazy("Is at least, or that day or later")),
    ("most", gettext_lazy("Is at most, or that day or earlier")),
    ("past_days", gettext_lazy("Lies in the last … days")),
    ("next_days", gettext_lazy("Lies in the next … days")),
    ("set", gettext_lazy("Is filled in")),
    ("unset", gettext_lazy("Is empty")),
]
# How JSON calls what a field of that type holds: PostgreSQL's names and SQLite's.
JSON_NUMBERS = ("number", "integer", "real")
JSON_TEXTS = ("string", "text")


class JsonTypeOf(Func):
    """How JSON calls the value under a key of ``custom``; NULL when there is none."""

    output_field = CharField()

    def __init__(self, slug: str) -> None:
        super().__init__(F("custom"), Value(slug))

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Return JSON_TYPE(custom, '$.' || 'slug')."""
        return self.as_sql(
            compiler, connection, function="JSON_TYPE", arg_joiner=", '$.' || ", **extra
        )

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Return JSONB_TYPEOF(custom -> 'slug')."""
        return self.as_sql(
            compiler, connection, function="JSONB_TYPEOF", arg_joiner=" -> ", **extra
        )


def compile_custom(rule: Rule, scope: Scope) -> Q:
    """Return: the field's value is as asked.

    Raises RuleError when the question does not fit the field (any more).
    """
    field = _find_field(rule)
    how = rule.values["how"]
    if how in WITHOUT_VALUE:
        filled = Q(In(JsonTypeOf(field.slug), (*JSON_NUMBERS, *JSON_TEXTS)))
        return _surely(filled) if how == "set" else ~_surely(filled)
    wanted = read_wanted(field, rule)
    if field.type == FieldType.NUMBER:
        return _surely(
            Q(In(JsonTypeOf(field.slug), JSON_NUMBERS))
            & Q(**{f"custom__{field.slug}{NUMBER_LOOKUPS[how]}": wanted})
        )
    text = KT(f"custom__{field.slug}")
    if field.type == FieldType.DATE:
        condition = _compile_date(text, how, wanted, scope.on)
    elif field.type == FieldType.CHOICE:
        condition = Q(In(text, [wanted]))
    else:
        condition = _compile_text(text, how, wanted)
    return _surely(Q(In(JsonTypeOf(field.slug), JSON_TEXTS)) & condition)


NUMBER_LOOKUPS = {"is": "", "least": "__gte", "most": "__lte"}


def judge_custom(rule: Rule, facts: Facts) -> Verdict:
    """Judge by the value itself. Raises RuleError as ``compile_custom`` does."""
    field = _find_field(rule)
    how = rule.values["how"]
    value = facts.contact.custom.get(field.slug)
    said = _("%(field)s: %(value)s.") % {
        "field": field.name,
        "value": show_value(field, value) or _("nothing"),
    }
    if how in WITHOUT_VALUE:
        return Verdict((value is not None) == (how == "set"), said)
    wanted = read_wanted(field, rule)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number != (field.type == FieldType.NUMBER) or value is None:
        return Verdict(False, said)
    if how in IN_DAYS:
        first, last = _days(how, wanted, facts.on)
        return Verdict(first <= value <= last, said)
    if field.type == FieldType.TEXT:
        fits = TEXT_TESTS[how]
        return Verdict(any(fits(value, one) for one in spell(wanted)), said)
    return Verdict(TESTS[how](value, wanted), said)


TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda value, wanted: value == wanted,
    "least": lambda value, wanted: value >= wanted,
    "most": lambda value, wanted: value <= wanted,
}
TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "is": lambda value, wanted: value == wanted,
    "contains": lambda value, wanted: wanted in value,
    "begins": lambda value, wanted: value.startswith(wanted),
}


def describe_custom(rule: Rule, rows: Lookup) -> str:
    """Return "has “vegan” in “Diet”"."""
    how = rule.values["how"]
    fields = rows.found.get(CustomField, {})
    field = fields.get(rule.values["field"][0])
    name = rows.names(CustomField, rule.values["field"])[0]
    names = {"field": _("“%(name)s”") % {"name": name}}
    if how in WITHOUT_VALUE:
        return (
            _("has something in %(field)s")
            if how == "set"
            else _("has nothing in %(field)s")
        ) % names
    if how in IN_DAYS:
        return _describe_days(how, rule.values.get("value", ""), names)
    return _frame(how, field) % {**names, "value": _show_wanted(field, rule)}


def make_custom_block() -> blocks.StructBlock:
    """Return the block of a rule about a field of the administrator's own."""
    return CustomBlock(
        [
            ("field", OneRowBlock(CustomField, label=gettext_lazy("Field"))),
            (
                "how",
                blocks.ChoiceBlock(
                    choices=HOW, default="is", label=gettext_lazy("How")
                ),
            ),
            (
                "value",
                blocks.CharBlock(
                    required=False, max_length=200, label=gettext_lazy("Value")
                ),
            ),
        ],
        label=gettext_lazy("Field of our own"),
        icon="tag",
        form_classname="rule",
        label_format=" ",
    )


class CustomBlock(blocks.StructBlock):
    """Says at once when the question or the value does not fit the field."""

    def clean(self, value: Any) -> Any:
        """Return the values. Raises StructBlockValidationError at the one at fault."""
        cleaned = super().clean(value)
        rule = Rule("custom", dict(self.get_prep_value(cleaned)))
        field = CustomField.objects.filter(pk__in=rule.values["field"]).first()
        if field and rule.values["how"] not in FITTING[FieldType(field.type)]:
            raise StructBlockValidationError(
                block_errors={
                    "how": ValidationError(
                        _("That cannot be asked of a field of the type %(type)s.")
                        % {"type": field.get_type_display().lower()}
                    )
                }
            )
        if field and rule.values["how"] not in WITHOUT_VALUE:
            try:
                read_wanted(field, rule)
            except RuleError as error:
                message = error.path or _("Write a value.")
                raise StructBlockValidationError(
                    block_errors={"value": ValidationError(message)}
                ) from error
        return cleaned


def read_wanted(field: CustomField, rule: Rule) -> Any:
    """Return the value asked for as the field stores it; a number of days as int.

    Raises RuleError when there is none or it does not fit; its path says what to write.
    """
    text = rule.values.get("value", "").strip()
    how = rule.values["how"]
    if how in IN_DAYS:
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_NUMBER):
            raise RuleError("Not a number of days.", _("Write a number of days."))
        return int(text)
    try:
        wanted = read_value(field, text)
    except ValidationError as error:
        raise RuleError("The value does not fit.", " ".join(error.messages)) from error
    if wanted is None:
        raise RuleError("There is no value.", _("Write a value."))
    return wanted


def spell(text: str) -> list[str]:
    """Return a text as it may be written: as it stands, small, capital, as a name.

    The databases do not agree on the cases of letters outside ASCII; so each spelling
    is compared exactly.
    """
    spelt = [text, text.lower(), text.upper(), text[:1].upper() + text[1:]]
    return list(dict.fromkeys(spelt))


def _find_field(rule: Rule) -> CustomField:
    field = CustomField.objects.filter(pk__in=rule.values["field"]).first()
    if field is None or rule.values["how"] not in FITTING[FieldType(field.type)]:
        raise RuleError("The field is gone, or cannot be asked that.")
    return field


def _surely(condition: Q) -> Q:
    """Return the condition as true or false, never NULL: a NULL stays out of NOT too."""
    return Q(
        Case(
            When(condition, then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
    )


def _compile_text(text: Any, how: str, wanted: str) -> Q:
    spellings = spell(wanted)
    if how == "is":
        return Q(In(text, spellings))
    if how == "begins":
        return Q(In(Left(text, len(wanted)), spellings))
    found = Q()
    for spelling in spellings:
        found |= Q(GreaterThan(StrIndex(text, Value(spelling)), 0))
    return found


def _compile_date(text: Any, how: str, wanted: Any, on: date) -> Q:
    if how == "is":
        return Q(In(text, [wanted]))
    if how in IN_DAYS:
        first, last = _days(how, wanted, on)
        return Q(GreaterThanOrEqual(text, first)) & Q(LessThanOrEqual(text, last))
    bound = GreaterThanOrEqual if how == "least" else LessThanOrEqual
    return Q(bound(text, wanted))


def _days(how: str, count: int, on: date) -> tuple[str, str]:
    other = on + timedelta(days=count if how == "next_days" else -count)
    return min(on, other).isoformat(), max(on, other).isoformat()


def _describe_days(how: str, text: str, names: dict[str, str]) -> str:
    count = int(text) if text.isascii() and text.isdigit() else 0
    if how == "past_days":
        frame = ngettext(
            "has a day of the last %(count)s day in %(field)s",
            "has a day of the last %(count)s days in %(field)s",
            count,
        )
    else:
        frame = ngettext(
            "has a day of the next %(count)s day in %(field)s",
            "has a day of the next %(count)s days in %(field)s",
            count,
        )
    return frame % {**names, "count": count}


def _frame(how: str, field: Any) -> str:
    if field and field.type == FieldType.DATE:
        return {
            "is": _("has %(value)s in %(field)s"),
            "least": _("has %(value)s or later in %(field)s"),
            "most": _("has %(value)s or earlier in %(field)s"),
        }.get(how, _("has %(value)s in %(field)s"))
    return {
        "is": _("has %(value)s in %(field)s"),
        "contains": _("has something with %(value)s in %(field)s"),
        "begins": _("has something that begins with %(value)s in %(field)s"),
        "least": _("has at least %(value)s in %(field)s"),
        "most": _("has at most %(value)s in %(field)s"),
    }[how]


def _show_wanted(field: Any, rule: Rule) -> str:
    text = rule.values.get("value", "")
    if field and field.type in (FieldType.NUMBER, FieldType.DATE):
        try:
            return show_value(field, read_wanted(field, rule))
        except RuleError:
            return text
    return _("“%(name)s”") % {"name": text}


CUSTOM = RuleKind(
    name="custom",
    label=gettext_lazy("Field of our own"),
    params={
        "field": Param("ids", required=True),
        "how": Param("choice", required=True, options=tuple(how for how, _l in HOW)),
        "value": Param("text"),
    },
    compile=compile_custom,
    describe=describe_custom,
    make_block=make_custom_block,
    judge=judge_custom,
    references={"field": lambda: CustomField},
)
