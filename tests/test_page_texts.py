"""The words of the try-out page."""

import json
from html import unescape

from bot.channels.web_files import PageFiles, texts_needed
from knowledge_base.model import LANGUAGES, Place, Text, Texts
from tests.fakes.try_out import texts_of


def test_every_word_is_there_and_used() -> None:
    """The page names exactly the texts of page.yaml, and each is written in both languages."""
    texts = list(texts_of("page.yaml"))
    assert {text.key for text in texts} == texts_needed()
    assert all(set(text.words) == set(LANGUAGES) for text in texts)


def test_no_word_stands_in_the_page_itself() -> None:
    """With other texts, the page says nothing but these."""
    place = Place("texts/page.yaml", 1)
    words = {key: Text(key, {"sq": "§", "en": "¤"}, place) for key in texts_needed()}
    body = PageFiles().page(Texts(words), (), "sq", "localhost").text
    assert body is not None
    visible = body.split("<body>")[1].split("<script type")[0]
    spoken = [part.split(">", 1)[1].strip() for part in visible.split("<")[1:]]
    assert {part for part in spoken if part} == {"§"}


def test_a_text_cannot_become_markup() -> None:
    """Whatever an editor writes into a text, the page shows it as text."""
    place = Place("texts/page.yaml", 1)
    nasty = '</script><script>alert("1")</script>'
    words = {key: Text(key, {"sq": nasty, "en": nasty}, place) for key in texts_needed()}
    body = PageFiles().page(Texts(words), (), "sq", "localhost").text
    assert body is not None
    assert "<script>" not in body
    assert unescape(body.split("<title>")[1].split("</title>")[0]) == nasty
    data = json.loads(body.split('id="page-words">')[1].split("</script>")[0])
    assert data["words"]["sq"]["page_send"] == nasty
