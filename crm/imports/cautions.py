"""What an import never does, said beside the rows it concerns.

An import never lifts the stop on an address, never puts a yes over a no, and never
brings back somebody who was erased.
"""

from collections import defaultdict

from django.utils.translation import gettext as _

from crm.choices import ConsentStatus, SuppressionReason
from crm.models import ConsentState, Suppression


class Cautions:
    """Who must not be mailed, among some addresses; two queries in all.

    ``hashes``: address by its hash; ``known``: address by the contact's key.
    """

    def __init__(self, hashes: dict[str, str], known: dict[int, str]) -> None:
        self._stopped = {
            hashes[stop.address_hash]: stop
            for stop in Suppression.objects.filter(address_hash__any_of=list(hashes))
        }
        self._states: dict[str, list[ConsentState]] = defaultdict(list)
        if known:
            states = ConsentState.objects.filter(contact__any_of=list(known))
            for state in states.select_related("purpose").order_by("pk"):
                self._states[known[state.contact_id]].append(state)

    def is_erased(self, address: str) -> bool:
        """Say whether the person behind the address asked to be erased."""
        stop = self._stopped.get(address)
        return bool(stop and stop.reason == SuppressionReason.ERASURE)

    def is_stopped(self, address: str) -> bool:
        """Say whether the address gets no mail at all."""
        return address in self._stopped

    def status(self, address: str, purpose_id: int) -> str:
        """Return what the person has said about a purpose; an objection is about all.

        "" when nothing is known.
        """
        states = self._states.get(address, ())
        for state in states:
            if state.status == ConsentStatus.OBJECTED:
                return state.status
        return next((s.status for s in states if s.purpose_id == purpose_id), "")

    def describe(self, address: str, seat_address: str = "") -> tuple[str, ...]:
        """Return a sentence for each reason why mail will not go there."""
        if not self._stopped and not self._states:
            return ()
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
        notes += [
            _describe_refusal(state)
            for state in self._states.get(address, [])
            if state.status != ConsentStatus.GIVEN
        ]
        return tuple(notes)


def _describe_refusal(state: ConsentState) -> str:
    if state.status == ConsentStatus.OBJECTED:
        return _("Has objected to all mail. The import does not change that.")
    return _("Has left “%(purpose)s”. The import does not change that.") % {
        "purpose": state.purpose
    }
