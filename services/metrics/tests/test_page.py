"""The page about KPIs says what the code does."""

from pathlib import Path

from contracts import feedback, ideas, metrics, notifications, outside, pulse, room, talk, tools
from contracts.vocabulary import Event
from metrics.domain.definitions import REGISTER
from metrics.domain.definitions.dutch import DUTCH
from metrics.domain.definitions.reads import READS, retention_of
from metrics.domain.explaining.readings import READINGS
from metrics.domain.page import page

PAGE = Path(__file__).parents[3] / "docs" / "kpis.md"


def test_the_page_is_the_one_generated_from_the_definitions() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m metrics kpis > docs/kpis.md"


def test_every_number_says_what_it_is_for_in_both_languages() -> None:
    for kpi in REGISTER.values():
        assert all((kpi.title_en, kpi.title_nl, kpi.definition, kpi.purpose, kpi.unit))
        assert kpi.version >= 1


def test_every_number_about_people_has_a_threshold() -> None:
    for kpi in REGISTER.values():
        assert (kpi.kind == "protected") == (kpi.threshold is not None)


def test_every_definition_is_there_in_dutch_and_of_the_version_that_counts() -> None:
    assert {name: dutch.version for name, dutch in DUTCH.items()} == {
        name: kpi.version for name, kpi in REGISTER.items()
    }


EVENTS = {
    name: event
    for module in (feedback, ideas, metrics, notifications, outside, pulse, room, talk, tools)
    for name, event in vars(module).items()
    if isinstance(event, type) and issubclass(event, Event)
}


def test_what_a_number_reads_are_fields_of_events_and_no_words_by_a_person() -> None:
    assert set(READS) == set(REGISTER)
    for kpi, reads in READS.items():
        for name, fields in reads.items():
            known = EVENTS[name].__struct_fields__
            hints = EVENTS[name].__annotations__
            for field in fields:
                assert field in known, f"{kpi} reads {name}.{field}, which there is not"
                assert "Personal" not in str(hints.get(field, "")), f"{name}.{field} stays home"
        assert retention_of(kpi).en
        assert retention_of(kpi).nl


def test_a_number_reads_at_least_the_facts_that_it_explains() -> None:
    for kpi, reading in READINGS.items():
        assert set(reading.doings) <= set(READS[kpi]), kpi
        assert not reading.promises or "PromiseMade" in READS[kpi], kpi
        assert not reading.notices or "NoticeDelivered" in READS[kpi], kpi
        assert not reading.standings or "PersonLeft" in READS[kpi], kpi
