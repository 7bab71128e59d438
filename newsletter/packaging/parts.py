"""What is in a package: each file with its bytes, as they are made."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from crm.exports.text_files import stream_csv
from crm.models import Segment
from crm.segments.words import describe_segments
from newsletter.choices import CampaignAudience
from newsletter.delivery.progress import count_progress
from newsletter.mail.merge import fill_html, fill_text
from newsletter.mail.message import MessageBuilder
from newsletter.models import Campaign, Variant
from newsletter.naming import name_conditions
from newsletter.packaging import tables
from newsletter.packaging.readme import write_readme
from newsletter.statistics.export import write_report_csv
from newsletter.statistics.report import count_report

FORMAT = 1
# The reader of the sample letters: nobody (RFC 2606 keeps the domain free).
SAMPLE_ADDRESS = "reader@example.org"
SAMPLE_VALUES = {"unsubscribe_url": "#", "preferences_url": "#"}
NO_DELIVERY = 0

Part = tuple[str, Iterable[bytes]]


def list_parts(campaign: Campaign, *, with_people: bool) -> Iterator[Part]:
    """Yield (path, chunks of bytes) of every file but the manifest, in order of path.

    ``campaign`` must be frozen. Without people there are no addresses in it.
    """
    yield "README.en.txt", [write_readme("en", with_people=with_people)]
    yield "README.sv.txt", [write_readme("sv", with_people=with_people)]
    yield "acknowledgements.csv", stream_csv(tables.acknowledgement_rows(campaign))
    yield "approvals.csv", stream_csv(tables.approval_rows(campaign))
    yield "approvals.json", [_json(_describe_approvals(campaign, with_people))]
    yield "figures.csv", [_write_figures(campaign)]
    yield (
        "left-out.csv",
        stream_csv(tables.left_out_rows(campaign, with_people=with_people)),
    )
    yield "log.csv", stream_csv(tables.act_rows(campaign))
    yield (
        "recipients.csv",
        stream_csv(tables.recipient_rows(campaign, with_people=with_people)),
    )
    yield "rules.json", [_json(_describe_rules(campaign.frozen_rules, with_people))]
    yield "rules.txt", [_write_rules(campaign).encode()]
    yield "send.json", [_json(describe_send(campaign))]
    for variant in campaign.variants.order_by("locale", "shown").iterator(
        chunk_size=50
    ):
        yield from _list_letters(campaign, variant)


def name_variant(locale: str, shown: int) -> str:
    """Return the folder of a variant: language, and its bits as hex digits."""
    return f"variants/{locale}-{shown:016x}"


def describe_send(campaign: Campaign) -> dict[str, Any]:
    """Return the facts of a send as plain JSON."""
    return {
        "number": campaign.pk,
        "newsletter": campaign.newsletter.name,
        "item": campaign.page.full_url if campaign.page else "",
        "subject": campaign.subject,
        "from": f"{campaign.sender_name} <{campaign.sender_email}>",
        "reply_to": campaign.reply_to,
        "list_id": campaign.list_id,
        "audience": campaign.audience,
        "follows": campaign.follows_id,
        "state": campaign.state,
        "sent_by": tables.name_user(campaign.sent_by),
        "frozen_at": tables.write_time(campaign.frozen_at),
        "started_at": tables.write_time(campaign.started_at),
        "finished_at": tables.write_time(campaign.finished_at),
        "frozen_count": campaign.frozen_count,
        "content_hash": campaign.content_hash,
        "conditions": [
            {**condition, "words": words}
            for condition, words in zip(
                campaign.conditions, name_conditions(campaign), strict=True
            )
        ],
        "deliveries": count_progress(campaign).counts,
        "left_out": campaign.left_out.count(),
    }


def _list_letters(campaign: Campaign, variant: Variant) -> Iterator[Part]:
    """Yield the files of a variant: as frozen, and as a sample reader gets it."""
    folder = name_variant(variant.locale, variant.shown)
    yield f"{folder}/frozen.html", [variant.html.encode()]
    yield f"{folder}/frozen.txt", [variant.text.encode()]
    yield f"{folder}/letter.eml", [_write_message(campaign, variant)]
    yield f"{folder}/letter.html", [fill_html(variant.html, SAMPLE_VALUES).encode()]
    yield f"{folder}/letter.txt", [fill_text(variant.text, SAMPLE_VALUES).encode()]
    facts = {
        "locale": variant.locale,
        "shown": variant.shown,
        "subject": variant.subject,
        "content_hash": variant.content_hash,
    }
    yield f"{folder}/variant.json", [_json(facts)]


def _write_message(campaign: Campaign, variant: Variant) -> bytes:
    """Return the letter as the product builds it, unsigned, to nobody in particular."""
    builder = MessageBuilder(campaign, variant, is_signed=False)
    return builder.build(
        delivery_id=NO_DELIVERY,
        address=SAMPLE_ADDRESS,
        values={},
        at=campaign.frozen_at,  # type: ignore[arg-type]
    )


def _write_figures(campaign: Campaign) -> bytes:
    return write_report_csv(campaign, count_report(campaign), name_conditions(campaign))


def _describe_approvals(campaign: Campaign, with_people: bool) -> list[dict[str, Any]]:
    approvals = campaign.approvals.order_by("at", "pk")
    return [
        {
            "at": tables.write_time(approval.at),
            "content_hash": approval.content_hash,
            "rules_hash": approval.rules_hash,
            "bound": {
                **approval.bound,
                "rules": _describe_rules(approval.bound.get("rules", {}), with_people),
            },
        }
        for approval in approvals
    ]


def _describe_rules(rules: dict[str, Any], with_people: bool) -> dict[str, Any]:
    """Return frozen rules; people chosen by hand only as numbers without the right."""
    if with_people:
        return rules
    segments = {
        pk: {
            **segment,
            "added": len(segment["added"]),
            "excluded": len(segment["excluded"]),
        }
        for pk, segment in rules.get("segments", {}).items()
    }
    return {**rules, "segments": segments}


def _write_rules(campaign: Campaign) -> str:
    """Return the frozen rules as sentences."""
    rules = campaign.frozen_rules
    known = {
        int(pk): Segment(pk=int(pk), name=segment["name"], rules=segment["rules"])
        for pk, segment in rules.get("segments", {}).items()
    }
    words = describe_segments(list(known.values()))
    lines = [str(CampaignAudience(campaign.audience).label), ""]
    for side, heading in (("include", _("Goes to")), ("exclude", _("But not to"))):
        lines += [heading, *(f"- {known[pk].name}" for pk in rules.get(side, [])), ""]
    lines.append(_("The segments"))
    for pk, segment in sorted(known.items()):
        by_hand = rules["segments"][str(pk)]
        lines += [
            f"- {segment.name}: {words[pk]}",
            "  "
            + _("By hand: %(added)s added, %(excluded)s left out.")
            % {"added": len(by_hand["added"]), "excluded": len(by_hand["excluded"])},
        ]
    return "\r\n".join([*lines, ""])


def _json(value: Any) -> bytes:
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()
