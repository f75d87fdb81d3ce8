"""Logos and photos: a picture that somebody sent is drawn anew, so that only its pixels are sent on."""

import hashlib
import re
import struct
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

PATH = re.compile(r"/logo-([0-9a-f]{16})\.png")
FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 16_000_000
"""Of what is unpacked, which takes 64 MB at most. A large JPEG is unpacked at a half, a quarter or an eighth of its
sides, where that is enough for what is shown."""

PNG_BEGINS, PNG_ENDS = b"\x89PNG\r\n\x1a\n", b"IEND"


class BadImageError(ValueError):
    """It is not a whole picture of a known format, or holds something else beside it."""


class LargeImageError(ValueError):
    """It has more pixels than are looked at."""


@dataclass(frozen=True, slots=True)
class DrawnLogo:
    """A PNG of our own making, and its name."""

    content: bytes
    digest: str
    width: int
    height: int


def drawn(sent: bytes, *, max_side: int, shown: tuple[int, int]) -> DrawnLogo:
    """The picture as a PNG that fits into `shown`. Raises BadImageError and LargeImageError.

    Its size is looked at before a pixel is unpacked. Cost: up to half a second of a core.
    """
    upright = _upright(sent, max_side, shown).convert("RGBA")
    upright.thumbnail(shown, Image.Resampling.LANCZOS)
    written = BytesIO()
    Image.frombytes("RGBA", upright.size, upright.tobytes()).save(written, "PNG", optimize=True)
    content = written.getvalue()
    return DrawnLogo(content, hashlib.sha256(content).hexdigest()[:16], *upright.size)


def photo(sent: bytes, *, max_side: int, shown: tuple[int, int]) -> bytes:
    """A photo as a JPEG that fits into `shown`, without what a camera says beside the pixels (where and when it was
    taken). Raises BadImageError and LargeImageError. Cost: up to two seconds of a core."""
    upright = _upright(sent, max_side, shown).convert("RGB")
    upright.thumbnail(shown, Image.Resampling.LANCZOS)
    written = BytesIO()
    Image.frombytes("RGB", upright.size, upright.tobytes()).save(written, "JPEG", quality=82, optimize=True)
    return written.getvalue()


def size(drawn_: bytes) -> tuple[int, int]:
    """Pixels from left to right and from top to bottom of a picture of our own making."""
    return Image.open(BytesIO(drawn_), formats=FORMATS).size


def _upright(sent: bytes, max_side: int, shown: tuple[int, int]) -> Image.Image:
    """The pixels of a picture, as they are looked at; of a large JPEG fewer, but as many as are shown at least."""
    if not _ends_with_itself(sent):
        raise BadImageError
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # The sides are looked at below.
            image = Image.open(BytesIO(sent), formats=FORMATS)
        if max(image.size) > max_side:
            raise LargeImageError
        if getattr(image, "n_frames", 1) > 1:
            raise BadImageError
        image.draft(None, shown)  # JPEG alone knows how; before anything is unpacked.
        if image.width * image.height > MAX_PIXELS:
            raise LargeImageError
        image.load()
        return ImageOps.exif_transpose(image)
    except Image.DecompressionBombError as error:
        raise LargeImageError from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error) as error:
        if isinstance(error, LargeImageError):
            raise
        raise BadImageError from error


def _ends_with_itself(sent: bytes) -> bool:
    """Nothing hangs on behind the picture, as an archive or a page that another program would read does."""
    if sent.startswith(PNG_BEGINS):
        return _after_png(sent) == len(sent)
    if sent.startswith(b"RIFF") and sent[8:12] == b"WEBP":
        size = int.from_bytes(sent[4:8], "little") + 8
        return len(sent) in (size, size + size % 2)
    return sent.startswith(b"\xff\xd8") and sent.endswith(b"\xff\xd9")


def _after_png(sent: bytes) -> int:
    """Where a PNG's last chunk ends; -1 where there is none."""
    place = len(PNG_BEGINS)
    while place + 12 <= len(sent):
        size, kind = int.from_bytes(sent[place : place + 4], "big"), sent[place + 4 : place + 8]
        place += 12 + size
        if kind == PNG_ENDS:
            return place
    return -1
