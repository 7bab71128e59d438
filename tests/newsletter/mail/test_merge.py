import pytest

from newsletter.exceptions import MergeFieldError
from newsletter.mail.merge import (
    fill_html,
    fill_line,
    fill_text,
    find_fields,
    merge_values,
    merge_values_of,
)
from tests.factories import (
    make_contact,
    make_custom_field,
    make_organisation,
    make_seat,
)

GREETING = "Hello [[given_name|colleague]],"


@pytest.mark.parametrize(
    "text",
    [
        "[[nickname]]",
        "[[ given_name",
        "[[given_name|<b>you</b>]]",
        "[[given_name|[[family_name]]]]",
        "[[]]",
    ],
)
def test_find_fields_broken_or_unknown_is_refused(text):
    with pytest.raises(MergeFieldError):
        find_fields(f"Hello {text}.")


def test_find_fields_unknown_names_the_field_and_those_there_are():
    with pytest.raises(MergeFieldError) as caught:
        find_fields("[[nickname|friend]]")

    assert "[[nickname]]" in str(caught.value)
    assert "[[given_name]]" in str(caught.value)


def test_find_fields_names_each_once():
    text = f"{GREETING} [[given_name]] [[ unsubscribe_url ]]"

    assert find_fields(text) == {"given_name", "unsubscribe_url"}


@pytest.mark.parametrize(
    ("name", "html", "text"),
    [
        ("Åsa", "Hello Åsa,", "Hello Åsa,"),
        ("", "Hello colleague,", "Hello colleague,"),
        (
            '<script>"&',
            "Hello &lt;script&gt;&quot;&amp;,",
            'Hello <script>"&,',
        ),
        (
            "[[unsubscribe_url]]",
            "Hello [[unsubscribe_url]],",
            "Hello [[unsubscribe_url]],",
        ),
        (r"\1\g<0>", r"Hello \1\g&lt;0&gt;,", r"Hello \1\g<0>,"),
    ],
)
def test_fill_hostile_value_stays_what_it_is(name, html, text):
    values = {"given_name": name, "unsubscribe_url": "https://example.org/u/x/"}

    assert fill_html(GREETING, values) == html
    assert fill_text(GREETING, values) == text


def test_fill_html_keeps_a_fallback_as_the_editor_wrote_it():
    assert fill_html("[[organisation|A &amp; B]]", {}) == "A &amp; B"


def test_fill_html_in_an_attribute_cannot_leave_it():
    filled = fill_html(
        '<a href="[[unsubscribe_url]]">', {"unsubscribe_url": '/u/"><script>'}
    )

    assert filled == '<a href="/u/&quot;&gt;&lt;script&gt;">'


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\x0b", "\x85", "\u2028"])
def test_fill_line_has_no_line_break(line_break):
    filled = fill_line("To [[given_name]]", {"given_name": f"Åsa{line_break}Bcc: x"})

    assert filled == "To Åsa Bcc: x"


@pytest.mark.django_db
def test_merge_values_of_somebody_without_name_or_seat_are_empty():
    contact = make_contact(given_name="", family_name="")

    assert merge_values(contact) == {
        "given_name": "",
        "family_name": "",
        "organisation": "",
    }


@pytest.mark.django_db
def test_merge_values_name_the_organisation_in_the_readers_language():
    turku = make_organisation(name="Turku", name_sv="Åbo", name_en="Turku (City)")
    swedish = make_contact(given_name="Åsa", family_name="Öst", language="sv")
    english = make_contact(language="en")
    make_seat(organisation=turku, holder=swedish)
    make_seat(organisation=turku, holder=english)

    assert merge_values(swedish) == {
        "given_name": "Åsa",
        "family_name": "Öst",
        "organisation": "Åbo",
    }
    assert merge_values(english)["organisation"] == "Turku (City)"


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_merge_values_of_many_takes_one_query(count, django_assert_num_queries):
    contacts = [make_contact() for _number in range(count)]
    for contact in contacts:
        make_seat(holder=contact)

    with django_assert_num_queries(1):
        values = merge_values_of(contacts)

    assert set(values) == {contact.pk for contact in contacts}


@pytest.mark.parametrize(
    ("html", "filled"),
    [
        (
            '<a href="https://x.example/?who=[[given_name]]&amp;at=[[organisation]]">',
            '<a href="https://x.example/?who=%C3%85sa%20%26%20co&amp;at=A%2FB">',
        ),
        ("<img src='/i/[[given_name]].png'>", "<img src='/i/%C3%85sa%20%26%20co.png'>"),
        ('<a href="#">[[given_name]]</a>', '<a href="#">Åsa &amp; co</a>'),
        ('<a href="[[unsubscribe_url]]">', '<a href="https://s.example/u/x.y/">'),
    ],
)
def test_fill_html_in_an_address_percent_encodes_what_is_not_ours(html, filled):
    values = {
        "given_name": "Åsa & co",
        "organisation": "A/B",
        "unsubscribe_url": "https://s.example/u/x.y/",
    }

    assert fill_html(html, values) == filled


def test_fill_text_in_an_address_percent_encodes():
    text = "https://x.example/?n=[[given_name]] [[given_name]]"

    assert (
        fill_text(text, {"given_name": "Å b"}) == "https://x.example/?n=%C3%85%20b Å b"
    )


@pytest.mark.django_db
def test_custom_field_that_may_not_stand_in_letters_is_unknown():
    make_custom_field(slug="shoe_size", is_merge_field=False)

    with pytest.raises(MergeFieldError):
        find_fields("[[custom_shoe_size]]")


@pytest.mark.django_db
def test_custom_field_is_filled_in_the_readers_language():
    make_custom_field(slug="since", type="date", is_merge_field=True)
    make_custom_field(slug="secret", type="text", is_merge_field=False)
    custom = {"since": "2026-03-01", "secret": "x"}
    swedish = make_contact(language="sv", custom=custom)
    english = make_contact(language="en", custom=custom)
    without = make_contact()

    values = merge_values_of([swedish, english, without])

    assert find_fields("[[custom_since]]") == {"custom_since"}
    assert values[swedish.pk]["custom_since"] == "1 mars 2026"
    assert values[english.pk]["custom_since"] == "1 March 2026"
    assert values[without.pk].get("custom_since", "") == ""
    assert [pk for pk, value in values.items() if "custom_secret" in value] == []
