"""Where the directory shows an organisation."""

from collections.abc import Sequence

from crm.models import Organisation
from home.directory.finding import find_directory


def find_pages(organisations: Sequence[Organisation]) -> dict[int, str]:
    """Return, by id, the address of each published one in the active language's directory.

    Empty where there is no directory that anybody may read in that language.
    """
    if not any(organisation.is_published for organisation in organisations):
        return {}
    directory = find_directory()
    found = {one.pk: directory.lead_to(one) for one in organisations}
    return {pk: address for pk, address in found.items() if address}
