"""The DNS, as far as sending mail asks it: TXT, MX and addresses of a name."""

import time
from dataclasses import dataclass, field

QUERY_SECONDS = 3.0
# Of all questions together: somebody waits for the answer.
TOTAL_SECONDS = 20.0


class LookupFailed(Exception):
    """Nobody answered: what was asked is unknown, not absent."""


@dataclass
class DnsDirectory:
    """Asks the name servers of this host. Every question is put once.

    An absent name is an empty list. Raises LookupFailed when nobody answers in time;
    so does every question after ``TOTAL_SECONDS``.
    """

    _known: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _until: float = field(default_factory=lambda: time.monotonic() + TOTAL_SECONDS)

    def txt(self, name: str) -> list[str]:
        """Return the texts of a name, each with its parts joined (RFC 7208 §3.3)."""
        return self._ask(name, "TXT")

    def mx(self, name: str) -> list[str]:
        """Return the hosts that take mail for a name, the preferred first; "." is none."""
        return self._ask(name, "MX")

    def addresses(self, name: str) -> list[str]:
        """Return the IPv4 and IPv6 addresses of a host."""
        return self._ask(name, "A") + self._ask(name, "AAAA")

    def _ask(self, name: str, kind: str) -> list[str]:
        key = (name.rstrip(".").lower(), kind)
        if key not in self._known:
            self._known[key] = self._resolve(*key)
        return self._known[key]

    def _resolve(self, name: str, kind: str) -> list[str]:
        import dns.exception  # noqa: PLC0415 -- some MB, for the check of a sender only
        import dns.resolver  # noqa: PLC0415 -- as above

        seconds = min(QUERY_SECONDS, self._until - time.monotonic())
        if seconds <= 0:
            raise LookupFailed(name)
        try:
            answer = dns.resolver.resolve(name, kind, lifetime=seconds, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise LookupFailed(name) from error
        if kind == "TXT":
            return [b"".join(row.strings).decode("utf-8", "replace") for row in answer]
        if kind == "MX":
            rows = sorted(answer, key=lambda row: row.preference)
            return [row.exchange.to_text(omit_final_dot=True) or "." for row in rows]
        return [row.address for row in answer]
