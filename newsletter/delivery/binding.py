"""What an approval is bound to, and what has become of that since, in words.

Content is what every language of the letter composes to, and whom it is from. Rules are
the recipients and the limits of blocks, as rule trees, with the people added or left out
by hand. People may leave meanwhile: they are left out, and void nothing.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from crm.choices import Language
from crm.models import Contact
from newsletter.delivery.audience import AudienceCount, count_readers
from newsletter.delivery.planning import (
    find_circle,
    find_pages,
    snapshot_campaign,
)
from newsletter.exceptions import CampaignStateError
from newsletter.mail.compose import compose_page, find_conditions
from newsletter.models import Campaign, Newsletter


@dataclass(frozen=True)
class Bound:
    """What is approved: ``letters`` by language (digests), whom from, rules, people."""

    letters: dict[str, str]
    sender: str
    rules: dict[str, Any]
    people: int
    members: int

    @property
    def content_hash(self) -> str:
        return _digest([self.letters, self.sender])

    @property
    def rules_hash(self) -> str:
        return _digest(self.rules)

    @property
    def seen(self) -> str:
        """What a form carries, so that what is approved is what was looked at."""
        return _digest([self.content_hash, self.rules_hash])

    def as_data(self) -> dict[str, Any]:
        """Return it as ``Approval.bound`` keeps it."""
        return {
            "letters": self.letters,
            "sender": self.sender,
            "rules": self.rules,
            "people": self.people,
            "members": self.members,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Bound":
        """Return what ``as_data`` wrote."""
        return cls(**data)


def bind_campaign(campaign: Campaign, *, on: date) -> Bound:
    """Return what a saved or scheduled send stands for on that day.

    A scheduled send's rules are the frozen ones. Composes every language and counts the
    audience. Raises CampaignStateError or CompositionError when it cannot be sent.
    """
    if campaign.newsletter_id is None:
        raise CampaignStateError(
            _("Choose a newsletter first: it decides the sender and how people leave.")
        )
    rules = campaign.frozen_rules if campaign.send_at else snapshot_campaign(campaign)
    count = count_circle(campaign, on=on)
    return Bound(
        letters=_digest_letters(campaign),
        sender=_name_sender(campaign.newsletter),
        rules=rules,
        people=count.mailable,
        members=count.members,
    )


def count_circle(campaign: Campaign, *, on: date) -> AudienceCount:
    """Return how many people the send would go to that day, and who is left out."""
    recipients, repeat = find_circle(campaign)
    return count_readers(
        find_pages(campaign),
        recipients,
        campaign.newsletter,
        on=on,
        frozen=campaign.frozen_rules if campaign.send_at else None,
        repeat=repeat,
    )


def explain_changes(then: Bound, now: Bound, *, tolerance: int) -> list[str]:
    """Return in sentences what has changed; empty while the approval holds.

    ``tolerance`` is the newsletter's, in per cent of the people approved.
    """
    return [
        *_compare_letters(then, now),
        *_compare_rules(then.rules, now.rules),
        *_compare_people(then, now, tolerance),
    ]


def name_language(code: str) -> str:
    """Return a language as it stands within a sentence of the active language."""
    label = str(Language(code).label)
    return label if get_language() == "en" else label.lower()


def _digest_letters(campaign: Campaign) -> dict[str, str]:
    pages = find_pages(campaign)
    conditions = find_conditions(pages.values())
    asked = [condition.as_data() for condition in conditions]
    digests = {}
    for locale, page in pages.items():
        letter = compose_page(page, campaign.newsletter, conditions, locale=locale)
        pieces = [
            [piece.content, piece.needs] for piece in (*letter.html, *letter.text)
        ]
        digests[locale] = _digest([letter.subject, pieces, asked])
    return digests


def _name_sender(newsletter: Newsletter) -> str:
    parts = (newsletter.sender_name, newsletter.sender_email, newsletter.reply_to)
    return "\n".join(parts)


def _digest(value: Any) -> str:
    """Return the hex SHA-256 of plain JSON, the same for the same value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _compare_letters(then: Bound, now: Bound) -> list[str]:
    changes = []
    for locale in sorted({*then.letters, *now.letters}):
        named = {"language": name_language(locale)}
        if locale not in now.letters:
            changes.append(_("The letter in %(language)s is gone.") % named)
        elif locale not in then.letters:
            changes.append(_("A letter in %(language)s has been added.") % named)
        elif then.letters[locale] != now.letters[locale]:
            changes.append(_("The letter in %(language)s was changed.") % named)
    if then.sender != now.sender:
        changes.append(_("The sender was changed."))
    return changes


def _compare_rules(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    changes = []
    if (then["audience"], then["sends"]) != (now["audience"], now["sends"]):
        changes.append(_("It goes to others than before: the choice was changed."))
    if any(set(then[side]) != set(now[side]) for side in ("include", "exclude")):
        changes.append(_("Other segments were chosen as recipients."))
    for pk in sorted({*then["segments"]} & {*now["segments"]}):
        changes += _compare_segment(then["segments"][pk], now["segments"][pk])
    return changes


def _compare_segment(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    named = {"segment": now["name"]}
    changes = []
    if then["rules"] != now["rules"]:
        changes.append(
            _("The rules of the segment “%(segment)s” were changed.") % named
        )
    if any(_by_hand(then[side], now[side]) for side in ("added", "excluded")):
        changes.append(
            _("People were added to or left out of “%(segment)s” by hand.") % named
        )
    return changes


def _by_hand(then: list[int], now: list[int]) -> bool:
    """Say whether somebody changed a list; who was erased since is no change."""
    if set(now) - set(then):
        return True
    gone = set(then) - set(now)
    return Contact.objects.filter(pk__in=gone).exists()


def _compare_people(then: Bound, now: Bound, tolerance: int) -> list[str]:
    grew = 100 * (now.people - then.people) > tolerance * then.people
    # By members: who has left or was stopped is still one, and voids nothing.
    shrank = 100 * (then.members - now.members) > tolerance * then.members
    if not grew and not shrank:
        return []
    return [
        ngettext(
            "It would go to %(now)s person; %(then)s was approved, and the number may "
            "change by %(tolerance)s per cent.",
            "It would go to %(now)s people; %(then)s were approved, and the number may "
            "change by %(tolerance)s per cent.",
            now.people,
        )
        % {"now": now.people, "then": then.people, "tolerance": tolerance}
    ]
