"""The owner's documents against what is delivered: words in their order.

Words are compared without case and punctuation. What differs is listed by each test with
its reason, as (in the document, as delivered, why); nothing else may differ.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from newsletter.mail.letter import say_ground
from tests.newsletter.mail.pages import Element, parse_html

Difference = tuple[str, str, str]
# What stands beside the text of a page: lists of facts, ways on.
BESIDE = {"item-margin", "in-side"}
SEEDS = Path(settings.BASE_DIR, "fixtures/demo/seeds")


def read_seed(number: str) -> str:
    """Return the words of a document: "000" to "004"."""
    [path] = SEEDS.glob(f"{number}_*.txt")
    return words(path.read_text(encoding="utf-8"))


def words(text: str) -> str:
    """Return the words of a text, in lower case, with one space between."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def apply(differences: Iterable[Difference], document: str) -> str:
    """Return the document's words with each difference made, once and in its order."""
    done, rest = "", f" {document} "
    for old, new, reason in sort_differences(differences, rest):
        before, found, after = rest.partition(f" {old} ")
        assert found, f"Not in the document: {old} ({reason})"
        done += f"{before} {new}".rstrip()
        rest = f" {after}"
    return " ".join(f"{done}{rest}".split())


def sort_differences(differences, document):
    return sorted(differences, key=lambda difference: document.find(difference[0]))


def frame_mail(item, content: str, *, above=(), ends=(), web_url=False) -> str:
    """Return the words of a whole mail with that content: masthead, greeting, foot.

    ``above`` is what stands over the content beside its kind; ``ends`` what stands under
    it beside the foot. With ``web_url`` the addresses are written out, as in plain text.
    """
    newsletter = item.newsletter
    date = format_date(item.published_on, "j F Y") if item.published_on else ""
    address = f"{settings.SITE_URL}{item.url}" if web_url else ""
    head = [
        newsletter.name, _("Newsletter"), date, _("Read it on the web"), address,
        _("Hello [[given_name|colleague]],").replace("[[given_name|", ""),
        item.get_kind_display(), *above,
    ]  # fmt: skip
    foot = [
        *ends,
        _("Why you get this"), newsletter.reason, say_ground(newsletter.purpose),
        _("Who sends it"),
        newsletter.sender_name, newsletter.postal_address,
        _("Choose what you get"), _("Leave this list"),
    ]  # fmt: skip
    for english in item.get_translations():
        foot += [
            "Read this in English",
            f"{settings.SITE_URL}{english.url}" if web_url else "",
        ]
    return words(" ".join([*head, content, *foot]))


def read_article(html: str) -> Element:
    """Return the article of a public page without what stands beside its text.

    That is: date and kind in the margin of the head, the list of facts and the ways on
    beside the first section, labels of the margin that are no headings, and forms.
    """
    [article] = parse_html(html).find_all("article")
    for element in list(article.walk()):
        kinds = set(element.attrs.get("class", "").split())
        is_head = element.tag == "header"
        if is_head:
            for part in element.find_all("div", "p"):
                if {"in-margin", "event-line"} & set(
                    part.attrs.get("class", "").split()
                ):
                    part.children = []
        elif element.tag in {"nav", "form"} or kinds & BESIDE:
            element.children = []
        elif element.tag == "div" and "in-margin" in kinds:
            element.children = element.find_all("h2")
    return article
