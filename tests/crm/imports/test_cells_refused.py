"""What keeps a row, and with it the file, out of the register."""

import pytest

from crm.models import Organisation
from tests.crm.imports.runs import addresses, errors_of, run, statuses_of
from tests.factories import make_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.mark.parametrize(
    ("row", "label", "message"),
    [
        (";Eva;;", "e-mail", "The e-mail address is missing."),
        ("@eva;Eva;;", "e-mail", "begins with “@”: that is a formula"),
        ("eva;Eva;;", "e-mail", "“eva” is no e-mail address"),
        ("a@b.example;=1+1;;", "given name", "begins with “=”: that is a formula"),
        ("a@b.example;-Eva;;", "given name", "begins with “-”: that is a formula"),
        (
            'a@b.example;"Åsa\r\nBcc: x";;',
            "given name",
            "has a line break or a control character",
        ),
        ("a@b.example;Åsa\u2028Bcc: x;;", "given name", "has a line break"),
        ("a@b.example;" + "x" * 121 + ";;", "given name", "At most 120 characters."),
        ("a@b.example;Eva;norska;", "language", "“norska” is no language we write in"),
        ("a@b.example;Eva;;fiske", "topics", "There is no topic “fiske”."),
    ],
)
def test_import_faulty_cell_names_row_and_column_and_writes_nothing(
    row, label, message
):
    outcome = run(f"E-post;Förnamn;Språk;Ämnen\nfine@b.example;Bo;;\n{row}\n")

    [(number, named, said)] = errors_of(outcome)
    assert (number, named, message in said) == (3, label, True)
    assert (outcome.is_done, addresses()) == (False, [])


def test_import_row_with_several_faults_says_all_of_them(office):
    outcome = run(
        "E-post;Ämnen;Organisation;Roll;Nätverk;Från\n"
        "a@b.example;fiske;Nirgends;trollkarl;Inget;i våras\n"
    )

    assert errors_of(outcome) == [
        (2, "topics", "There is no topic “fiske”."),
        (2, "organisation", "There is no organisation “Nirgends”."),
        (2, "role", "There is no role “trollkarl”."),
        (2, "network or project", "There is no network or project “Inget”."),
        (2, "from", "“i våras” is no date. Write it like 2026-03-01."),
    ]


def test_import_creating_a_name_the_register_takes_for_another_is_an_error(office):
    make_organisation(name="Elan")

    outcome = run(
        "E-post;Organisation;Roll\na@b.example;Élan;samordnare\n", creates_unknown=True
    )

    assert errors_of(outcome) == [
        (
            2,
            "organisation",
            "There is already an organisation of that name in that country.",
        )
    ]


def test_import_same_address_in_two_rows_names_both_on_both():
    outcome = run(
        "E-post;Förnamn\nAsa@B.example;Åsa\nx@b.example;X\nasa@b.EXAMPLE;Åsa\n"
    )

    said = (
        "The same address stands in rows 2 and 4, whatever the case of its letters. "
        "Keep one of them."
    )
    assert errors_of(outcome) == [(2, "e-mail", said), (4, "e-mail", said)]
    assert addresses() == []


def test_import_row_with_wrong_number_of_cells_is_an_error():
    outcome = run("E-post;Förnamn\na@b.example\n")

    [(number, label, said)] = errors_of(outcome)
    assert (number, label, "1 cell where there are 2" in said) == (2, "", True)


def test_import_failing_row_leaves_nothing_for_the_next_one_to_see(office):
    """The unknown organisation is made by row 2, which fails; row 3 makes it anew."""
    outcome = run(
        "E-post;Språk;Organisation;Roll\n"
        "a@b.example;norska;Ny kommun;samordnare\n"
        "c@b.example;sv;Ny kommun;samordnare\n",
        creates_unknown=True,
    )

    assert statuses_of(outcome) == [(2, "error"), (3, "new")]
    assert len(outcome.created) == 1
    assert Organisation.objects.filter(name="Ny kommun").count() == 0
