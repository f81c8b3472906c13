"""What a form of the console carries, a file too: read once, and never more than is taken."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from aiohttp import BodyPartReader, web

from bot.uploads import LARGEST

LONGEST_FIELD = 200_000
"""Bytes. The longest reply fits in."""
LONGEST_FORM = 64_000_000
"""Bytes. What is larger is not even read to its end: somebody has chosen a film."""
MOST_PARTS = 40


class FormTooLarge(web.HTTPException):
    """It is not read to its end."""

    status_code = 413


@dataclass(frozen=True)
class ChosenFile:
    """A file as the browser brought it."""

    name: str
    body: bytes
    """Where the file is too large, one byte more than is taken; the rest is not kept."""


@dataclass(frozen=True)
class _Form:
    fields: Mapping[str, str]
    file: ChosenFile | None = None


_FORM = web.RequestKey("form", _Form)


async def form_of(request: web.Request) -> Mapping[str, str]:
    """The fields of a form. Raises FormTooLarge, and aiohttp's 400.

    Browsers end lines in two signs, of which nobody who reads them needs the first.
    """
    fields = (await _read(request)).fields
    return {name: value.replace("\r\n", "\n") for name, value in fields.items()}


async def file_of(request: web.Request) -> ChosenFile | None:
    """The file that a form brings; None: none was chosen. Raises as form_of."""
    return (await _read(request)).file


async def _read(request: web.Request) -> _Form:
    found = request.get(_FORM)
    if found is None:
        if request.content_type == "multipart/form-data":
            found = await _parts(request)
        else:
            posted = await request.post()
            found = _Form({name: str(value) for name, value in posted.items()})
        request[_FORM] = found
    return found


async def _parts(request: web.Request) -> _Form:
    """Part after part, so that a file goes through memory only: no copy lies on the disk."""
    _refuse_over(request.content_length or 0)
    fields: dict[str, str] = {}
    file, read = None, 0
    async for part in _parts_of(request):
        is_file = part.filename is not None
        most = LARGEST if is_file else LONGEST_FIELD
        body = bytearray()
        while chunk := await part.read_chunk():
            read += len(chunk)
            _refuse_over(read)
            body += chunk[: max(0, most + 1 - len(body))]
        if not is_file:
            _refuse_over(LONGEST_FORM + len(body) - most)
            fields[part.name or ""] = body.decode("utf-8", "replace")
        elif part.filename or body:
            file = ChosenFile(part.filename or "", bytes(body))
    return _Form(fields, file)


async def _parts_of(request: web.Request) -> AsyncIterator[BodyPartReader]:
    try:
        reader = await request.multipart()
        for _ in range(MOST_PARTS):
            part = await reader.next()
            if part is None:
                return
            if isinstance(part, BodyPartReader):
                yield part
    except (ValueError, AssertionError) as error:
        raise web.HTTPBadRequest from error


def _refuse_over(size: int) -> None:
    if size > LONGEST_FORM:
        raise FormTooLarge
