"""A history on this machine, and its way to the services as the operator."""

from datetime import datetime
from pathlib import Path
from typing import Any

from cli.failures import Exit, Failure
from cli.files import numbered
from cli.services import LONG, Refused, Services
from cli.tokens import OPERATOR
from history.mapping.document import WrongMapping
from history.mapping.model import Mapping
from history.mapping.reading import read_mapping
from history.reading import ReadHistory, read_history
from history.sending import TOO_MUCH, NotTaken, Tell


def checked_mapping(path: Path) -> Mapping:
    """Read a mapping; a wrong one is a usage error that says all that is wrong."""
    try:
        return read_mapping(path)
    except WrongMapping as wrong:
        said = "\n".join(f"  {fault}" for fault in wrong.faults)
        raise Failure(f"The mapping cannot be used:\n{said}", Exit.USAGE) from None


def read_past(path: Path, mapping: Mapping, now: datetime | None = None) -> ReadHistory:
    """Read a file, as `read_history` reads its lines."""
    if mapping.history is None:
        raise Failure(f"{mapping.file} has no table [history]", Exit.USAGE)
    return read_history(numbered(path), mapping.history, mapping.moments, now)


def by_operator(services: Services) -> Tell:
    """Return what takes a portion to its service, and waits as long as an import may."""

    def tell(service: str, path: str, body: Any) -> Any:
        try:
            return services.tell(service, path, body, who=OPERATOR, patience=LONG)
        except Refused as refused:
            if refused.status in TOO_MUCH:
                raise NotTaken(refused.sentence) from None
            raise

    return tell
