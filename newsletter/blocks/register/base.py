"""What blocks fed from the register have in common.

Such a block keeps which people, events or works are meant; what is said of them is read
when it is shown. So the web page follows the register, and a mail keeps what it said when
it was frozen. A block the register has nothing for is left out, and preflight says so.
"""

from typing import Any

from django.utils.translation import get_language
from wagtail import blocks

from newsletter.blocks.base import ContentBlock, LongBlock

# How many entries of a list stand in a mail that has only its opening.
OPENING_LENGTH = 3


class RegisterValue(blocks.StructValue):
    """What an editor chose, and what the register says about it."""

    is_cut = False

    def read(self, page: Any) -> Any:
        """Return what the register has for the block on ``page``; empty for nothing.

        Read once for each item and language: names and their order differ by language.
        """
        kept = self.__dict__.setdefault("_read", {})
        key = (get_language(), id(page))
        if key not in kept:
            content = self.block.read_register(self, page)
            kept[key] = self.block.shorten(content) if self.is_cut else content
        return kept[key]

    @property
    def section_title(self) -> str:
        """What the section is called that the block opens on the public page."""
        return self["heading"]


class RegisterBlock(ContentBlock):
    """A block whose content is read from the register; templates get it as ``content``."""

    def read_register(self, value: Any, page: Any) -> Any:
        """Return the block's content, falsy when the register has nothing for it."""
        raise NotImplementedError

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        return {**context, "content": value.read(context.get("page"))}

    class Meta:
        value_class = RegisterValue


class RegisterListBlock(RegisterBlock, LongBlock):
    """A list from the register, of which a mail may have the first entries only."""

    def shorten(self, content: Any) -> Any:
        """Return the first entries of the list."""
        return content[:OPENING_LENGTH]

    def cut_opening(self, value):
        """Return a copy of ``value`` that reads the first entries only."""
        opening = self.normalize({**value})
        opening.is_cut = True
        return opening


def is_filled(child: Any, page: Any) -> bool:
    """Whether a block of a body has anything to show."""
    return not isinstance(child.value, RegisterValue) or bool(child.value.read(page))
