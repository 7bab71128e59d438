"""What stands in a package, for who opens it in twenty years; in both languages."""

from django.utils import translation
from django.utils.translation import gettext as _


def write_readme(language: str, *, with_people: bool) -> bytes:
    """Return the explanation in that language, with lines that end in CRLF."""
    with translation.override(language):
        lines = [_("Archive package of a newsletter that was sent"), ""]
        lines += [f"{path}  {words}" for path, words in _list_files()]
        lines += ["", *_list_remarks(with_people)]
    return "\r\n".join([*lines, ""]).encode("utf-8-sig")


def _list_files() -> list[tuple[str, str]]:
    return [
        ("send.json", _("What was sent, by whom, when, and what became of it.")),
        ("recipients.csv", _("A row for each letter: language, state, answer.")),
        ("left-out.csv", _("Who belonged to the recipients and got nothing, and why.")),
        ("rules.txt", _("To whom it went, in words.")),
        ("rules.json", _("The same as rule trees, as they were frozen.")),
        ("approvals.csv", _("Who approved it, and what the approval was bound to.")),
        ("approvals.json", _("The same with all that it was bound to.")),
        (
            "acknowledgements.csv",
            _("Warnings of the check before sending that somebody let stand."),
        ),
        ("log.csv", _("Who did what with the send.")),
        ("figures.csv", _("The figures of the report.")),
        ("variants/*/letter.eml", _("Each letter as a mail, to a sample reader.")),
        ("variants/*/letter.html", _("The same as a web page.")),
        ("variants/*/letter.txt", _("The same as plain text.")),
        (
            "variants/*/frozen.html, frozen.txt, variant.json",
            _("The letter as it was frozen, with merge fields, and its digest."),
        ),
        ("manifest.json", _("SHA-256 of every file, and the digest of the send.")),
    ]


def _list_remarks(with_people: bool) -> list[str]:
    remarks = [
        _("Times are in UTC. Tables have semicolons between cells and are UTF-8."),
        _(
            "A cell that a spreadsheet programme would take for a formula has an "
            "apostrophe before it."
        ),
        _(
            "Who was erased from the register since has a blank address. The rows and "
            "their number stay."
        ),
        _(
            "The content hash of a variant is the SHA-256 of subject, frozen.html and "
            "frozen.txt with a NUL between. That of the send is the SHA-256 of one line "
            "for each variant: language, number of its blocks, content hash."
        ),
        _("“manage.py verify_package FILE” checks all of it."),
    ]
    if not with_people:
        remarks.insert(0, _("This package was made without the readers' addresses."))
    return remarks
