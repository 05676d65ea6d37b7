from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.commands.import_people import keep_contacts, there_since
from cli.context import services
from cli.failures import Failure
from cli.outside import Latest, event_id
from cli.people import difference, read_people
from cli.tables import Columns
from cli.workforce import corrections, read_outcomes, read_workforce, report_key, revised
from contracts.outside import PersonLeft, PersonListed
from contracts.vocabulary import Event, PersonId

from .house import House

NOW = datetime(2026, 1, 2, tzinfo=UTC)
EARLIER = datetime(2026, 1, 1, tzinfo=UTC)
HEADS = "id,name,mail,department,lead,roles,language,site\n"
ANA = "p-1,Ana,ana@example.org,Kas,p-2,employee;reviewer,en,Edam\n"
BO = "p-2,Bo,,Kas,,lead,,\n"


def people(folder: Path, text: str) -> Columns:
    path = folder / "people.csv"
    path.write_text(text, "utf-8")
    return Columns(path)


def published(*events: Event) -> dict[PersonId, Latest]:
    return {e.person: Latest("before", e) for e in events if isinstance(e, PersonListed)}


def test_names_and_addresses_are_not_part_of_what_is_published(tmp_path: Path) -> None:
    ana, bo = read_people(people(tmp_path, HEADS + ANA + BO), NOW)

    assert ana.listed == PersonListed(
        at=NOW, person=PersonId("p-1"), department="Kas", lead=PersonId("p-2"),
        roles=("employee", "reviewer"), language="en", attributes={"site": "Edam"},
    )  # fmt: skip
    assert (ana.name, ana.mail, bo.mail) == ("Ana", "ana@example.org", None)


def test_the_difference_names_who_is_new_changed_and_gone(tmp_path: Path) -> None:
    told = read_people(people(tmp_path, HEADS + ANA + BO), NOW)
    bo = PersonListed(at=EARLIER, person=PersonId("p-2"), department="Edam", roles=("lead",))
    cas = PersonListed(at=EARLIER, person=PersonId("p-3"))

    found = difference(told, published(bo, cas), NOW, leavers=False)
    leaving = difference(told, published(bo, cas), NOW, leavers=True)

    assert (found.new, found.changed, found.missing) == (["p-1"], {"p-2": ["department"]}, ["p-3"])
    assert [type(event) for _, event in found.events] == [PersonListed, PersonListed]
    assert leaving.events[-1][1] == PersonLeft(at=NOW, person=PersonId("p-3"))


def test_who_did_not_change_is_not_published_again(tmp_path: Path) -> None:
    told = read_people(people(tmp_path, HEADS + ANA), EARLIER)
    known = published(*(person.listed for person in told))

    found = difference(read_people(people(tmp_path, HEADS + ANA), NOW), known, NOW, leavers=True)

    assert (found.unchanged, found.events) == (1, [])


def test_the_same_change_has_the_same_id_and_a_change_back_another(tmp_path: Path) -> None:
    listed = read_people(people(tmp_path, HEADS + ANA), NOW)[0].listed
    later = read_people(people(tmp_path, HEADS + ANA), EARLIER)[0].listed

    assert event_id(listed, None) == event_id(later, None)
    assert event_id(listed, None) != event_id(listed, Latest("x", later))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Jan de Boer,Jan,,Kas,,,,", "line 2: id: an id without spaces or @"),
        ("p-1,,,Kas,,,,", "line 2: name: it is empty"),
        ("p-1,Ana,ana,Kas,,,,", "line 2: mail: it looks like name@example.org"),
        ("p-1,Ana,,Kas,,boss,,", "line 2: roles: boss: allowed are council, desk"),
        ("p-1,Ana,,Kas,,,fy,", "line 2: language: it is one of nl, en"),
        ("p-1,Ana,,Kas,,,,\np-1,Bo,,Kas,,,,", "line 3: 'p-1' stands on line 2 already"),
    ],
)
def test_a_fault_in_the_directory_is_said_with_its_line_and_nothing_is_imported(
    tmp_path: Path, row: str, said: str
) -> None:
    with pytest.raises(Failure) as failure:
        read_people(people(tmp_path, f"{HEADS}{row}\n"), NOW)

    assert said in str(failure.value)
    assert "nothing was imported" in str(failure.value)


