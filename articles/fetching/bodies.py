"""The body of an answer: read whole, unpacked, and never more of it than was allowed."""

import http.client
import zlib

from articles.fetching.urls import FetchError, short

_PIECE = 64 * 1024  # bytes
_GZIP = 16 + zlib.MAX_WBITS


def body_of(response: http.client.HTTPResponse, *, url: str, most: int) -> bytes:
    """The body, unpacked; FetchError where it has more than ``most`` bytes, packed or not, or breaks off."""
    declared = response.length  # what is still to come by Content-Length; None where it does not say
    too_long = FetchError(f"{short(url)}: the answer has more than {most:,} bytes.")
    if declared is not None and declared > most:
        raise too_long
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip"):
        raise FetchError(f"{short(url)}: the answer is packed as “{short(encoding)}”, which was not asked for.")
    # One packed stream, as browsers read it: thousands of empty ones in a row would cost time and say nothing.
    unpacking = zlib.decompressobj(_GZIP) if encoding.endswith("gzip") else None
    unpacked, received = bytearray(), 0
    while piece := response.read(_PIECE):
        received += len(piece)
        try:
            unpacked += unpacking.decompress(piece, most + 1 - len(unpacked)) if unpacking else piece
        except zlib.error as error:
            raise FetchError(f"{short(url)}: the answer is no proper gzip ({error}).") from error
        if max(received, len(unpacked)) > most:
            raise too_long
        if unpacking and unpacking.unused_data:
            raise FetchError(f"{short(url)}: the answer is no proper gzip (something stands after its end).")
    if (declared is not None and received < declared) or (unpacking and received and not unpacking.eof):
        raise FetchError(f"{short(url)}: the answer breaks off after {received:,} bytes.")
    return bytes(unpacked)
