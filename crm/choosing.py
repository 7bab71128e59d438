"""Who may choose things of the register: the rule of its choosers, and of what they gave."""

from typing import Any

from django.db.models import Model
from wagtail.permissions import policy_registry

ANY_OF = ("add", "change", "delete", "view")


def may_choose(user: Any, model: type[Model]) -> bool:
    """Say whether somebody may choose among all there is of ``model``.

    Whoever has any right to such things may; Wagtail's own choosers ask nobody.
    """
    policy = policy_registry.get_by_type(model)
    return policy.user_has_any_permission(user, ANY_OF)
