"""Which rows something else refers to, whatever it is: new tables are asked unasked."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import ForeignObjectRel, ManyToManyRel, Model

from crm.models import ConsentEntry, ConsentState, Contact, ImportBatch, Segment

# Where rules keep the keys of what they ask about.
RULE_KEYS = {"role": "roles", "topic": "topics", "organisation": "organisations"}


def find_referred(
    model: type[Model],
    ids: Iterable[int],
    *,
    batch: ImportBatch,
    but: Mapping[type[Model], set[int]],
) -> set[int]:
    """Return those of the rows that cannot go, since something refers to them.

    ``but``: rows that will be gone by then. What the import itself wrote into the
    ledger about people it made goes with them; anything they said since keeps them.
    """
    wanted = set(ids)
    if not wanted:
        return set()
    referred = set()
    for relation in _relations(model):
        if model is Contact and relation.related_model in (ConsentEntry, ConsentState):
            continue
        referred |= _find_users(relation, wanted, but)
    if model is Contact:
        referred |= _find_speakers(wanted, batch)
    return referred | _find_in_rules(model, wanted)


def _relations(model: type[Model]) -> list[ForeignObjectRel]:
    """Return everything that points at the model, by whatever name or none."""
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
        # The rows between are asked through their two ends.
        and not relation.related_model._meta.auto_created
    ]


def _find_users(
    relation: Any, wanted: set[int], but: Mapping[type[Model], set[int]]
) -> set[int]:
    if isinstance(relation, ManyToManyRel):
        through: Any = relation.through
        rows = through._base_manager
        target = f"{relation.field.m2m_reverse_field_name()}_id"
        user = f"{relation.field.m2m_field_name()}_id"
    else:
        rows = relation.related_model._base_manager
        target, user = relation.field.attname, "pk"
    gone = but.get(relation.related_model, set())
    pairs = rows.filter(**{f"{target}__in": wanted}).values_list(target, user)
    return {pk for pk, used_by in pairs if used_by not in gone}


def _find_speakers(wanted: set[int], batch: ImportBatch) -> set[int]:
    """Return the people who said something besides what the import wrote down."""
    entries = ConsentEntry.objects.filter(contact__in=wanted).order_by()
    return {
        contact
        for contact, proof in entries.values_list("contact", "proof")
        if proof.get("import") != batch.pk
    }


def _find_in_rules(model: type[Model], wanted: set[int]) -> set[int]:
    key = RULE_KEYS.get(str(model._meta.model_name))
    if key is None:
        return set()
    named: set[int] = set()
    for rules in Segment.objects.values_list("rules", flat=True):
        named |= _collect(rules, key)
    return named & wanted


def _collect(rule: Any, key: str) -> set[int]:
    """Return all numbers that stand under the key anywhere in a rule tree."""
    if isinstance(rule, list):
        return {pk for part in rule for pk in _collect(part, key)}
    if not isinstance(rule, dict):
        return set()
    found = {pk for pk in rule.get(key) or () if isinstance(pk, int)}
    return found | {pk for part in rule.values() for pk in _collect(part, key)}