def test_a_directory_without_a_needed_column_says_which(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="there is no column department"):
        read_people(people(tmp_path, "id,name\n"), NOW)


def test_names_and_addresses_go_in_portions_and_who_is_refused_is_named(
    house: House, tmp_path: Path
) -> None:
    rows = "".join(f"p-{n},{'Erased' if n == 7 else 'Ana'},,Kas,,,,\n" for n in range(450))
    told = read_people(people(tmp_path, HEADS + rows), NOW)
    done: list[int] = []

    with services() as reachable:
        refused = keep_contacts(reachable, told, done.append)

    assert (sorted(done), refused) == ([50, 200, 200], {"p-7": "It was erased."})
    assert house.contacts["p-449"] == {
        "person": "p-449", "name": "Ana", "mail": None, "language": "nl",
    }  # fmt: skip
    assert len(house.contacts) == 449


WORK = "department,month,persons,sick_days,available_days,leavers\n"


def test_a_corrected_month_is_published_again_and_an_equal_one_is_not(tmp_path: Path) -> None:
    rows = "Kas,2026-01,12,3.5,240,0\nEdam,2026-01,8,1,160,1\n"
    first = read_workforce(people(tmp_path, WORK + rows), EARLIER)
    known = {key: Latest("x", event) for event in first if (key := report_key(event))}
    again = read_workforce(people(tmp_path, WORK + rows.replace("3.5", "4.5")), NOW)

    assert [event.sick_days for _, event in revised(again, known)] == [4.5]  # type: ignore[attr-defined]
    assert corrections(again, known)[:1] == [("Kas 2026-01", "sick_days 3.5", "sick_days 4.5")]
    assert corrections(again, {}) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Kas,January,12,3,240,0", "line 2: Expected `str` matching regex"),
        ("Kas,2026-01,-1,3,240,0", "line 2: Expected `int` >= 0"),
        ("Kas,2026-01,1,3,240,0\nKas,2026-01,1,3,240,0", "line 3: line 2 is about the same"),
    ],
)
def test_a_fault_in_the_workforce_is_said_with_its_line(
    tmp_path: Path, row: str, said: str
) -> None:
    with pytest.raises(Failure) as failure:
        read_workforce(people(tmp_path, f"{WORK}{row}\n"), NOW)

    assert said in str(failure.value)


OUTCOMES = "measure,unit,period,value,department,n\n"


def test_outcomes_are_read_and_the_organisation_stands_where_no_department_is(
    tmp_path: Path,
) -> None:
    rows = "orders,orders,2026-02,-18.5,Kas,42\nprofit,EUR,2026-Q1,1e6,,\n"
    kas, whole = read_outcomes(people(tmp_path, OUTCOMES + rows), NOW)
    assert (kas.department, kas.value, kas.n) == ("Kas", -18.5, 42)
    assert (whole.department, whole.period, whole.n) == ("organisation", "2026-Q1", None)
    known = {key: Latest("x", event) for event in (kas, whole) if (key := report_key(event))}
    again = read_outcomes(people(tmp_path, OUTCOMES + rows.replace("-18.5", "-17")), NOW)
    assert [event for _, event in revised(again, known)] == [again[0]]


@pytest.mark.parametrize("row", ["orders,orders,2026-13,1,,", "orders,orders,2026-02,many,,"])
def test_a_fault_in_the_outcomes_is_said_with_its_line(tmp_path: Path, row: str) -> None:
    with pytest.raises(Failure, match="line 2"):
        read_outcomes(people(tmp_path, f"{OUTCOMES}{row}\n"), NOW)


@pytest.mark.parametrize(("day", "why"), [("yesterday", "is no day"), ("2026-11-30", "to come")])
def test_people_are_there_since_a_day_that_was(day: str, why: str) -> None:
    now = datetime(2026, 11, 29, 12, tzinfo=UTC)
    assert there_since(None, now) == now
    assert there_since("2024-11-29", now) == datetime(2024, 11, 29, tzinfo=UTC)
    with pytest.raises(Failure, match=why):
        there_since(day, now)
