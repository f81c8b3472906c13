"""No question that measures is also taught: it would only measure that it was written down."""

from collections.abc import Iterator

from knowledge_base.checks.edition import Edition
from knowledge_base.checks.same_way_of_asking import all_asked, bare
from knowledge_base.problems import Problem


def check(edition: Edition) -> Iterator[Problem]:
    taught = {bare(asked.text): asked for asked in all_asked(edition.content)}
    for question in edition.evaluation:
        asked = taught.get(bare(question.text))
        if asked is not None:
            what = f'this is also a way of asking for "{asked.entry_id}" ({asked.place}).'
            advice = "Write another question here, from a situation of its own."
            yield Problem(question.place, question.text, what, advice)
