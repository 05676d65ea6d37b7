"""An import goes on where it was: beside another replica, after a refusal, after an end."""

import json

import pytest

from portal.bringing import Bringing
from portal.settings import PortalSettings
from portal.uploads import uploads_of
from services.portal.tests.bringing.desk import Behind, Desk, client_of, worked_example


async def test_another_replica_shows_the_file_and_how_far_the_import_is(
    settings: PortalSettings, behind: Behind, desk: Desk
) -> None:
    await desk.bring(worked_example())
    behind.gate.clear()
    await desk.send("import", source="box")
    async with client_of(settings, behind) as client:
        other = Desk(client)
        assert "groene-kas.jsonl" in await other.see()
        assert "Bringing in box" in await other.see("/import")
        await other.send("import", source="box")
        behind.gate.set()
        await other.ended()
    assert len([r for r in behind.sent if r.url.path.endswith("history")]) == 1


async def test_an_import_that_was_cut_off_says_so_and_goes_on_where_it_was(
    desk: Desk, behind: Behind
) -> None:
    await desk.bring(worked_example())
    behind.refuse = (401, {})
    await desk.send("import", source="box")
    assert "Your sign-in ended before all was in." in await desk.ended()
    behind.refuse = (403, {"detail": "You lack a role."})
    await desk.send("import", source="box")
    assert "A service refuses it: You lack a role." in await desk.ended()
    behind.refuse = None
    await desk.send("import", source="box")
    assert "Done. Every line was dealt with." in await desk.ended()


async def test_an_import_whose_replica_ends_is_offered_again_and_goes_on(
    settings: PortalSettings, behind: Behind, desk: Desk
) -> None:
    bringing = Bringing(uploads_of(settings))
    async with client_of(settings, behind, bringing=bringing) as client:
        ending = Desk(client)
        await ending.bring(worked_example())
        behind.gate.clear()
        await ending.send("import", source="box")
        await behind.asked.wait()
        await bringing.stop()
    behind.gate.set()
    assert "as this portal was stopped. What is in stays." in await desk.ended()
    await desk.send("import", source="box")
    assert "Done. Every line was dealt with." in await desk.ended()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"cutover": "2026-02-30"}, "is no day that exists"),
        ({"source": "x" * 101}, "The name is longer than 100 characters"),
    ],
)
async def test_a_wrong_day_or_name_imports_nothing_and_says_so(
    desk: Desk, behind: Behind, form: dict[str, str], said: str
) -> None:
    await desk.bring(worked_example())
    answer = await desk.send("import", **{"source": "box", **form})
    page = (await desk.client.get(answer.headers["location"])).text
    assert said in page
    assert not behind.sent


async def test_what_a_service_refuses_for_what_is_in_it_is_kept_with_its_sentence(
    desk: Desk, behind: Behind
) -> None:
    line = {"at": "2024-01-01", "idea": 1, "status": "new", "title": "T"}
    await desk.bring(json.dumps(line).encode())
    taken = behind._take
    behind._take = lambda *_: {"line": 1, "result": "refused", "reason": "It is too early."}  # type: ignore[method-assign]
    await desk.send("import", source="box")
    assert "It is too early." in await desk.ended()
    assert behind.unplaced[1]["reason"] == "It is too early."
    behind._take = taken  # type: ignore[method-assign]
