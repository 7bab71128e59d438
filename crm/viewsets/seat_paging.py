"""Pages of seats, which are in the order of their organisations' names."""

from django.db.models import Count, OuterRef, Subquery, Sum, Window
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property

from crm.models import Organisation, Seat
from crm.vacancies import find_urgent
from crm.viewsets.paging import RegisterPaginator

BY_PLACE = "organisation__sort_key"
# So many seats from either end are walked past sooner than all are counted.
NEAR_AN_END = 50_000


class SeatPaginator(RegisterPaginator):
    """Begins far back in the list at the organisation whose seats are there."""

    def _find_keys(self, start, end):
        ordering = self.object_list.query.order_by or Seat._meta.ordering
        is_near = min(start, self.count - start) < NEAR_AN_END
        if is_near or ordering[0] != BY_PLACE:
            return super()._find_keys(start, end)
        name, before = find_place(start)
        rows = self.object_list.filter(**{f"{BY_PLACE}__gte": name})
        return list(rows.values_list("pk", flat=True)[start - before : end - before])


class WorkPaginator(RegisterPaginator):
    """Pages of the seats that are work, the most urgent first."""

    _is_narrowed = True

    def __init__(self, *args, only_soon=False, held=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.only_soon = only_soon
        self.held = held

    @cached_property
    def _keys(self):
        today = timezone.localdate()
        first = today if self.only_soon else None
        return find_urgent(
            self.object_list,
            today,
            self.most + 1,
            last_day_from=first,
            held=self.held,
        )


def find_place(start: int) -> tuple[str, int]:
    """Return whose seat is number ``start`` from 0, and how many seats come before theirs.

    Whose: the sort key of an organisation, which one of another country may share.
    """
    seats = Seat.objects.order_by()
    counted = seats.filter(organisation=OuterRef("pk")).values("organisation")
    places = Organisation.objects.order_by().annotate(
        count=Coalesce(Subquery(counted.values(count=Count("*"))), 0),
        so_far=Window(Sum("count"), order_by=["sort_key"]),
    )
    reached = places.filter(so_far__gt=start).order_by("so_far")
    for name, so_far in reached.values_list("sort_key", "so_far")[:1]:
        return name, so_far - seats.filter(organisation__sort_key=name).count()
    return "", 0
