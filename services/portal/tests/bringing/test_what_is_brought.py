"""The desk brings a suggestion box in: looks, chooses, tries, imports, and finds what was kept."""

import gzip
import json
import re
import time

import pytest

from portal.bringing import SILENT, STATE, Progress
from portal.holding import LARGEST
from portal.settings import PortalSettings
from portal.uploads import uploads_of
from services.portal.tests.bringing.desk import ROOT, Behind, Desk, worked_example


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


async def test_an_import_that_nobody_notes_any_more_is_offered_again(
    settings: PortalSettings, desk: Desk
) -> None:
    await desk.bring(worked_example())
    kept = uploads_of(settings)
    kept.keep("d-1", STATE, Progress("box", beat=time.time() - SILENT + 5))
    assert "<noscript><meta" in await desk.see("/import")
    kept.keep("d-1", STATE, Progress("box", beat=time.time() - SILENT - 1))
    assert "Go on: it continues where it was." in await desk.see("/import")


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
