"""Rules about files that are attached to an item."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.choices import Severity
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Letter


def find_unreadable_files(letter: Letter) -> Iterator[Finding]:
    """A document that is gone, and PDFs, which many people cannot have read aloud."""
    for block in letter.find("files"):
        for file in block.value["files"]:
            document = file["document"]
            if document is None:
                yield Finding(
                    "no_file",
                    Severity.ERROR,
                    _("The file is missing"),
                    _("Choose the document again, or take the block away."),
                    block.id,
                    block.place,
                )
            elif document.file_extension.lower() == "pdf":
                yield Finding(
                    "pdf",
                    Severity.WARNING,
                    _("The file may shut somebody out"),
                    _(
                        "Make sure that “%(name)s” is a tagged PDF, or say the most "
                        "important in the text: many PDFs cannot be read aloud."
                    )
                    % {"name": file.title},
                    block.id,
                    block.place,
                    str(document.pk),
                )
