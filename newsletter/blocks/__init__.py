"""The blocks an item is made of. Each is a structure: a real list, a real table."""

from newsletter.blocks.body import BodyBlock

__all__ = ["BodyBlock"]
