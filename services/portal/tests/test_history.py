"""The desk brings a suggestion box in: looks, chooses, tries, imports, and finds what was kept."""

import asyncio
import gzip
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx2
import pytest
import structlog
from starlette.responses import Response

from chassis.log import configure
from chassis.settings import example
from portal.bringing import SILENT, STATE, Bringing, Progress
from portal.holding import LARGEST
from portal.main import application
from portal.session import NAME, Seal, Session, new_csrf, sealing_keys
from portal.settings import PortalSettings
from portal.uploads import uploads_of

ROOT = Path(__file__).parents[3]
SECRET_WORDS = "Het scherm gaat dicht"


class Behind:
    """The services' doors for an import: they know what came before, as the real ones do."""

    def __init__(self) -> None:
        self.known: set[tuple[str, int, str]] = set()
        self.unplaced: dict[int, dict[str, Any]] = {}
        self.refuse: tuple[int, dict[str, Any]] | None = None
        self.sent: list[httpx2.Request] = []
        self.asked, self.gate = asyncio.Event(), asyncio.Event()
        self.gate.set()

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return httpx2.Response(404, json={})
        self.sent.append(request)
        self.asked.set()
        await self.gate.wait()
        if self.refuse:
            return httpx2.Response(self.refuse[0], json=self.refuse[1])
        told = json.loads(request.content)
        if request.url.path == "/v1/imports/unplaced":
            self.unplaced |= {line["line"]: line for line in told["lines"]}
            return httpx2.Response(200, json={"kept": len(told["lines"])})
        steps = [s for idea in told["ideas"] for s in idea["steps"]]
        return httpx2.Response(200, json={"items": [self._take(told, s) for s in steps]})

    def _take(self, told: dict[str, Any], step: dict[str, Any]) -> dict[str, Any]:
        one = (told["source"], step["line"], step["step"])
        result = "known" if one in self.known else "recorded"
        self.known.add(one)
        return {"line": step["line"], "result": result}


