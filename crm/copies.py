"""Files that repeat what the register says, such as packages somebody had made.

Other parts say how theirs are removed. That is asked for whenever somebody is deleted or
erased: a copy that waits to be fetched must not outlive what it was made of.
"""

from collections.abc import Callable

from django.db import transaction
from django.utils.module_loading import import_string

_drops: dict[str, Callable[[], None] | str] = {}


def register_copies(name: str, drop: Callable[[], None] | str) -> None:
    """Let ``drop`` remove the copies of that name; it may find none.

    It may be a dotted path, which is imported when somebody is gone.
    """
    _drops[name] = drop


def drop_copies() -> None:
    """Remove every copy once the transaction is through; they can be made again."""
    for drop in _drops.values():
        transaction.on_commit(import_string(drop) if isinstance(drop, str) else drop)
