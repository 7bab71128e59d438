"""The public site's pages, and what its search reads."""

from home.models.pages import ArchivePage, HomePage, StandardPage
from home.models.search import SearchEntry

__all__ = ["ArchivePage", "HomePage", "SearchEntry", "StandardPage"]
