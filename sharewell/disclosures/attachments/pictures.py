"""Pictures are drawn again from their pixels, so that nothing else in the file is carried along."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from sharewell.disclosures.attachments.kinds import JPEG, Kind
from sharewell.disclosures.attachments.refusal import AttachmentRefused

PIXELS = 40_000_000
_MODES = {"JPEG": ("RGB", "L"), "PNG": ("RGB", "RGBA", "L", "LA")}


def clean_picture(content: bytes, kind: Kind) -> tuple[bytes, list[str]]:
    """Return the picture upright and drawn again, and what the original carried besides its pixels.

    Raises :class:`AttachmentRefused`: ``too_large`` above 40 million pixels, ``cannot_be_read``.
    """
    form = "JPEG" if kind is JPEG else "PNG"
    Image.MAX_IMAGE_PIXELS = PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(content), formats=[form]) as picture:
            if picture.width * picture.height > PIXELS:
                raise AttachmentRefused("too_large", _TOO_LARGE)
            removed = _carried(picture)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            pixels = (
                upright if upright.mode in _MODES[form] else upright.convert(_plain(upright, form))
            )
            fresh = Image.new(pixels.mode, pixels.size)
            fresh.paste(pixels)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise AttachmentRefused("too_large", _TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        sentence = "The picture is damaged and cannot be read. Take or save it again."
        raise AttachmentRefused("cannot_be_read", sentence) from error
    out = io.BytesIO()
    fresh.save(out, form, **({"quality": 88} if form == "JPEG" else {"optimize": False}))
    return out.getvalue(), removed


_TOO_LARGE = "The picture has too many pixels. Save it smaller, at most 40 million pixels."


def _plain(picture: Image.Image, form: str) -> str:
    see_through = "A" in picture.getbands() or "transparency" in picture.info
    return "RGBA" if see_through and form == "PNG" else "RGB"


def _carried(picture: Image.Image) -> list[str]:
    removed = []
    exif = picture.getexif()
    if len(exif):
        removed.append("camera data (EXIF)")
    if exif.get_ifd(0x8825):
        removed.append("place where it was taken (GPS)")
    texts = set(picture.info) & {"comment", "xmp", "photoshop", "XML:com.adobe.xmp"}
    if texts or getattr(picture, "text", None):
        removed.append("comments and text")
    if getattr(picture, "n_frames", 1) > 1:
        removed.append("all pictures after the first")
    return removed
