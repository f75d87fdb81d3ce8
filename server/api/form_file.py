"""A form with one file: read as far as it may be long, on the disk where it is large."""

from collections.abc import AsyncGenerator

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from models import writing
from server.api.request import BadRequestError

ROOM = 64 * 1024
"""Bytes of a form beside its file."""

NAME_LENGTH = 200
"""Characters of a file's name that are kept."""


async def read(request: Request, max_file: int, too_large: BadRequestError) -> FormData:
    """The form of a request with a file of at most `max_file` bytes. Raises BadRequestError."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise BadRequestError(415, "UNSUPPORTED_MEDIA_TYPE", "Send multipart/form-data.")
    if int(request.headers.get("content-length") or 0) > max_file + ROOM:
        raise too_large
    stream = _bounded(request, max_file + ROOM, too_large)
    parser = MultiPartParser(request.headers, stream, max_files=1, max_fields=4, max_part_size=ROOM)
    try:
        return await parser.parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise BadRequestError(400, "BAD_REQUEST", "This form cannot be read.") from error
    except ClientDisconnect as error:
        raise BadRequestError(400, "BAD_REQUEST", "The form ended before its end.") from error


async def content(form: FormData, max_file: int, too_large: BadRequestError) -> tuple[bytes, str]:
    """What the form's file holds, and its name. Raises BadRequestError."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.size:
        raise BadRequestError(422, "REQUIRED", "A file is wanted.")
    if file.size > max_file:
        raise too_large
    return await file.read(), writing.name(file.filename or "")[:NAME_LENGTH] or "?"


async def _bounded(request: Request, most: int, too_large: BadRequestError) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise too_large
        yield chunk
