"""What somebody typed into the search field, as words to look for."""

import re
from dataclasses import dataclass
from functools import cached_property

from home.search.words import find_stem, split_words

LONGEST_QUESTION = 200
MOST_TERMS = 8
# A shorter word is looked for as it stands: "i" would fit half of the language.
LEAST_TO_COMPLETE = 3
QUOTED = re.compile(r'["“”]([^"“”]*)["“”]')


@dataclass(frozen=True)
class Term:
    """One word, or several that stand next to each other; the last may go on."""

    stems: tuple[str, ...]

    @property
    def may_go_on(self) -> bool:
        """Whether longer words fit too: Swedish writes its compounds in one."""
        return len(self.stems[-1]) >= LEAST_TO_COMPLETE

    def fits(self, stem: str) -> bool:
        """Say whether a word of that stem is one of the term's."""
        return stem in self.stems or (
            self.may_go_on and stem.startswith(self.stems[-1])
        )


@dataclass(frozen=True)
class Question:
    """The terms that an item must all hold; false when nothing can be looked for."""

    text: str
    language: str
    terms: tuple[Term, ...]

    def __bool__(self) -> bool:
        return bool(self.terms)

    def fits(self, stem: str) -> bool:
        """Say whether a word of that stem is one of those looked for."""
        return stem in self._wholes or stem.startswith(self._beginnings)

    @cached_property
    def _wholes(self) -> frozenset[str]:
        return frozenset(stem for term in self.terms for stem in term.stems)

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        return tuple(term.stems[-1] for term in self.terms if term.may_go_on)

    def as_fts5(self) -> str:
        """Return it as SQLite's FTS5 wants it (sqlite.org/fts5.html, section 3)."""
        return " AND ".join(
            f'"{" ".join(term.stems)}"{" *" if term.may_go_on else ""}'
            for term in self.terms
        )

    def as_tsquery(self) -> str:
        """Return it as PostgreSQL's to_tsquery wants it."""
        return " & ".join(_write_tsquery(term) for term in self.terms)


def read_question(text: str, language: str) -> Question:
    """Return the question in ``text``: single words, and "words in quotation marks".

    Never raises; what cannot be looked for (signs, NUL) is passed over, and so is what
    goes beyond eight terms or 200 characters.
    """
    text = " ".join(text.replace("\0", " ")[:LONGEST_QUESTION].split())
    phrases = [
        tuple(word.stem for word in split_words(quoted, language))
        for quoted in QUOTED.findall(text)
    ]
    singles = [
        (find_stem(text_of, language),)
        for text_of in _list_words(QUOTED.sub(" ", text), language)
    ]
    found = dict.fromkeys(stems for stems in [*phrases, *singles] if stems)
    return Question(text, language, tuple(Term(s) for s in list(found)[:MOST_TERMS]))


def _list_words(text: str, language: str) -> list[str]:
    return [text[word.start : word.end] for word in split_words(text, language)]


def _write_tsquery(term: Term) -> str:
    *first, last = term.stems
    return " <-> ".join([*first, f"{last}:*" if term.may_go_on else last])
