import pytest

from newsletter.preflight.rules.weight import find_faults_of_composing
from tests.newsletter.preflight.letters import found, make_letter, text

pytestmark = pytest.mark.django_db


def test_item_without_a_newsletter_is_an_error():
    letter = make_letter(text("<p>Tre dagar.</p>"), newsletter=None)

    assert found(find_faults_of_composing, letter) == [("no_newsletter", "error", "")]


def test_item_that_cannot_become_a_mail_is_an_error_that_says_why():
    letter = make_letter(text("<p>Hej [[nickname]]</p>"))

    [(code, severity, about)] = found(find_faults_of_composing, letter)

    assert (code, severity) == ("composing", "error")
    assert "[[nickname]]" in about


@pytest.mark.parametrize(
    ("kilobytes", "expected"),
    [(10, []), (85, [("size", "note")]), (99, [("size", "warning")])],
)
def test_letter_that_mail_services_would_cut_off_is_told(kilobytes, expected):
    letter = make_letter(text(f"<p>{'a' * 1023} </p>" * kilobytes))

    assert [f[:2] for f in found(find_faults_of_composing, letter)] == expected
