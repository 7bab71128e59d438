"""Lists, steps, tables and facts as plain text."""

from typing import Any

from newsletter.mail.blocks import MailBlock
from newsletter.mail.lines import (
    LIGHT,
    hang,
    join_parts,
    shout,
    table_rows,
    wrap,
    write_rich,
)


def write_ordered_list(block: MailBlock) -> str:
    return join_parts(
        *(
            hang(number, write_rich(item["text"], width=64, title=item["title"]))
            for number, item in enumerate(block.value["items"], start=1)
        )
    )


def write_steps(block: MailBlock) -> str:
    return join_parts(
        *(
            hang(number, _write_step(step))
            for number, step in enumerate(block.value["steps"], start=1)
        )
    )


def _write_step(step: Any) -> str:
    # On a line of its own the text begins like one, whatever it goes on from in HTML.
    text = write_rich(step["text"], 64)
    lines = (wrap(step["label"], width=64), step.period, text[:1].upper() + text[1:])
    return "\n".join(line for line in lines if line)


def write_indicator_table(block: MailBlock) -> str:
    value = block.value
    rows = [(value["first_heading"], value["second_heading"])]
    for row in value["rows"]:
        note = f" ({row['note']})" if row["note"] else ""
        rows.append((row["header"] + note, row["text"]))
    return table_rows(rows)


def write_facts(block: MailBlock) -> str:
    value = block.value
    figures = [f"{figure['number']} {figure['label']}" for figure in value["figures"]]
    return join_parts(
        f"\n{shout(value['heading'])}\n{LIGHT}",
        "\n".join(wrap(figure, "  ", "    ") for figure in figures),
        write_rich(value["text"]),
    )
