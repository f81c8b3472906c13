"""The editorial rules, one in each file, in the order in which they are looked at."""

from collections.abc import Callable, Iterator

from knowledge_base.checks import (
    aliases,
    answer_length,
    at_any_hour,
    both_languages,
    dates_ahead,
    evaluation_apart,
    label_and_question_length,
    links,
    lost_diacritics,
    named_contacts,
    needed_texts,
    phone_numbers,
    placeholders,
    related,
    replies,
    review_date,
    same_way_of_asking,
    signatures,
    sources,
    spelling,
    ways_of_asking,
)
from knowledge_base.checks.edition import Edition
from knowledge_base.problems import Problem

Rule = Callable[[Edition], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    both_languages.check,
    ways_of_asking.check,
    same_way_of_asking.check,
    evaluation_apart.check,
    answer_length.check,
    label_and_question_length.check,
    sources.check,
    dates_ahead.check,
    review_date.check,
    links.check,
    lost_diacritics.check,
    spelling.check,
    placeholders.check,
    aliases.check,
    signatures.check,
    at_any_hour.check,
)
"""Rules that look at one place, or at what is there."""

LOOKING_UP: tuple[Rule, ...] = (
    related.check,
    named_contacts.check,
    phone_numbers.check,
    needed_texts.check,
    replies.check,
)
"""Rules that look for something elsewhere: worth little while a file cannot be read."""
