"""Drawing anew what was sent: one picture at a time, so that many pictures at once take no more memory than one."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_THREAD = ThreadPoolExecutor(1, "drawing")
"""The process has this one for logos and photos together: what is unpacked is 64 MB, and copies of it."""


async def alone(draw: Callable[[bytes], T], sent: bytes) -> T:
    """What is drawn beside the loop, once what came before is drawn."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, draw, sent)
