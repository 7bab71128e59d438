"""How the process that draws a PDF and the one that wants it talk, over a pipe. Pure.

A message is a line of JSON with ``size``, and as many bytes after it.
"""

import json
from typing import IO, Any

# A page that takes longer is given up: usual ones take one to three.
SECONDS = 20
# A PDF of more than this is no letter any more.
MOST_BYTES = 20 * 1024 * 1024


class BrokenTalk(OSError):
    """The other side is gone, or says what cannot be."""


def write_message(pipe: IO[bytes], facts: dict[str, Any], content: bytes = b"") -> None:
    """Write a message. Raises OSError when nobody reads any more."""
    pipe.write(json.dumps({**facts, "size": len(content)}).encode() + b"\n" + content)
    pipe.flush()


def read_message(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Return the next message. Raises BrokenTalk at the end, and for one too large."""
    try:
        facts = json.loads(pipe.readline())
        size = int(facts["size"])
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenTalk from error
    if not 0 <= size <= MOST_BYTES:
        raise BrokenTalk
    content = pipe.read(size)
    if len(content) < size:
        raise BrokenTalk
    return facts, content
