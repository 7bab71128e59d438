"""Loading the demo, in the order in which things depend on each other."""

from collections.abc import Callable

from django.db import transaction
from django.utils import translation

from crm.models import Network
from crm.segments.counting import refresh_count
from home.demo import clip, letters, notes, people, programmes, register, site, users
from home.demo.documents import create_documents
from home.demo.training_week import create_training_week
from newsletter.delivery.approvers import set_up_approval
from newsletter.models import Newsletter


@transaction.atomic
def load_demo(say: Callable[[str], None]) -> bool:
    """Load the demo unless it is there; return whether anything was loaded.

    A demo that is there stays as people have changed it. ``say`` gets a line about each
    part. All of it or nothing: one transaction.
    """
    if Newsletter.objects.filter(slug=letters.NEWSLETTER).exists():
        return False
    # Names of the demo are Swedish, whatever the language of the shell.
    with translation.override("sv"):
        _load_all(say)
    return True


def _load_all(say: Callable[[str], None]) -> None:
    say(f"{users.load_users()} log-ins")
    say(f"{register.load_terms()} roles and topics")
    say(f"{register.load_organisations()} organisations")
    say(f"{register.load_networks()} networks and projects with their members")
    newsletter_purpose, _invitations = letters.load_purposes()
    say(
        f"{people.load_contacts()} contacts in their seats, imported from {people.FILE}"
    )
    say(f"{people.vacate_seats()} vacant seats")
    say(f"{people.withdraw_some(newsletter_purpose)} people who get no mail")
    say(f"{clip.load_clip()} members of CLIP, with its centres and experts")
    say(f"{programmes.load_programmes()} publications and articles, with their events")
    say(f"{notes.load_notes()} notes of calls and meetings")
    newsletter = letters.load_newsletter(newsletter_purpose)
    # Off for the demo's newsletter: ticked there, it is at once to be tried.
    set_up_approval()
    segments = letters.load_segments()
    for segment in segments:
        # Counted once a day, later: the first look should not find them without.
        refresh_count(segment)
    letters.load_recipients(segments)
    say(f"{len(segments)} segments, and the newsletter “{newsletter}”")
    archive = site.load_site()
    documents = create_documents(archive, newsletter)
    _everybody, pilots, _experts = segments
    epi = Network.objects.get(slug="epi")
    create_training_week(archive, newsletter, epi, pilots=pilots)
    say(f"the public site in Swedish and English, with {len(documents) + 1} news items")
