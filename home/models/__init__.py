"""The public site's pages, its look, and what its search and its cache keep."""

from home.models.directory import DirectoryPage
from home.models.generation import PageGeneration
from home.models.pages import ArchivePage, HomePage, StandardPage
from home.models.search import SearchEntry
from home.models.statements import AccessibilityPage, PrivacyPage
from home.models.theme import SiteTheme

__all__ = [
    "AccessibilityPage",
    "ArchivePage",
    "DirectoryPage",
    "HomePage",
    "PageGeneration",
    "PrivacyPage",
    "SearchEntry",
    "SiteTheme",
    "StandardPage",
]
