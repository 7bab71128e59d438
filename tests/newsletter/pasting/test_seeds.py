"""The owner's five documents, pasted as plain text, give pages that need little mending."""

import pytest
from django.conf import settings
from django.utils import translation

from newsletter.blocks import BodyBlock
from newsletter.choices import NewsKind
from newsletter.pasting.proposals import Setting
from newsletter.pasting.proposing import propose
from newsletter.pasting.reading import read_pasted

SEEDS = settings.BASE_DIR / "fixtures" / "demo" / "seeds"


def paste(number: int, **known):
    (path,) = SEEDS.glob(f"{number:03}_*.txt")
    with translation.override("sv"):
        return propose(read_pasted(path.read_text()), Setting(**known))


def kinds(outcome) -> list[str]:
    return [made.kind for made in outcome.proposals if made.is_taken]


def find(outcome, kind: str):
    return [made.value for made in outcome.proposals if made.kind == kind]


def test_invitation_keeps_quotes_audience_facts_and_where_to_sign_up():
    outcome = paste(0)

    assert outcome.head.title == "Workshop 19 feb: Migrants don’t fall from the sky"
    assert kinds(outcome) == [
        "dash_quote", "text", "dash_quote", "text", "dash_quote", "audience", "text",
        "dash_quote", "facts", "text", "contact",
    ]  # fmt: skip
    assert {quote["person"] for quote in find(outcome, "dash_quote")} == {
        "Anders Falkemo"
    }
    assert find(outcome, "dash_quote")[0]["role"] == (
        "handläggare för Kommunalt Partnerskap på ICLD"
    )
    assert find(outcome, "facts")[0]["text"].count("<p>") == 4
    assert find(outcome, "contact") == [
        {"role": "Anmälan görs via", "email": "erik.nilsson@icld.se"}
    ]


def test_facts_of_an_event_in_the_register_come_from_there():
    assert "event_facts" in kinds(paste(0, has_event=True))


def test_report_keeps_lists_steps_table_and_partners():
    outcome = paste(1)

    assert (outcome.head.title, outcome.head.kicker) == (
        "EPI - European Pact for Integration projektet", "Senaste nytt?",
    )  # fmt: skip
    assert kinds(outcome) == [
        "lead", "text", "ordered_list", "heading", "text", "steps", "text",
        "indicator_table", "facts", "text", "text", "contact", "partner_logos",
    ]  # fmt: skip
    assert [i["title"] for i in find(outcome, "ordered_list")[0]["items"]] == [
        "Kamratgranskningsmöte",
        "Tränings workshops",
        "Sammanträde för EPI:s vetenskapliga kommité",
    ]
    assert [
        (step["label"], step["start"], step["end"])
        for step in find(outcome, "steps")[0]["steps"]
    ] == [
        ("Koordinationsstruktur", "2021-06", "2022-03"),
        ("Kick off", "2021-07", "2021-07"),
        ("Stadens integrationspakt", "2021-07", "2022-03"),
    ]
    table = find(outcome, "indicator_table")[0]
    assert [row["header"] for row in table["rows"]] == [
        "Relevans", "Effektivitet", "Samhälle", "Hållbarhet", "Effektivitet",
        "Genomslag",
    ]  # fmt: skip
    assert find(outcome, "heading") == [
        {"text": "Pilot av städerns integrationsstrategier"}
    ]
    assert find(outcome, "contact") == [
        {"website": "https://www.epi-project.com", "email": "hello@epi-project.com"}
    ]
    assert [text.get("language") for text in find(outcome, "text")][-2:] == ["en", "en"]
    assert len(outcome.remarks) == 1
    assert "Access the Atlas by clicking here." in outcome.remarks[0]


def test_report_leaves_the_grants_words_to_the_register_where_it_has_them():
    outcome = paste(1, has_funding=True)

    (left_out,) = [made for made in outcome.proposals if not made.is_taken]
    assert "863614" in left_out.value["text"]


def test_fact_sheet_joins_the_list_that_a_page_break_cut_and_drops_the_stray_line():
    outcome = paste(2)

    assert outcome.head.kind == NewsKind.FACT_SHEET
    assert kinds(outcome) == [
        "quote", "text", "heading", "text", "bullet_list", "heading", "text",
        "heading", "text", "heading", "text", "bullet_list", "text", "bullet_list",
        "heading", "text", "heading", "text", "heading", "contact", "heading",
        "resource_link", "resource_link",
    ]  # fmt: skip
    assert [len(points["items"]) for points in find(outcome, "bullet_list")] == [
        6,
        2,
        9,
    ]
    assert [m.value["text"] for m in outcome.proposals if not m.is_taken] == [
        "<p>STUTTGART</p>"
    ]
    quote = find(outcome, "quote")[0]
    assert (quote["person"], quote["role"], quote["occasion"]) == (
        "Wolfgang Schuster",
        "överborgmästare i Stuttgart",
        "vid lanseringen av CLIP-nätverket den 11 september 2006 i Dublin",
    )
    assert find(outcome, "contact") == [
        {
            "name": "Teresa Renahan",
            "role": "Informationsansvarig",
            "organisation": "",
            "email": "ter@eurofound.europa.eu",
        }
    ]
    assert [link["url"][-10:] for link in find(outcome, "resource_link")] == [
        "ef0622.htm", "ef0631.htm",
    ]  # fmt: skip


def test_status_note_has_a_question_for_title_and_says_as_of_when():
    outcome = paste(3)

    assert (outcome.head.title, outcome.head.kicker) == (
        "Hur kan det offentliga och idéburna samverka för ökad integration?",
        "rundabordssamtal2",
    )
    assert kinds(outcome) == ["status", "text"]
    assert find(outcome, "status")[0]["as_of"] == "2013-02"


def test_overview_makes_lists_of_lines_and_a_call_of_its_last_heading():
    outcome = paste(4)

    assert outcome.head.title == ""
    assert kinds(outcome) == [
        "lead", "text", "heading", "text", "heading", "text", "heading", "bullet_list",
        "heading", "bullet_list", "collaborate",
    ]  # fmt: skip
    assert [len(points["items"]) for points in find(outcome, "bullet_list")] == [6, 6]


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(5))
def test_every_seed_becomes_blocks_that_the_editor_takes(number):
    outcome = paste(number)
    body = BodyBlock()

    value = body.to_python([made.as_block() for made in outcome.proposals])

    assert [child.block_type for child in body.clean(value)] == [
        made.kind for made in outcome.proposals
    ]
