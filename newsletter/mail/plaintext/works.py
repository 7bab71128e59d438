"""Events, projects, publications and media as plain text."""

from django.utils.translation import gettext as _

from crm.events import describe_shortly, list_facts
from crm.media import say_media
from newsletter.mail.blocks import MailBlock
from newsletter.mail.lines import table_rows, wrap, write_rich
from newsletter.mail.merge import disarm_fields
from newsletter.mail.plaintext.register import wrap_plain, write_person, write_section
from newsletter.mail.urls import make_absolute


def write_project_card(block: MailBlock) -> str:
    card = block.context["content"]
    partners = ", ".join(str(partner) for partner in card.partners)
    kind = f"{card.network.get_kind_display()} · {card.status}" if card.status else ""
    grant = card.network.grant
    href = make_absolute(card.href)
    return write_section(
        disarm_fields(card.title),
        kind,
        write_rich(block.value["text"]),
        wrap_plain(f"{_('Partners:')} {partners}") if partners else "",
        wrap_plain(_("Funding: %(grant)s") % {"grant": grant}) if grant else "",
        f"{wrap_plain(card.link_text)}:\n{href}" if href else "",
    )


def write_event_facts(block: MailBlock) -> str:
    found = block.context["content"]
    facts = [
        (fact.label, disarm_fields("\n".join(fact.lines)))
        for fact in list_facts(found.event)
    ]
    speakers = [write_person(card) for card in found.speakers]
    series = [
        wrap_plain(f"- {event}: {describe_shortly(event)}", "  ", "    ")
        for event in found.series
    ]
    return write_section(
        block.value.section_title,
        table_rows(facts) if facts else "",
        _write_calendar_link(block),
        "\n".join([_("Speakers") + ":", *speakers]) if speakers else "",
        "\n".join([wrap_plain(f"{found.event.series.local_name}:"), *series])
        if series
        else "",
    )


def _write_calendar_link(block: MailBlock) -> str:
    url = block.context["block_url"]
    if not url or not block.context["content"].event.has_known_day:
        return ""
    return f"{_('Add to your calendar (.ics)')}:\n{url}"


def write_publications(block: MailBlock) -> str:
    value = block.value
    entries = []
    for work in block.context["content"]:
        about = work.description if value["shows_descriptions"] else ""
        lines = [wrap_plain(work.title, "  ", "    ")]
        lines += [wrap_plain(line, "    ") for line in (work.byline, about) if line]
        entries.append("\n".join([*lines, *([work.url] if work.url else [])]))
    return write_section(value["heading"], *entries)


def write_media_list(block: MailBlock) -> str:
    entries = []
    for item in block.context["content"]:
        line = wrap_plain(f"- {say_media(item).whole}", "  ", "    ")
        entries.append(f"{line}\n{item.url}" if item.url else line)
    return write_section(block.value["heading"], "\n".join(entries))


def write_collaborate(block: MailBlock) -> str:
    value = block.value
    url = block.context["block_url"]
    return write_section(
        value["heading"],
        write_rich(value["text"]),
        f"{wrap(value['button'] + ':')}\n{url}" if url else "",
    )
