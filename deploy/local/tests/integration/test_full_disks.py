"""The disk is full before a server has made its data: that is what is said, and what helps."""

import pytest

from local.ports import free_port
from local.postgres import Postgres
from local.trouble import Trouble

from .disks import mounted

pytestmark = [pytest.mark.integration, pytest.mark.faults]


def test_a_disk_that_fills_while_postgres_is_made_is_named() -> None:
    with mounted("24m") as disk:
        if isinstance(disk, str):
            pytest.skip(disk)
        server = Postgres(disk.folder / "postgres", free_port(), durable=False)
        try:
            with pytest.raises(Trouble, match=f"The disk that holds {disk.folder}.* is full") as no:
                server.start()
        finally:
            server.remove()
    assert "Free some space" in no.value.remedy
    assert "KIEM_HOME=/" in no.value.remedy
