from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.template.loader import get_template
from django.test.utils import CaptureQueriesContext
from wagtail.models import ReferenceIndex

from newsletter.blocks import BodyBlock
from newsletter.blocks.base import COMMON, ContentBlock
from newsletter.blocks.layout import lay_out
from newsletter.mail.plaintext import WRITERS
from newsletter.models import NewsPage
from tests.factories import (
    make_grant,
    make_membership,
    make_network,
    make_news_page,
    make_organisation,
    make_segment,
)
from tests.newsletter.mail.pages import parse_html

KINDS = list(BodyBlock().child_blocks)


def make_child(kind, value):
    return BodyBlock().to_python([{"type": kind, "value": value}])[0]


def clean(kind, **value):
    child = make_child(kind, value)
    return child.block.clean(child.value)


# --- What a block is


@pytest.mark.parametrize("kind", KINDS)
def test_block_has_a_rendering_for_web_mail_and_text(kind):
    assert get_template(f"web/blocks/{kind}.html")
    assert get_template(f"email/blocks/{kind}.mjml")
    assert kind in WRITERS


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "funding_notice"])
def test_block_has_the_common_settings_folded_away(kind):
    block = BodyBlock().child_blocks[kind]

    assert isinstance(block, ContentBlock)
    assert block.meta.form_layout.settings == COMMON
    assert not set(block.meta.form_layout.children) & set(COMMON)


def test_funding_notice_holds_nothing_an_editor_could_change():
    assert make_child("funding_notice", None).value is None


@pytest.mark.django_db
def test_choices_of_blocks_are_not_written_into_migrations():
    make_segment(name="Hemligt segment")

    migration = Path(settings.BASE_DIR, "newsletter/migrations/0001_initial.py")
    _name, _path, _args, options = NewsPage._meta.get_field("body").deconstruct()

    assert "Hemligt segment" not in str(options["block_lookup"])
    assert "Opening in the mail" not in migration.read_text()


# --- What is refused


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("lead", {"text": ""}),
        ("button", {"text": "Anmäl dig"}),
        ("button", {"text": "Anmäl dig", "url": "javascript:alert(1)"}),
        ("contact", {"role": "samordnare"}),
        ("contact", {"name": "x", "email": "nobody"}),
        ("resource_link", {"title": "x", "url": "#"}),
        ("image", {"image": None}),
        ("ordered_list", {"items": []}),
        ("lead", {"text": "x", "extent": "teaser"}),
    ],
)
def test_clean_of_what_a_block_cannot_be_is_refused(kind, value):
    with pytest.raises(ValidationError):
        clean(kind, **value)


@pytest.mark.parametrize(
    ("start", "end"),
    [("2021-13", ""), ("juni", ""), ("2022-03", "2021-06"), ("2021-06-31", "")],
)
def test_clean_step_with_an_impossible_date_is_refused(start, end):
    step = {"label": "Start", "start": start, "end": end, "text": "<p>x</p>"}

    with pytest.raises(ValidationError):
        clean("steps", steps=[step])


@pytest.mark.django_db
def test_clean_block_limited_to_a_deleted_segment_is_refused():
    with pytest.raises(ValidationError):
        clean("lead", text="x", only_for="999999")


@pytest.mark.parametrize(
    ("stored", "read"),
    [(None, []), ("", []), ("7", ["7"]), (7, ["7"]), (["7", "9"], ["7", "9"])],
)
def test_limit_reads_one_segment_as_a_list_without_asking_the_database(stored, read):
    assert (
        make_child("lead", {"text": "x", "only_for": stored}).value["only_for"] == read
    )


# --- On the public page


def kinds_of(sections):
    return [
        [[child.block_type for child in cell.blocks] for cell in section.cells]
        for section in sections
    ]


@pytest.mark.django_db
def test_limited_block_is_not_on_the_public_page_unless_ticked():
    segment = str(make_segment().pk)
    body = BodyBlock().to_python(
        [
            {"type": "lead", "value": {"text": "Alla"}},
            {"type": "text", "value": {"text": "x", "only_for": segment}},
            {"type": "quote", "value": {"text": "x", "not_for": [segment]}},
            {"type": "heading", "value": {"text": "x", "for_language": "en"}},
            {
                "type": "contact",
                "value": {"name": "x", "only_for": segment, "is_public": True},
            },
            {"type": "button", "value": {"text": "x", "extent": "absent"}},
        ]
    )

    assert kinds_of(lay_out(body)) == [[["lead", "contact", "button"]]]


