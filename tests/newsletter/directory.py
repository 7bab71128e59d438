"""The DNS of a test: a dictionary."""

from dataclasses import dataclass, field

from newsletter.mail.directory import LookupFailed


@dataclass
class DictDirectory:
    """Answers from ``records``: (name, "TXT" | "MX" | "A") → list; None: no answer."""

    records: dict[tuple[str, str], list[str] | None] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def txt(self, name: str) -> list[str]:
        return self._answer(name, "TXT")

    def mx(self, name: str) -> list[str]:
        return self._answer(name, "MX")

    def addresses(self, name: str) -> list[str]:
        return self._answer(name, "A")

    def _answer(self, name: str, kind: str) -> list[str]:
        self.asked.append((name, kind))
        answer = self.records.get((name, kind), [])
        if answer is None:
            raise LookupFailed(name)
        return answer
