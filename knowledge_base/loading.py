"""The content folder → typed content, or everything that is wrong with it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from knowledge_base.files.contact_file import read_contacts
from knowledge_base.files.content_folder import CONTACTS, FAQ, TEXTS, files_in, version_of
from knowledge_base.files.entry_files import TopicFile, read_topic
from knowledge_base.files.marked_yaml import Marked, read
from knowledge_base.files.pseudonym_file import load_pseudonyms
from knowledge_base.files.text_files import read_texts
from knowledge_base.model import Contact, Content, Entry, Place, Text, Texts
from knowledge_base.problems import ContentProblems, Problem

Named = TypeVar("Named", Entry, Contact, Text)


def load(folder: Path) -> Content:
    """The content of a folder. Raises ContentProblems with every error that keeps it from use."""
    content, problems = load_with_problems(folder)
    errors = [problem for problem in problems if problem.severity == "error"]
    if content is None or errors:
        raise ContentProblems(errors)
    return content


def load_with_problems(folder: Path) -> tuple[Content | None, list[Problem]]:
    """What could be read, and all that is wrong. Without a folder there is no content."""
    if not folder.is_dir():
        return None, [_no_folder(folder)]
    # Taken first: if a file changes while it is read, the next look sees another version.
    version = version_of(folder)
    problems: list[Problem] = []
    topics = sorted(_topics(folder, problems), key=lambda file: file.order)
    entries = _by_name((e for file in topics for e in file.entries), lambda e: e.id, problems)
    contacts = read(folder, CONTACTS, problems)
    content = Content(
        entries=entries,
        topics={file.topic.id: file.topic for file in topics},
        contacts=_by_name(read_contacts(contacts) if contacts else (), lambda c: c.id, problems),
        texts=Texts(_by_name(_texts(folder, problems), lambda text: text.key, problems)),
        version=version,
        aliases=_aliases(entries),
        pseudonyms=load_pseudonyms(folder, problems),
    )
    return content, problems


def _topics(folder: Path, problems: list[Problem]) -> Iterator[TopicFile]:
    return map(read_topic, _tops(folder, FAQ, problems))


def _texts(folder: Path, problems: list[Problem]) -> Iterator[Text]:
    for top in _tops(folder, TEXTS, problems):
        yield from read_texts(top)


def _tops(folder: Path, room: str, problems: list[Problem]) -> Iterator[Marked]:
    files = files_in(folder, room)
    if not files:
        problems.append(_no_file(room))
    for file in files:
        top = read(folder, file, problems)
        if top is not None:
            yield top


def _by_name(
    things: Iterable[Named], name_of: Callable[[Named], str], problems: list[Problem]
) -> dict[str, Named]:
    """The things by name. A name that is taken is a problem, and its first holder keeps it."""
    named: dict[str, Named] = {}
    for thing in things:
        name = name_of(thing)
        first = named.setdefault(name, thing)
        if first is not thing:
            what = f"this name is taken ({first.place})."
            problems.append(Problem(thing.place, name, what, "Give one of the two another name."))
    return named


def _aliases(entries: Mapping[str, Entry]) -> dict[str, str]:
    # Never hides an entry that is called so today; the rule on aliases says so.
    named = {alias: entry.id for entry in entries.values() for alias in entry.aliases}
    return {alias: entry_id for alias, entry_id in named.items() if alias not in entries}


def _no_folder(folder: Path) -> Problem:
    advice = "Name the folder that holds faq, texts and contacts.yaml."
    return Problem(Place(folder.name, 0), "", "there is no such folder.", advice)


def _no_file(room: str) -> Problem:
    what = f'the folder "{room}" is missing or empty.'
    return Problem(Place(room, 0), "", what, f'Put a file such as "{room}/….yaml" there.')
