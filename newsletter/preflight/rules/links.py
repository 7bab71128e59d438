"""Rules about links. Nothing is fetched: what a link leads to is judged by its address."""

import re
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from wagtail.models import Page

from newsletter.choices import Severity
from newsletter.mail.urls import make_absolute
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Letter, LetterBlock, Link

# Link texts that say nothing out of their sentence (WCAG 2.2, 2.4.4 and 2.4.9).
VAGUE = {
    "här", "klicka här", "klicka", "läs mer", "mer", "länk", "länken", "denna länk",
    "här nedan", "hit", "vidare", "läs vidare", "mer information", "öppna",
    "here", "click here", "click", "read more", "more", "link", "this link", "learn more",
    "by clicking here", "this page", "more information", "open",
}  # fmt: skip
WRITTEN_ADDRESS = re.compile(r"\bhttp://[^\s<>\"]+[^\s<>\".,;:)]")
VAGUE_END = ("klicka här", "klick här", "click here", "clicking here", "läs mer här")


WORKS = {"publications", "media_list"}


def find_dead_links(letter: Letter) -> Iterator[Finding]:
    """A link that leads nowhere, to a deleted page or to something no mail can hold."""
    for block in letter.blocks:
        for link in links_of(block):
            if make_absolute(link.href) and _has_host(link.href):
                continue
            yield Finding(
                "dead_link",
                Severity.ERROR,
                _("The link leads nowhere"),
                _("“%(text)s” points to %(href)s. Give it an address, or unlink it.")
                % {"text": link.text or _("A link"), "href": link.href or "#"},
                block.id,
                block.place,
                f"{link.text} {link.href}",
            )


def find_links_to_drafts(letter: Letter) -> Iterator[Finding]:
    """A link to a page of this site that nobody can read yet."""
    places = [(number, block) for block in letter.blocks for number in pages_of(block)]
    drafts = Page.objects.filter(pk__in=[n for n, _block in places], live=False)
    titles = {page.pk: page.title for page in drafts}
    for number, block in places:
        if number in titles and number != letter.page.pk:
            yield Finding(
                "draft_link",
                Severity.ERROR,
                _("The link leads to a page that is not published"),
                _("Publish “%(title)s” first, or take the link away.")
                % {"title": titles[number]},
                block.id,
                block.place,
                str(number),
            )


def find_vague_links(letter: Letter) -> Iterator[Finding]:
    """Words that do not say where the link leads."""
    for block in letter.blocks:
        for link in block.links:
            words = link.text.casefold().strip(" .!…:»›>")
            if words in VAGUE or words.endswith(VAGUE_END):
                yield Finding(
                    "vague_link",
                    Severity.WARNING,
                    _("The link does not say where it leads"),
                    _(
                        "“%(text)s” means nothing to somebody who hears the links "
                        "read out. Use the name of what it leads to."
                    )
                    % {"text": link.text},
                    block.id,
                    block.place,
                    f"{link.text} {link.href}",
                )


def find_same_words_for_two_places(letter: Letter) -> Iterator[Finding]:
    """The same link text leads to two places."""
    places: dict[str, set[str]] = defaultdict(set)
    for block in letter.blocks:
        for link in block.links:
            words = link.text.casefold()
            places[words].add(link.href)
            if len(places[words]) == 2 and words not in VAGUE:
                yield Finding(
                    "same_words",
                    Severity.WARNING,
                    _("Two links with the same words lead to different places"),
                    _("“%(text)s” leads to two addresses. Say what sets them apart.")
                    % {"text": link.text},
                    block.id,
                    block.place,
                    link.text,
                )
                places[words].add("")


def find_unencrypted_links(letter: Letter) -> Iterator[Finding]:
    """A link over http: many organisations' browsers warn of it."""
    for block in letter.blocks:
        for link in links_of(block):
            if urlsplit(link.href).scheme == "http":
                yield Finding(
                    "http_link",
                    Severity.NOTE,
                    _("The link is not encrypted"),
                    _("Try whether %(href)s works with https:// too.")
                    % {"href": link.href},
                    block.id,
                    block.place,
                    link.href,
                )
        for text in block.paragraphs:
            for address in WRITTEN_ADDRESS.findall(text):
                yield Finding(
                    "http_link",
                    Severity.NOTE,
                    _("The link is not encrypted"),
                    _("Try whether %(href)s works with https:// too.")
                    % {"href": address},
                    block.id,
                    block.place,
                    address,
                )


def links_of(block: LetterBlock) -> list[Link]:
    """Return the links in a block's texts and that which the block itself is."""
    value = block.value
    if block.kind == "resource_link":
        return [*block.links, Link(value["title"], value["url"] or "#")]
    if block.kind == "button":
        return [*block.links, Link(value["text"], value.href or "#")]
    if block.kind == "contact" and value["website"]:
        return [*block.links, Link(value["website"], value["website"])]
    if block.kind in WORKS:
        works = block.content
        return [
            *block.links,
            *(Link(work.title, work.url) for work in works if work.url),
        ]
    if block.kind == "project_card" and block.content and block.content.href:
        return [*block.links, Link(block.content.link_text, block.content.href)]
    return block.links


def pages_of(block: LetterBlock) -> list[int]:
    """Return the pages of this site that a block links to, by number."""
    if block.kind == "button" and block.value["page"]:
        return [*block.linked_pages, block.value["page"].pk]
    return block.linked_pages


def _has_host(href: str) -> bool:
    parts = urlsplit(href)
    return bool(parts.netloc) or parts.scheme not in ("http", "https")
