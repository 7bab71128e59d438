"""The demo's contacts, brought in by the import that people use."""

from datetime import date

from crm.choices import ConsentAction, SuppressionReason
from crm.consent import record_consent, suppress
from crm.imports.files import read_sheet
from crm.imports.importing import import_contacts
from crm.imports.outcome import ImportOptions
from crm.models import Contact, Network, Organisation, Purpose, Role, Seat
from crm.seats import succeed_seat
from home.demo.files import fixture_path

FILE = "contacts.csv"
LEFT = ("birgitta.sjogren@ekstad.example", "goran.petrovic@norrhamn.example")
OBJECTED = "hakan.wikner@norrkustenstidning.example"
BOUNCING = "oksana.kovalenko@olszanka.example"
BOUNCE = "550 5.1.1 User unknown"
RETIRED = ("nils.astrom@granfjarden.example", date(2025, 12, 31))
# Posts nobody holds, which the coming CSV of the tour fills but for the last.
VACANT = (
    ("Östra Hamra kommun", "coordinator", ""),
    ("Tallmo kommun", "politician", "Kommunalråd"),
)


class DemoError(Exception):
    """The demo's own files do not fit the register."""


def load_contacts() -> int:
    """Import the contacts with their seats; return how many."""
    sheet = read_sheet(fixture_path("demo", FILE).read_bytes())
    outcome = import_contacts(sheet, ImportOptions(), file_name=FILE, dry_run=False)
    if not outcome.is_done:
        faults = [(row.number, row.errors) for row in outcome.rows if row.errors]
        raise DemoError(f"{FILE}: {faults}")
    return len(outcome.rows)


def vacate_seats() -> int:
    """Let one coordinator retire and make seats nobody holds; return how many are vacant."""
    address, last_day = RETIRED
    seat = Seat.objects.get(affiliations__contact__email=address)
    succeed_seat(seat, None, ended_on=last_day, starts_on=last_day)
    network = Network.objects.get(slug="lokal-integration")
    for organisation, role, title in VACANT:
        Seat.objects.create(
            organisation=Organisation.objects.get(name=organisation),
            role=Role.objects.get(slug=role),
            network=network,
            title=title,
        )
    return 1 + len(VACANT)


def withdraw_some(purpose: Purpose) -> int:
    """Let some leave, object or bounce, as happens everywhere; return how many."""
    for address in LEFT:
        contact = Contact.objects.get(email=address)
        record_consent(
            contact, purpose, ConsentAction.WITHDRAWN, source="unsubscribe link"
        )
    record_consent(
        Contact.objects.get(email=OBJECTED),
        purpose,
        ConsentAction.OBJECTED,
        source="telephone",
    )
    suppress(BOUNCING, SuppressionReason.BOUNCE, note=BOUNCE)
    return len(LEFT) + 2
