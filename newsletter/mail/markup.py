"""How rich text is dressed: inline styles for mail, a title run in before a text."""

from newsletter.mail.richtext import Node, write_markup

# A text that begins so goes on right after its title.
CONTINUES = (",", ".", ":", ";", "–", "-", ")")


def mail_styles(accent: str) -> dict[str, str]:
    """Return the style of each tag; mail programmes drop or rewrite style sheets."""
    return {
        "p": "margin:0 0 14px",
        "h3": "margin:0 0 6px;font-size:17px;line-height:1.35",
        "ul": "margin:0 0 14px;padding-left:22px",
        "ol": "margin:0 0 14px;padding-left:24px",
        "li": "margin:0 0 6px",
        "a": f"color:{accent}",
    }


def follow_title(node: Node, styles: dict[str, str]) -> str:
    """Return the text as it follows a bold title in the same paragraph.

    "Title" + ", where …" stay one sentence; a text of its own begins a new line.
    """
    joiner = "" if node.text.lstrip().startswith(CONTINUES) else "<br />"
    return joiner + write_inline(node, styles)


def write_inline(node: Node, styles: dict[str, str]) -> str:
    """Return the text with its first paragraph unwrapped, to go on a begun line."""
    if not node.children:
        return ""
    first, rest = node.children[0], Node(children=node.children[1:])
    if not isinstance(first, Node) or first.tag != "p":
        return write_markup(node, styles)
    return write_markup(first, styles) + write_markup(rest, styles)
