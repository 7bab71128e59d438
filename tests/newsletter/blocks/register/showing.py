"""How a block fed from the register looks on the web, and what the mail says of it."""

from newsletter.blocks import BodyBlock
from newsletter.mail.compose import compose_page
from newsletter.models import NewsPage
from tests.newsletter.mail.pages import parse_html


def compose(page):
    page = NewsPage.objects.get(pk=page.pk)
    return compose_page(page, page.newsletter, [], locale="sv").cut(0)


def see(client, page):
    """Return the article of the public page."""
    [article] = parse_html(client.get(page.url).content.decode()).find_all("article")
    return article


def names_under(article, kind):
    return [
        item.text
        for ul in article.find_all("ul", **{"class": kind})
        for item in ul.find_all("li")
    ]


def clean(kind, **value):
    child = BodyBlock().to_python([{"type": kind, "value": value}])[0]
    return child.block.clean(child.value)


def people(*groups, **value):
    return "people_list", {"heading": "Experter", "groups": list(groups), **value}