class Desk:
    """Somebody of the desk, who sends what the pages' forms send."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def see(self, page: str = "") -> str:
        answer = await self.client.get(f"/desk/history{page}", follow_redirects=True)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    async def send(self, path: str, files: Any = None, **form: Any) -> httpx2.Response:
        token = re.search(r'name="csrf" value="([^"]+)"', await self.see())
        assert token
        return await self.client.post(
            f"/desk/history/{path}", data={"csrf": token[1], **form}, files=files
        )

    async def bring(self, content: bytes, name: str = "groene-kas.jsonl") -> httpx2.Response:
        return await self.send("file", {"file": (name, content)})

    async def ended(self) -> str:
        for _ in range(200):
            page = await self.see("/import")
            if "<noscript><meta" not in page:
                return page
            await asyncio.sleep(0.05)
        raise AssertionError("the import does not end")


def worked_example() -> bytes:
    told = (ROOT / "docs/import.md").read_text("utf-8")
    found = re.search(r"<!-- file: groene-kas.jsonl -->\n```json\n(.*?)```", told, re.DOTALL)
    assert found
    return found[1].encode()


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    configure("portal")
    yield
    structlog.reset_defaults()


@pytest.fixture
def settings(tmp_path: Path) -> PortalSettings:
    return example(PortalSettings).model_copy(update={"uploads": tmp_path / "u"})


def client_of(
    settings: PortalSettings,
    behind: Behind,
    roles: tuple[str, ...] = ("desk",),
    bringing: Bringing | None = None,
) -> httpx2.AsyncClient:
    others = httpx2.AsyncClient(transport=httpx2.MockTransport(behind))
    who = Session(person="d-1", roles=roles, token="t", csrf=new_csrf(), ends=time.time() + 600)
    answer = Response()
    Seal(sealing_keys(settings.keys.get_secret_value()), secure=False).write(answer, NAME, who)
    cookies = {"kiem-language": "en"}
    for key, value in answer.raw_headers:
        if key == b"set-cookie":
            found = SimpleCookie(value.decode())
            cookies |= {name: each.value for name, each in found.items() if each.value}
    app = application(settings, others, bringing)
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url=settings.portal_url, cookies=cookies
    )


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
async def desk(settings: PortalSettings, behind: Behind) -> AsyncIterator[Desk]:
    async with client_of(settings, behind) as client:
        yield Desk(client)


async def test_a_box_is_looked_at_understood_tried_and_imported_and_again_changes_nothing(
    desk: Desk, behind: Behind
) -> None:
    assert (await desk.bring(worked_example())).status_code == 303
    look = await desk.see()
    assert "13 lines, 12 fields." in look
    assert "Goed idee" in look

    mapping = await desk.see("/mapping")
    assert "looks like: in behandeling" in mapping
    assert "unknown to us: choose yourself" in mapping

    trial = await desk.see("/trial")
    assert "the word &#39;zie mail&#39; is not in [history.words.Stand]" in trial
    assert "no line of the file submits this idea" in trial
    desk.client.cookies.set("kiem-language", "nl")
    assert "het woord &#39;zie mail&#39; staat niet in [history.words.Stand]" in (
        await desk.see("/trial")
    )
    desk.client.cookies.set("kiem-language", "en")
    assert not behind.sent

    began = await desk.send("import", source="groene-kas", cutover="2026-01-05")
    assert began.headers["location"] == "/desk/history/import"
    done = await desk.ended()
    assert "Done. Every line was dealt with." in done
    assert sorted(behind.unplaced) == [11, 12, 13]
    assert "zie mail" in behind.unplaced[11]["raw"]
    told = json.loads(behind.sent[0].content)
    assert (told["source"], told["cutover"]) == ("groene-kas", "2026-01-04T23:00:00Z")
    assert behind.sent[0].headers["authorization"] == "Bearer t"

    known = set(behind.known)
    await desk.send("import", source="groene-kas", cutover="")
    again = await desk.ended()
    assert behind.known == known
    assert re.search(r"<dt>were in before</dt><dd>9</dd>", again)
    assert re.search(r"<dt>now with an idea</dt><dd>0</dd>", again)


async def test_a_sheet_is_imported_with_the_numbers_of_its_lines(
    desk: Desk, behind: Behind
) -> None:
    sheet = "nr;datum;titel;stand\n1;3-2-2025;Krat;Nieuw\n1;4-2-2025;;zie mail\n"
    await desk.bring(sheet.encode(), "bus.csv")
    assert "3 lines" not in await desk.see()
    assert "zie mail&#39; is not in" in await desk.see("/trial")
    await desk.send("import", source="bus")
    await desk.ended()
    assert behind.known == {("bus", 2, "submitted")}
    assert json.loads(behind.unplaced[3]["raw"])["stand"] == "zie mail"


async def test_a_choice_changes_the_mapping_and_what_the_trial_says(desk: Desk) -> None:
    await desk.bring(worked_example())
    page = await desk.see("/mapping")
    chosen = _selected(page)
    place = next(key for key in chosen if key.startswith("word.") and chosen[key] == "")
    await desk.send("choices", **{**chosen, place: "accepted"})
    assert "&#34;zie mail&#34; = &#34;accepted&#34;" in await desk.see("/mapping")
    assert "zie mail&#39; is not in" not in await desk.see("/trial")


def _selected(page: str) -> dict[str, str]:
    found = {}
    for name, inner in re.findall(r'<select id="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        on = re.search(r'<option value="([^"]*)" selected', inner)
        found[name] = on[1] if on else ""
    return found


async def test_what_no_form_offers_is_not_taken(desk: Desk) -> None:
    await desk.bring(worked_example())
    for wrong in ("rm -rf", "word:nowhere", 'submitted+"\n[x]'):
        page = await desk.see("/mapping")
        chosen = _selected(page)
        place = next(key for key in chosen if key.startswith("word."))
        await desk.send("choices", **{**chosen, place: wrong, "role.0": wrong})
        now = _selected(await desk.see("/mapping"))
        assert now["role.0"] == ""
        assert now.get(place, "") == ""


async def test_a_wrong_mapping_is_told_with_its_line_and_can_be_mended_and_downloaded(
    desk: Desk,
) -> None:
    await desk.bring(worked_example())
    text = (await desk.client.get("/desk/history/mapping/file")).text
    wrong = await desk.send("mapping", text=text.replace('"accepted"', '"acepted"'))
    assert wrong.status_code == 422
    assert re.search(r"mapping.toml, line \d+: history.words.Stand", wrong.text)
    assert "&#39;acepted&#39; is not known here; allowed are" in wrong.text
    assert "acepted" in (await desk.client.get("/desk/history/trial")).text
    assert (await desk.send("mapping", text=text)).status_code == 303

    yaml = (ROOT / "examples/mappings/tuinbouw.yaml").read_bytes()
    assert (await desk.send("mapping", {"file": ("m.yaml", yaml)})).status_code == 303
    answer = await desk.client.get("/desk/history/mapping/file")
    assert answer.headers["content-disposition"] == 'attachment; filename="mapping.yaml"'
    assert answer.content == yaml
    binary = await desk.send("mapping", {"file": ("m.toml", b"\xff\xfe")})
    assert "m.toml is no UTF-8 text" in binary.text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("b.txt", b"nr;titel\n1;x\n", "Of line 1 the reader says: the line is no JSON"),
        ("b.xlsx", b"PK\x03\x04", "Save a spreadsheet as CSV UTF-8, with a name in .csv"),
        ("b.csv", b"nr;nr\n1;x\n", "the column &#39;nr&#39; stands twice in line 1; rename"),
        ("b.csv", "naïef\n1".encode("cp1252"), "the file is not UTF-8; save it as CSV UTF-8"),
        ("b.jsonl", b"\n\n", "the file is empty"),
        ("b.jsonl", b"", "Choose a file first."),
        ("b.jsonl.gz", gzip.compress(b"{}" * 100)[:-9], "The .gz file is broken"),
        ("b.jsonl", b"x" * (LARGEST + 1), "larger than 10 MB"),
        ("b.jsonl.gz", gzip.compress(b"x" * (LARGEST + 1)), "larger than 10 MB"),
    ],
    ids=["text", "binary", "twice", "code page", "blank", "empty", "cut", "large", "bomb"],
)  # fmt: skip
async def test_a_file_that_cannot_be_used_says_why_and_what_to_do(
    desk: Desk, name: str, content: bytes, said: str
) -> None:
    answer = await desk.bring(content, name)
    assert answer.status_code == 422
    assert said in answer.text
    assert "/desk/history/mapping" not in answer.text


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


async def test_an_import_that_nobody_notes_any_more_is_offered_again(
    settings: PortalSettings, desk: Desk
) -> None:
    await desk.bring(worked_example())
    kept = uploads_of(settings)
    kept.keep("d-1", STATE, Progress("box", beat=time.time() - SILENT + 5))
    assert "<noscript><meta" in await desk.see("/import")
    kept.keep("d-1", STATE, Progress("box", beat=time.time() - SILENT - 1))
    assert "Go on: it continues where it was." in await desk.see("/import")


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


async def test_of_many_reasons_the_most_frequent_are_shown_and_all_are_in_the_report(
    desk: Desk,
) -> None:
    born = {"datum": "3-2-2025", "titel": "T", "stand": "Nieuw"}
    lines = [born | {"nr": n // 2} for n in range(120)]
    lines += [{"nr": 1, "datum": "4-2-2025", "stand": "?"}] * 3
    await desk.bring("\n".join(map(json.dumps, lines)).encode())
    trial = await desk.see("/trial")
    assert trial.count("was submitted before") == 49
    assert "There are 11 more reasons." in trial
    answer = await desk.client.get("/desk/history/trial/report")
    assert len(answer.json()["not_understood"]) == 61
    await desk.send("import", source="box")
    await desk.ended()
    report = (await desk.client.get("/desk/history/import/report")).json()
    assert sum(one["count"] for one in report["not_placed"]) == 63


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
