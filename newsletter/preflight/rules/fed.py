"""Rules about blocks fed from the register: what is missing there, or has passed."""

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.dates import parse_partial
from crm.models import Affiliation, Contact
from crm.projects import describe_status, has_ended
from newsletter.choices import NewsKind, Severity
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Letter, LetterBlock

# Said by rules of their own: partners are an error, a call needs nothing of the register.
OWN_RULES = {"partner_logos", "collaborate"}
WORKS = {"publications", "media_list"}
MOST_NAMED = 3


def find_empty_lists(letter: Letter) -> Iterator[Finding]:
    """A block for which the register has nothing: it is left out of page and mail."""
    for block in letter.blocks:
        if block.is_fed and block.kind not in OWN_RULES and not block.content:
            yield _say(
                block,
                "nothing_there",
                _("The register has nothing for this block"),
                _(
                    "It is left out of page and mail. Choose something else, or add to "
                    "the register what is missing."
                ),
            )


def find_people_who_left(letter: Letter) -> Iterator[Finding]:
    """Somebody who is named held a seat once and holds none now."""
    named = [(block, list(_people_of(block))) for block in letter.blocks]
    ids = {contact.pk for _block, people in named for contact in people}
    if not ids:
        return
    seats = Affiliation.objects.filter(contact__in=ids)
    held = seats.held(timezone.localdate()).values_list("contact", flat=True)
    gone = set(seats.values_list("contact", flat=True)) - set(held)
    for block, people in named:
        for contact in people:
            if contact.pk in gone:
                yield _say(
                    block,
                    "person_left",
                    _("Somebody who is named has left"),
                    _(
                        "%(name)s holds no seat any more, so no role is shown. Name the "
                        "successor, or describe the person yourself."
                    )
                    % {"name": contact},
                    about=str(contact.pk),
                )


def find_works_without_links(letter: Letter) -> Iterator[Finding]:
    """Publications or articles that a reader cannot get at from here."""
    for block in letter.blocks:
        works = block.content if block.kind in WORKS else ()
        bare = [work.title for work in works if not work.url]
        if bare:
            yield _say(
                block,
                "no_work_link",
                _("Some have no address on the web"),
                _(
                    "Readers cannot get at %(titles)s. Write the address in the register."
                )
                % {"titles": _name_some(bare)},
                Severity.WARNING if block.kind == "publications" else Severity.NOTE,
                about=f"{len(bare)}",
            )


def find_contact_without_address(letter: Letter) -> Iterator[Finding]:
    """A contact whom nobody can reach by what is shown."""
    for block in letter.find("contact"):
        card = block.content
        if card and not (card.email or card.website or card.phone):
            yield _say(
                block,
                "no_contact_address",
                _("The contact cannot be reached"),
                _(
                    "Neither e-mail, website nor telephone is shown. Write one here, or "
                    "tick in the register what the person agreed to have published."
                ),
            )


def find_ended_projects(letter: Letter) -> Iterator[Finding]:
    """A project that is over is presented."""
    today = timezone.localdate()
    for block in letter.find("project_card"):
        network = block.value["network"]
        if network and has_ended(network, today):
            yield _say(
                block,
                "project_ended",
                _("The project has ended"),
                _("%(status)s, says the register; see whether the text says so too.")
                % {"status": describe_status(network, today)},
                about=str(network.pk),
            )


def find_past_events(letter: Letter) -> Iterator[Finding]:
    """An invitation to an event whose last day has passed."""
    if letter.page.kind != NewsKind.INVITATION:
        return
    today = timezone.localdate()
    for block in letter.find("event_facts"):
        event = block.content.event if block.content else None
        if event and event.has_known_day:
            last, known = parse_partial(event.ends_on or event.starts_on)
            if known == 3 and last < today:
                yield _say(
                    block,
                    "past_event",
                    _("The event has passed"),
                    _("Its last day was %(period)s.") % {"period": event.period},
                    about=event.ends_on or event.starts_on,
                )


def _people_of(block: LetterBlock) -> Iterable[Contact]:
    """Return the contacts that a block names one by one."""
    if block.kind == "people_list":
        picked = (pick for group in block.value["groups"] for pick in group["people"])
        return [
            pick["contact"]
            for pick in picked
            if pick["contact"] and not pick["described_as"]
        ]
    if block.kind == "contact" and block.value["person"] and not block.value["role"]:
        return [block.value["person"]]
    if block.kind == "event_facts" and block.content:
        return block.content.event.speakers.all() if block.content.speakers else []
    return []


def _name_some(titles: list[str]) -> str:
    named = "; ".join(f"“{title}”" for title in titles[:MOST_NAMED])
    more = len(titles) - MOST_NAMED
    if more <= 0:
        return named
    return _("%(titles)s and %(count)s more") % {"titles": named, "count": more}


def _say(
    block: LetterBlock,
    code: str,
    title: str,
    text: str,
    severity: Severity = Severity.WARNING,
    about: str = "",
) -> Finding:
    return Finding(code, severity, title, text, block.id, block.place, about)
