"""What was brought is for one person and for hours, and no log has a word of it."""

import pytest

from portal.settings import PortalSettings
from portal.uploads import uploads_of
from services.portal.tests.bringing.desk import (
    SECRET_WORDS,
    Behind,
    Desk,
    client_of,
    worked_example,
)


async def test_only_the_desk_comes_in_and_only_from_our_forms(
    settings: PortalSettings, behind: Behind, desk: Desk
) -> None:
    pages = ("", "/mapping", "/mapping/file", "/trial", "/trial/report", "/import",
             "/import/report")  # fmt: skip
    forms = ("file", "removal", "choices", "mapping", "import")
    async with client_of(settings, behind, ("employee", "lead", "hr", "operator")) as other:
        for page in pages:
            assert (await other.get(f"/desk/history{page}")).status_code == 403, page
        for form in forms:
            assert (await other.post(f"/desk/history/{form}")).status_code == 403, form
    await desk.bring(worked_example())
    for form in forms:
        answer = await desk.client.post(f"/desk/history/{form}", data={"csrf": "x"})
        assert answer.status_code == 403, form
    assert not behind.sent


async def test_what_was_brought_lies_sealed_for_one_person_and_goes_after_hours(
    settings: PortalSettings, desk: Desk
) -> None:
    await desk.bring(worked_example())
    folder = uploads_of(settings)
    files = list(folder.folder.iterdir())
    assert len(files) == 3
    assert not any(SECRET_WORDS.encode() in file.read_bytes() for file in files)
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    assert folder.read("d-1", "content", bytes) == worked_example()
    assert folder.read("d-2", "content", bytes) is None

    later = uploads_of(settings.model_copy(update={"uploads_hours": 1e-9}))
    assert later.read("d-1", "content", bytes) is None
    assert later.sweep() == 3
    assert "groene-kas" not in await desk.see()


async def test_a_file_of_another_key_or_that_somebody_changed_is_no_file(
    settings: PortalSettings, desk: Desk
) -> None:
    await desk.bring(worked_example())
    for file in uploads_of(settings).folder.iterdir():
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(bytes(content))
    assert 'name="file"' in await desk.see("/mapping")


async def test_removal_leaves_nothing(settings: PortalSettings, desk: Desk) -> None:
    await desk.bring(worked_example())
    await desk.send("removal")
    assert list(uploads_of(settings).folder.iterdir()) == []
    assert 'name="file"' in await desk.see("/trial")


async def test_no_log_has_a_word_of_the_file(
    desk: Desk, behind: Behind, capsys: pytest.CaptureFixture[str]
) -> None:
    await desk.bring(worked_example())
    behind.refuse = (500, {"detail": SECRET_WORDS})
    await desk.see("/trial")
    behind.refuse = (409, {"detail": SECRET_WORDS})
    await desk.send("import", source="box")
    await desk.ended()
    said = capsys.readouterr()
    assert SECRET_WORDS not in said.out + said.err
