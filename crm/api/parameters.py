"""Query parameters that an address does not know are refused, not dropped.

A filter with a slip of the pen would else answer with everybody.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from crm.api.problems import ProblemError


def refuse_unknown_parameters(api: NinjaAPI) -> None:
    """Let every address of the API take only the parameters that it describes.

    Those are the fields of the argument ``chosen``; a view without it takes none.
    """
    api.add_decorator(_checked)


def _checked(view: Callable) -> Callable:
    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        known = type(kwargs["chosen"]).model_fields if "chosen" in kwargs else {}
        if errors := _find_faults(request, set(known)):
            raise ProblemError(422, _("Some of it cannot be read."), errors)
        return view(request, *args, **kwargs)

    return check


def _find_faults(request: HttpRequest, known: set[str]) -> list[tuple[str, str]]:
    faults = []
    for name, values in request.GET.lists():
        if name not in known:
            sentence = _("There is no parameter “%(name)s” here.") % {"name": name}
            faults.append((name, sentence))
        elif len(values) > 1:
            sentence = _("Send “%(name)s” only once.") % {"name": name}
            faults.append((name, sentence))
    return faults
