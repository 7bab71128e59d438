"""Pages of a listing, however many rows it has."""

from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.paginator import WagtailPaginator


class RegisterPaginator(WagtailPaginator):
    """Counts everything exactly, and what is searched or filtered as far as is shown.

    Of a search or filter, the keys of the first rows are fetched, once, up to a limit:
    they are its count and the rows of its page in one. More than that nobody turns
    pages through; the label says that there are more. How many a segment means exactly
    is counted there.
    """

    MOST = 10_000
    # Among so many rows looking for that many would keep people waiting.
    MOST_AMONG_MANY = 1_000
    MANY = 200_000
    # From here on the keys of a page come first, from an index, and its rows then, so
    # that not all the rows before it are read.
    FAR_BACK = 1_000

    @cached_property
    def is_cut(self):
        """Whether there are more rows than there are pages for."""
        return self._is_narrowed and len(self._keys) > self.most

    @cached_property
    def most(self):
        """How many rows of a search or filter there are pages for at most."""
        last = self.object_list.model._default_manager.order_by("-pk")
        is_large = (last.values_list("pk", flat=True).first() or 0) >= self.MANY
        return min(self.MOST, self.MOST_AMONG_MANY) if is_large else self.MOST

    @cached_property
    def count(self):
        """How many rows there are pages for."""
        if self._is_narrowed:
            return min(len(self._keys), self.most)
        return self.object_list.count()

    @cached_property
    def items_count_label(self):
        """How many things there are, in words."""
        if not self.is_cut:
            return super().items_count_label
        return _("more than %(count)s %(things)s") % {
            "count": number_format(self.most, force_grouping=True),
            "things": self.verbose_name_plural,
        }

    def page(self, number):
        """Return that page. Raises InvalidPage."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        if self._is_narrowed:
            keys = self._keys[start : min(start + self.per_page, self.most)]
        elif start < self.FAR_BACK:
            return super().page(number)
        else:
            keys = self._find_keys(start, min(start + self.per_page, self.count))
        return self._get_page(self._fetch(keys), number, self)

    @cached_property
    def _is_narrowed(self):
        return bool(self.object_list.query.where)

    @cached_property
    def _keys(self):
        keys = self.object_list.values_list("pk", flat=True)
        return list(keys[: self.most + 1])

    def _find_keys(self, start, end):
        """Return the keys of the rows from start to end, from the nearer end."""
        keys = self.object_list.values_list("pk", flat=True)
        if start < self.count // 2:
            return list(keys[start:end])
        return list(keys.reverse()[self.count - end : self.count - start])[::-1]

    def _fetch(self, keys):
        """Return the rows with these keys, in their order."""
        rows = self.object_list.all()
        # They are known by their keys: what narrowed them is not asked again.
        rows.query.clear_where()
        found = {row.pk: row for row in rows.order_by().filter(pk__in=keys)}
        return [found[key] for key in keys if key in found]
