"""Rules about lists and tables."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.choices import Severity
from newsletter.mail.richtext import Node
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Letter, LetterBlock

LISTS = {"ul", "ol"}


def find_split_lists(letter: Letter) -> Iterator[Finding]:
    """Two lists in a row: one list that a page break cut in two."""
    last: tuple[LetterBlock, Node] | None = None
    for block in letter.blocks:
        trees = [tree for _source, tree in block.rich_texts]
        if block.kind != "text":
            last = None
            continue
        for tree in trees:
            for child in tree.children:
                if not isinstance(child, Node):
                    continue
                if last and child.tag in LISTS and last[1].tag == child.tag:
                    yield _say_split(block, last[1], child)
                last = (block, child)


def find_same_row_headers(letter: Letter) -> Iterator[Finding]:
    """Two rows of a table are called the same, and nothing sets them apart."""
    for block in letter.find("indicator_table"):
        names = Counter(
            ((row["header"] or "").strip(), (row["note"] or "").strip())
            for row in block.value["rows"]
        )
        for (header, _note), count in names.items():
            if count > 1 and header:
                yield Finding(
                    "same_row",
                    Severity.WARNING,
                    _("Two rows of the table are called the same"),
                    _(
                        "“%(header)s” stands more than once. Write in the note what "
                        "sets them apart."
                    )
                    % {"header": header},
                    block.id,
                    block.place,
                    header,
                )


def find_missing_table_headers(letter: Letter) -> Iterator[Finding]:
    """A table whose columns have no names cannot be read aloud."""
    for block in letter.find("indicator_table"):
        if not (block.value["first_heading"] and block.value["second_heading"]):
            yield Finding(
                "table_header",
                Severity.ERROR,
                _("A column of the table has no name"),
                _("Name both columns: screen readers say them with every cell."),
                block.id,
                block.place,
            )


def _say_split(block: LetterBlock, first: Node, second: Node) -> Finding:
    counts = [sum(1 for _item in node.find_all("li")) for node in (first, second)]
    return Finding(
        "split_list",
        Severity.WARNING,
        _("Two lists stand right after each other"),
        _(
            "%(first)s points and then %(second)s more. If it is one list, join the "
            "two; if not, say between them what the second is about."
        )
        % {"first": counts[0], "second": counts[1]},
        block.id,
        block.place,
        second.text,
    )
