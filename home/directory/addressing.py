"""Where the directory shows an organisation."""

from collections.abc import Sequence

from django.utils.translation import get_language

from crm.models import Organisation
from home.models import DirectoryPage


def find_pages(organisations: Sequence[Organisation]) -> dict[int, str]:
    """Return, by id, the address of each published one in the active language's directory.

    Empty where there is no directory that anybody may read in that language. One query.
    """
    published = [o.pk for o in organisations if o.is_published]
    if not published:
        return {}
    directories = DirectoryPage.objects.live().public()
    directory = directories.filter(locale__language_code=get_language()).first()
    address = directory.url if directory else None
    if not address:
        return {}
    return {pk: f"{address}organisations/{pk}/" for pk in published}