def test_lay_out_opens_sections_and_keeps_anchors_apart():
    body = BodyBlock().to_python(
        [
            {"type": "lead", "value": {"text": "x"}},
            {"type": "text", "value": {"text": "x"}},
            {"type": "heading", "value": {"text": "Mål & medel"}},
            {"type": "steps", "value": {"steps": []}},
            {"type": "text", "value": {"text": "x"}},
            {"type": "facts", "value": {"heading": "Mål & medel"}},
            {"type": "resource_link", "value": {"title": "x"}},
            {"type": "heading", "value": {"text": "…"}},
        ]
    )

    sections = lay_out(body)

    assert kinds_of(sections) == [
        [["lead", "text"]],
        [["heading"], ["steps"], ["text"]],
        [["facts"], ["resource_link"]],
        [["heading"]],
    ]
    assert [s.anchor for s in sections] == ["", "mal-medel", "mal-medel-2", "heading"]


@pytest.mark.django_db
def test_public_page_leaves_out_what_the_register_has_nothing_for(client):
    body = [
        ("partner_logos", {"heading": "Parter"}),
        ("funding_notice", None),
        ("contact", {"name": "Maria Öst"}),
    ]

    page = parse_html(client.get(make_news_page(body=body).url).content.decode())

    [article] = page.find_all("article")
    assert "Parter" not in [h.text for h in article.find_all("h2")]
    assert "Maria Öst" in article.text


@pytest.mark.django_db
def test_public_page_names_each_partner_by_logo_or_in_type(client):
    network = make_network(grant=make_grant(statement_en="Funded by the Union."))
    for name in ("Ekstads kommun", "Åkersby kommun"):
        organisation = make_organisation(name=name)
        make_membership(network=network, organisation=organisation, role="pilot")
    gone = make_organisation(name="Utträdd kommun")
    make_membership(network=network, organisation=gone, ends_on="2020-01-01")
    body = [("partner_logos", {"heading": "Parter"}), ("funding_notice", None)]

    url = make_news_page(body=body, network=network).url
    page = parse_html(client.get(url).content.decode())

    [partners] = page.find_all("ul", **{"class": "partners"})
    assert [b.text for b in partners.find_all("b")] == [
        "Ekstads kommun",
        "Åkersby kommun",
    ]
    assert [p.text for p in page.find_all("p", lang="en")] == ["Funded by the Union."]


@pytest.mark.django_db
def test_public_page_escapes_what_editors_write(client):
    hostile = "<script>alert(1)</script>"
    body = [
        ("lead", {"text": hostile}),
        ("heading", {"text": hostile}),
        ("ordered_list", {"items": [{"title": hostile, "text": f"<p>{hostile}</p>"}]}),
        ("contact", {"name": hostile}),
    ]

    html = client.get(make_news_page(body=body).url).content.decode()

    assert "<script>alert" not in html


@pytest.mark.django_db
def test_public_page_takes_as_many_queries_for_one_partner_as_for_three(client):
    counts = []
    for number in (1, 3):
        network = make_network()
        for _member in range(number):
            make_membership(network=network)
        body = [("partner_logos", {"heading": "Parter"})]
        url = make_news_page(body=body, network=network).url
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_segment_that_a_block_is_limited_to_knows_where_it_is_used():
    segment = make_segment()
    page = make_news_page(body=[("lead", {"text": "x", "only_for": str(segment.pk)})])

    users = ReferenceIndex.get_references_to(segment)

    assert {reference.object_id for reference in users} == {str(page.pk)}


# --- Words of a block


@pytest.mark.parametrize("text", ["Sagt", '"Sagt"', "”Sagt”", "“Sagt”", " «Sagt» "])
def test_quote_has_its_marks_once(text):
    quote = make_child("quote", {"text": text, "person": "Maria Öst", "role": ""})

    assert quote.value.quoted.count("Sagt") == 1
    assert len(quote.value.quoted) == len("“Sagt”")
    assert quote.value.speaker == "Maria Öst"
