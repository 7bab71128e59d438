import pytest
from wagtail.models import Locale

from newsletter.exceptions import CompositionError
from newsletter.mail.compose import compose_page, find_conditions
from newsletter.mail.merge import fill_html, fill_text, merge_values
from newsletter.mail.preview import render_preview
from tests.factories import make_contact, make_news_page, make_segment

pytestmark = pytest.mark.django_db


def test_preview_without_newsletter_is_refused():
    page = make_news_page(newsletter=None)

    with pytest.raises(CompositionError):
        render_preview(page, "html")


def test_preview_equals_what_is_delivered_but_for_the_address_for_leaving():
    contact = make_contact(given_name="<Åsa>")
    segment = make_segment(added=[contact])
    body = [
        ("lead", {"text": "Till dig, [[given_name]]", "only_for": str(segment.pk)}),
        ("lead", {"text": "Till andra", "not_for": str(segment.pk)}),
    ]
    page = make_news_page(body=body)
    conditions = find_conditions([page])
    mail = compose_page(page, page.newsletter, conditions, locale="sv").cut(0b01)
    address = "https://example.org/u/x/"
    own = {"unsubscribe_url": address, "preferences_url": address}
    values = {**merge_values(contact), **own}

    html = render_preview(page, "html", contact)
    text = render_preview(page, "text", contact)

    delivered = fill_html(mail.html, values)
    assert html == delivered.replace("https://example.org/u/x/", "#")
    assert text == fill_text(mail.text, values).replace("https://example.org/u/x/", "#")
    assert "Till dig, &lt;Åsa&gt;" in html
    assert "Till andra" not in html


def test_preview_as_nobody_shows_every_block():
    segment = make_segment()
    body = [("lead", {"text": "Bara för några", "only_for": str(segment.pk)})]

    assert "Bara för några" in render_preview(make_news_page(body=body), "html")


def test_preview_as_a_reader_of_another_language_is_the_published_translation():
    page = make_news_page(title="På svenska")
    english = Locale.objects.get_or_create(language_code="en")[0]
    page.get_parent().get_parent().copy_for_translation(english)
    page.get_parent().copy_for_translation(english)
    copy = page.copy_for_translation(english)
    copy.title = "In English"
    copy.save_revision()
    reader = make_contact(language="en")

    before = render_preview(page, "text", reader)
    copy.save_revision().publish()
    after = render_preview(page, "text", reader)

    assert "På svenska" in before
    assert "In English" in after
