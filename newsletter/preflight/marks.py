"""What stands at the head of each block in the editor: its findings and its limits."""

from collections.abc import Iterable
from typing import Any, TypedDict

from newsletter.choices import Extent
from newsletter.mail.blocks import read_conditions
from newsletter.models import NewsPage
from newsletter.naming import describe_limits
from newsletter.preflight.findings import Finding


class Mark(TypedDict):
    """One line at a block. ``kind`` is "error", "warning", "note" or "limit".

    ``label`` says that in a word; it is "" where the words need none.
    """

    kind: str
    label: str
    words: str


class BlockMarks(TypedDict):
    """The lines at one block, by the block's id."""

    id: str
    marks: list[Mark]


def mark_blocks(page: NewsPage, findings: Iterable[Finding]) -> list[BlockMarks]:
    """Return what is to be said at blocks of the item's body, in their order.

    Limits come first, then what was found in this language, in the order of
    ``findings``; the same words stand once. Blocks with nothing to say are left out.
    """
    marks = _mark_limits(page)
    for finding in findings:
        if finding.page_id == page.pk and finding.block_id in marks:
            mark = Mark(
                kind=finding.severity.value,
                label=str(finding.severity.label),
                words=f"{finding.title}. {finding.text}",
            )
            if mark not in marks[finding.block_id]:
                marks[finding.block_id].append(mark)
    return [BlockMarks(id=pk, marks=lines) for pk, lines in marks.items() if lines]


def _mark_limits(page: NewsPage) -> dict[str, list[Mark]]:
    """Return for each block, by its id, whom it is limited to and how much is mailed."""
    children: list[Any] = [child for child in page.body if child.id]
    conditions = {child.id: read_conditions(child) for child in children}
    # All at once: names are asked for in two queries, however many blocks there are.
    words = iter(describe_limits(c for asked in conditions.values() for c in asked))
    marks: dict[str, list[Mark]] = {}
    for child in children:
        said = [next(words) for _condition in conditions[child.id]]
        extent = Extent((child.value or {}).get("extent") or Extent.FULL)
        if extent != Extent.FULL:
            said.append(str(extent.label))
        marks[str(child.id)] = [Mark(kind="limit", label="", words=w) for w in said]
    return marks
