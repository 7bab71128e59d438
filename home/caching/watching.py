"""Every statement of every connection, looked at for what pages may show.

A page is made from dozens of tables, and rows change in many ways: saved, updated in
bulk, written by raw SQL, imported, merged, undone. So nobody has to remember the pages:
each connection is watched, and what is not known to be unseen counts as a change.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from home.caching.generation import begin_generation
from home.caching.statements import may_show


class Watcher:
    """Sits among one connection's ``execute_wrappers``."""

    def __init__(self) -> None:
        # The connection's callbacks of the transaction that has ours among them. Django
        # begins another list whenever callbacks are run or dropped: at the end of a
        # transaction, and when a savepoint is taken back.
        self._told: list | None = None

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: Any,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        result = execute(sql, params, many, context)
        if may_show(sql):
            self.tell(context["connection"])
        return result

    def tell(self, connection: BaseDatabaseWrapper) -> None:
        """Have a generation begin when what was written is committed, once."""
        if connection.run_on_commit is self._told:
            return
        # At once outside a transaction, where the statement is committed already.
        transaction.on_commit(begin_generation, using=connection.alias, robust=True)
        self._told = connection.run_on_commit if connection.in_atomic_block else None


def watch(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Receiver of ``connection_created``: watch the connection, once."""
    wrappers = connection.execute_wrappers
    watcher = next((w for w in wrappers if isinstance(w, Watcher)), None)
    if watcher is None:
        watcher = Watcher()
        # First: ``connection.execute_wrapper()`` takes its own away from the end.
        wrappers.insert(0, watcher)
    if connection.vendor == "postgresql":
        _watch_copies(connection, watcher)


def _watch_copies(connection: Any, watcher: Watcher) -> None:
    """Let psycopg's COPY, which goes past the wrappers, be seen as well."""

    class WatchedCursor(connection.connection.cursor_factory):
        @contextmanager
        def copy(self, statement: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
            with super().copy(statement, *args, **kwargs) as copy:
                yield copy
            if may_show(statement):
                watcher.tell(connection)

    connection.connection.cursor_factory = WatchedCursor
