"""The page about KPIs says what the code does."""

from pathlib import Path

from metrics.domain.definitions import REGISTER
from metrics.domain.definitions.dutch import DUTCH
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
