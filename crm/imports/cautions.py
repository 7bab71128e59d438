"""What an import never changes, said beside the rows it concerns.

An import writes facts about people. It never gives or withdraws consent, never lifts
the stop on an address, and never brings back somebody who was erased.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from crm.addresses import hash_address
from crm.choices import ConsentStatus, SuppressionReason
from crm.models import ConsentState, Suppression


class Cautions:
    """Who must not be mailed, among the addresses of one file; two queries in all."""

    def __init__(self, addresses: Iterable[str]) -> None:
        hashes = {_hash(address): address for address in addresses if address}
        self._stopped = {
            hashes[stop.address_hash]: stop
            for stop in Suppression.objects.filter(address_hash__in=hashes)
        }
        self._refusals: dict[str, list[ConsentState]] = defaultdict(list)
        refusals = ConsentState.objects.exclude(status=ConsentStatus.GIVEN)
        for state in refusals.filter(contact__address_hash__in=hashes).select_related(
            "purpose", "contact"
        ):
            self._refusals[state.contact.email].append(state)

    def is_erased(self, address: str) -> bool:
        """Say whether the person behind the address asked to be erased."""
        stop = self._stopped.get(address)
        return bool(stop and stop.reason == SuppressionReason.ERASURE)

    def describe(self, address: str, seat_address: str) -> tuple[str, ...]:
        """Return a sentence for each reason why mail will not go there."""
        notes = []
        if address in self._stopped:
            notes.append(
                _("The address is stopped (%(reason)s) and stays so: it gets no mail.")
                % {"reason": self._stopped[address].get_reason_display()}
            )
        if seat_address in self._stopped:
            notes.append(
                _("The seat's own address is stopped (%(reason)s) and stays so.")
                % {"reason": self._stopped[seat_address].get_reason_display()}
            )
        for state in self._refusals.get(address, []):
            notes.append(_describe_refusal(state))
        return tuple(notes)


def _describe_refusal(state: ConsentState) -> str:
    if state.status == ConsentStatus.OBJECTED:
        return _("Has objected to all mail. The import does not change that.")
    return _("Has left “%(purpose)s”. The import does not change that.") % {
        "purpose": state.purpose
    }


def _hash(address: str) -> str:
    return hash_address(address, settings.CRM_ADDRESS_HASH_KEY)
