"""Forms with files of whoever has no account: so many at once, and of the others only the words.

Files lie in memory, as the portal has no disk of its own; who sends them is nobody whom one could
ask to stop.
"""

from contextlib import aclosing
from typing import Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

MOST_LARGE: Final = 3  # at once; of each as much as a form with photos may bring
_FEW_FIELDS, _TOO_LARGE = 20, 413


class _WordsOnly(MultiPartParser):
    """Reads what was written, and lets files go by: each of them is empty afterwards."""

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._current_part.file is None:
            super().on_part_data(data, start, end)


async def words_of(request: Request, files: int, longest: int) -> FormData:
    """Return a form without what is in its files."""
    async with aclosing(request.stream()) as stream:
        parser = _WordsOnly(
            request.headers, stream,
            max_files=files, max_fields=_FEW_FIELDS, max_part_size=longest,
        )  # fmt: skip
        try:
            form = await parser.parse()
        except MultiPartException as wrong:
            raise HTTPException(_TOO_LARGE) from wrong
    await form.close()
    return form
