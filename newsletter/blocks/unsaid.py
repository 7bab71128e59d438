"""Texts that an item was stored without, as older ones are when a block gets a new field."""

from collections.abc import Iterator

from wagtail import blocks

TEXTS = (blocks.CharBlock, blocks.TextBlock, blocks.URLBlock, blocks.EmailBlock)


def start_texts_empty(block: blocks.Block) -> None:
    """Let every text within ``block`` be "" where nothing is stored.

    Wagtail's own default is None there, on which wagtail-localize fails when such an item
    is handed in for translation.
    """
    for text in _find_texts(block):
        if text.meta.default is None:
            text.meta.default = ""


def _find_texts(block: blocks.Block) -> Iterator[blocks.Block]:
    if isinstance(block, TEXTS):
        yield block
    elif isinstance(block, blocks.ListBlock):
        yield from _find_texts(block.child_block)
    elif isinstance(block, blocks.StreamBlock | blocks.StructBlock):
        for child in block.child_blocks.values():
            yield from _find_texts(child)
