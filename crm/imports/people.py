"""The people of an import: as the register has them, and as the file wants them.

Not ``Contact`` itself, whose making costs more than everything else about a row.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from crm.addresses import hash_address
from crm.choices import Language
from crm.models import Contact, Topic
from crm.names import make_sort_key

# What an import may change, besides topics.
FACTS = ("given_name", "family_name", "phone", "language")
PAUSE = "paused_until"
NOT_KEPT = ("id", "updated_at")
COLUMNS = tuple(
    column.attname
    for column in Contact._meta.concrete_fields
    if column.attname not in NOT_KEPT
)
# In the order in which a Person has them.
LOADED = ("email", *FACTS, "custom", "pk", "address_hash", PAUSE)


@dataclass(slots=True)
class Person:
    """One person of the file. Somebody new has no key (0)."""

    email: str
    given_name: str = ""
    family_name: str = ""
    phone: str = ""
    language: str = Language.SWEDISH.value
    custom: dict[str, Any] = field(default_factory=dict)
    pk: int = 0
    address_hash: str = ""
    # ISO text, as a database takes it.
    paused_until: str | None = None
    topics: tuple[int, ...] = ()
    # The topics an earlier row about the same person chose.
    chosen: list[Topic] | None = None

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip() or self.email

    def facts(self) -> dict[str, Any]:
        """Return the columns an import sets, with what follows from them."""
        return {
            "given_name": self.given_name,
            "family_name": self.family_name,
            "sort_key": make_sort_key(self.family_name, self.given_name) or self.email,
            "email": self.email,
            "address_hash": self.address_hash,
            "phone": self.phone,
            "language": self.language,
            "paused_until": self.paused_until,
            "custom": self.custom,
        }


def hash_of(address: str) -> str:
    """Return the keyed hash of an address that is normalised already."""
    return hash_address(address, settings.CRM_ADDRESS_HASH_KEY)


def load_people(hashes: Iterable[str], *, lock: bool = False) -> dict[str, Person]:
    """Return the register's people behind the hashes, by address; two queries.

    ``lock`` keeps them from being changed by others until the transaction ends.
    """
    contacts = Contact.objects.filter(address_hash__any_of=list(hashes)).order_by()
    if lock:
        contacts = contacts.select_for_update()
    people = {row[0]: Person(*row) for row in contacts.values_list(*LOADED)}
    links = Contact.topics.through._default_manager.filter(
        contact__any_of=[person.pk for person in people.values()]
    )
    topics = defaultdict(list)
    for contact_id, topic_id in links.order_by().values_list("contact", "topic"):
        topics[contact_id].append(topic_id)
    for person in people.values():
        if person.paused_until:
            person.paused_until = str(person.paused_until)  # a date, from the database
        person.topics = tuple(sorted(topics.get(person.pk, ())))
    return people
