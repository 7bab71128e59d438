"""What this process remembers of the database beside the pages, and when to forget it.

Wagtail keeps the addresses of sites and the sizes of pictures in Django's cache. Where
that is each process's own, another process's changes do not reach it: a page would be
made, and kept, with an address that is no longer so.
"""

import threading

from django.conf import settings
from django.core.cache import caches
from wagtail.models import Site

LOCAL = "django.core.cache.backends.locmem.LocMemCache"
RENDITIONS = "renditions"

_seen = threading.local()


def forget_at(generation: int) -> None:
    """Forget what was remembered when this thread last saw another generation."""
    if getattr(_seen, "generation", None) == generation:
        return
    Site.clear_site_root_paths_cache()
    if settings.CACHES[RENDITIONS]["BACKEND"] == LOCAL:
        caches[RENDITIONS].clear()
    _seen.generation = generation
