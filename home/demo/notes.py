"""What the demo's office wrote down, and what it has to look at."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.utils import timezone

from crm.choices import SeatTaskReason
from crm.models import Contact, Interaction, Organisation
from crm.seats import open_task
from home.demo.files import read_json
from home.demo.people import BOUNCE, BOUNCING


def load_notes() -> int:
    """Write the notes and open the task on the seat that bounces; return how many notes."""
    keeper = get_user_model().objects.get(username="keeper")
    entries = read_json("demo", "notes.json")
    for entry in entries:
        Interaction.objects.create(
            kind=entry["kind"],
            text=entry["text"],
            contact=Contact.objects.filter(email=entry.get("contact", "")).first(),
            organisation=Organisation.objects.filter(
                name=entry.get("organisation", "")
            ).first(),
            at=timezone.now() - timedelta(days=entry["days_ago"]),
            by=keeper,
        )
    held = Contact.objects.get(email=BOUNCING).affiliations.select_related("seat").get()
    open_task(held.seat, held.contact, SeatTaskReason.BOUNCED, BOUNCE)
    return len(entries)
