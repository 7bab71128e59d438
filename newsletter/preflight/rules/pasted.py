"""Rules about texts that came in as bare lines: what was a structure, and no longer is."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.choices import Severity
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import NOWHERE, Letter, LetterBlock

PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
LIST_LINE = re.compile(r"\s*(?:[-–•*·]|\d{1,2}[.)])\s+\S")
BULLET_LINE = re.compile(r"\s*[-•*·]\s+\S")
LEAST_POINTS = 2
WRITTEN_LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]*)\)")
# "Läs mer om projektet …", "Read more about …", with nothing to follow.
PROMISE = re.compile(
    r"\b(?:läs mer|läs vidare|mer information finns|ladda ner|anmäl dig|read more|"
    r"learn more|download)\b[^.!?]*",
    re.IGNORECASE,
)


def find_tables_as_text(letter: Letter) -> Iterator[Finding]:
    """Rows with tabs between their cells; and two of them that are called the same."""
    for block in letter.blocks:
        rows = [line for line in lines_of(block) if "\t" in line.strip()]
        if len(rows) < LEAST_POINTS:
            continue
        yield Finding(
            "table_as_text",
            Severity.WARNING,
            _("A table stands as plain text"),
            _(
                "%(count)s rows have tabs between their cells. Make it a table, or it "
                "falls apart in mail and for screen readers."
            )
            % {"count": len(rows)},
            block.id,
            block.place,
            rows[0][:80],
        )
        names = Counter(row.split("\t")[0].strip() for row in rows)
        for name, count in names.items():
            if count > 1 and name:
                yield Finding(
                    "same_row",
                    Severity.WARNING,
                    _("Two rows of the table are called the same"),
                    _("“%(header)s” stands more than once. Say what sets them apart.")
                    % {"header": name},
                    block.id,
                    block.place,
                    name,
                )


def find_lists_as_text(letter: Letter) -> Iterator[Finding]:
    """Lines with a dash, a dot or a number in front; and a list cut by a page break."""
    for block in letter.blocks:
        runs = _list_runs(lines_of(block))
        for run in runs:
            if sum(run) < LEAST_POINTS:
                continue
            yield _say_list(block, run)
            if len(run) > 1:
                yield _say_cut(block, run)


def find_written_links(letter: Letter) -> Iterator[Finding]:
    """A link with its brackets, as it stands in Markdown."""
    for block in letter.blocks:
        for text in block.paragraphs:
            for words, href in WRITTEN_LINK.findall(text):
                is_dead = not href or href.startswith(NOWHERE)
                yield Finding(
                    "dead_link" if is_dead else "written_link",
                    Severity.ERROR if is_dead else Severity.WARNING,
                    _("The link leads nowhere")
                    if is_dead
                    else _("A link stands with its brackets"),
                    _("“%(text)s” points to %(href)s. Make it a link that leads there.")
                    % {"text": words, "href": href or NOWHERE},
                    block.id,
                    block.place,
                    f"{words} {href or NOWHERE}",
                )


def find_lost_links(letter: Letter) -> Iterator[Finding]:
    """A sentence that promises more, with no link in it to follow."""
    for block in letter.blocks:
        linked = " ".join(link.text for link in block.links)
        for text in block.paragraphs:
            for match in PROMISE.finditer(text):
                words = match[0].strip()
                if block.kind == "button" or any(
                    link.text and link.text in text for link in block.links
                ):
                    continue
                if words in linked or "@" in text or "http" in text:
                    continue
                yield Finding(
                    "lost_link",
                    Severity.WARNING,
                    _("The link seems to be lost"),
                    _("“%(text)s” promises more, and nothing in it can be followed.")
                    % {"text": words[:80]},
                    block.id,
                    block.place,
                    words,
                )


def find_unfinished_ends(letter: Letter) -> Iterator[Finding]:
    """A line that announces something with a colon, and nothing follows."""
    following = [*letter.blocks[1:], None]
    # Without blocks there is one more that follows than goes before.
    for block, after in zip(letter.blocks, following, strict=False):
        if after is not None and after.kind != "heading":
            continue
        text = block.paragraphs[-1].strip() if block.paragraphs else ""
        if text.endswith(":"):
            yield Finding(
                "nothing_follows",
                Severity.ERROR,
                _("Something was to follow here"),
                _(
                    "“%(text)s” announces something, and nothing stands after it. "
                    "Pictures and logos are often lost in a paste."
                )
                % {"text": text[-80:]},
                block.id,
                block.place,
                text[-80:],
            )


def lines_of(block: LetterBlock) -> list[str]:
    """Return the paragraphs of a block's rich texts as bare lines, the empty ones too."""
    return [
        unescape(strip_tags(inner)).strip(" \n\r\xa0")
        for source, _tree in block.rich_texts
        for inner in PARAGRAPH.findall(source)
    ]


def _list_runs(lines: list[str]) -> list[list[int]]:
    """Return each list as the lengths of its parts, cut by two empty lines or more."""
    runs: list[list[int]] = []
    gap, in_list = 0, False
    for line in lines:
        if not line:
            gap += 1
            continue
        if LIST_LINE.match(line):
            if not in_list:
                runs.append([1])
            elif gap > 1 and BULLET_LINE.match(line):
                runs[-1].append(1)
            else:
                runs[-1][-1] += 1
            in_list = True
        else:
            in_list = False
        gap = 0
    return runs


def _say_list(block: LetterBlock, run: list[int]) -> Finding:
    count = sum(run)
    return Finding(
        "list_as_text",
        Severity.WARNING,
        _("A list stands as plain text"),
        ngettext(
            "%(count)s line looks like a point of a list. Make it one.",
            "%(count)s lines look like points of a list. Make them one.",
            count,
        )
        % {"count": count},
        block.id,
        block.place,
        str(count),
    )


def _say_cut(block: LetterBlock, run: list[int]) -> Finding:
    return Finding(
        "split_list",
        Severity.WARNING,
        _("Two lists stand right after each other"),
        _(
            "%(first)s points and then %(second)s more. If it is one list, join the "
            "two; if not, say between them what the second is about."
        )
        % {"first": run[0], "second": sum(run[1:])},
        block.id,
        block.place,
        str(run),
    )
