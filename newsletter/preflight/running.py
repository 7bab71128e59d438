"""Every rule, over every language of a send."""

from collections.abc import Callable, Iterator

from newsletter.choices import Severity
from newsletter.models import NewsPage
from newsletter.preflight.findings import Finding, sort_findings
from newsletter.preflight.letter import Letter
from newsletter.preflight.rules import (
    dates,
    digests,
    fed,
    files,
    invitations,
    languages,
    links,
    lists,
    numbers,
    pasted,
    pictures,
    readers,
    register,
    structure,
    translations,
    weight,
)
from newsletter.preflight.rules.digests import find_faults_of_whole_items

Rule = Callable[[Letter], Iterator[Finding]]
# Those that look at the blocks alone: an item that stands whole in a digest is put to
# them too.
BLOCK_RULES: list[Rule] = [
    structure.find_empty_sections,
    structure.find_stray_lines,
    lists.find_split_lists,
    lists.find_same_row_headers,
    lists.find_missing_table_headers,
    pasted.find_lists_as_text,
    pasted.find_tables_as_text,
    pasted.find_written_links,
    pasted.find_lost_links,
    pasted.find_unfinished_ends,
    links.find_dead_links,
    links.find_links_to_drafts,
    links.find_vague_links,
    links.find_same_words_for_two_places,
    links.find_unencrypted_links,
    pictures.find_missing_descriptions,
    files.find_unreadable_files,
    languages.find_unmarked_language,
    register.find_empty_partners,
    fed.find_empty_lists,
    fed.find_people_who_left,
    fed.find_works_without_links,
    fed.find_contact_without_address,
    fed.find_ended_projects,
    fed.find_past_events,
]
RULES: list[Rule] = [
    structure.find_missing_head,
    structure.find_missing_parts,
    structure.find_file_name_title,
    structure.find_missing_contact,
    *BLOCK_RULES,
    digests.find_empty_digest,
    digests.find_missing_items,
    digests.find_changed_items,
    digests.find_repeated_items,
    digests.find_teasers_without_text,
    digests.find_too_many_topics,
    dates.find_wrong_weekdays,
    dates.find_past_dates,
    invitations.find_missing_terms,
    numbers.find_numbers_that_differ,
    register.find_missing_funding,
    register.find_unstated_funding,
    languages.find_title_language,
    languages.find_readers_of_other_languages,
    translations.find_links_to_another_language,
    readers.find_no_readers,
    readers.find_unusual_number,
    readers.find_fields_on_the_web,
    readers.find_missing_values,
    weight.find_faults_of_composing,
]


def check_letter(letter: Letter) -> list[Finding]:
    """Return what is to be looked at in a letter, errors first."""
    found = [finding for rule in RULES for finding in rule(letter)]
    return sort_findings([*found, *find_faults_of_whole_items(letter, BLOCK_RULES)])


def find_obstacles(findings: list[Finding], page: NewsPage) -> list[Finding]:
    """Return the findings that stop a send: errors, and warnings nobody let stand."""
    known = set(page.acknowledgements.values_list("key", flat=True))
    return [
        finding
        for finding in findings
        if finding.is_error
        or (finding.severity == Severity.WARNING and finding.key not in known)
    ]
