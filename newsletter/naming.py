"""What is called how in a frozen send: its segments and the conditions of its blocks."""

from django.utils.translation import gettext as _

from crm.models import Segment
from newsletter.models import Campaign


def name_frozen_segments(campaign: Campaign, side: str) -> list[str]:
    """Return the segments of a side ("include", "exclude"), named as when it was frozen."""
    frozen = campaign.frozen_rules
    return [frozen["segments"][str(pk)]["name"] for pk in frozen.get(side, [])]


def name_conditions(campaign: Campaign) -> list[str]:
    """Return what each bit of ``shown`` means, in the order of the bits."""
    ids = [condition["segment_id"] for condition in campaign.conditions]
    segments = Segment.objects.only("name").in_bulk(ids)
    names = []
    for condition in campaign.conditions:
        segment = segments.get(condition["segment_id"])
        name = segment.name if segment else _("a deleted segment")
        pattern = (
            _("for %(segment)s") if condition["include"] else _("not for %(segment)s")
        )
        names.append(pattern % {"segment": name})
    return names
