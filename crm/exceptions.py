"""What can go wrong in the register. Messages are for the person at the screen."""


class CrmError(Exception):
    """Anything the register refuses; ``str()`` is a sentence for people."""


class AddressError(CrmError):
    """An e-mail address that cannot be used; the sentence says why."""


class RuleError(CrmError):
    """A segment rule that cannot be read. ``path`` says where, such as ``rules.1.roles``."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class SeatTakenError(CrmError):
    """Somebody else holds the seat; end that affiliation first."""


class MergeError(CrmError):
    """Two contacts cannot be merged, or a merge cannot be undone; it says why."""


class PauseError(CrmError):
    """A rest from mail cannot last until that day; the sentence says how long it may."""


class SeatDaysError(CrmError):
    """Days that cannot be: an end before the start, or a successor before the end."""
