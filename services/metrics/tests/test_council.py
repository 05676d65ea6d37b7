"""What the works council decides: pending, consented with conditions, withdrawn."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec import structs

from contracts.vocabulary import PersonId
from metrics.api.answers import registered
from metrics.api.council import CouncilsRegister, Decision, Protected, dossier
from metrics.domain import council as of
from metrics.domain.definitions import REGISTER
from services.metrics.tests.making import day

KPI, OPEN, OR = REGISTER["active_users"], REGISTER["wip"], PersonId("p-or")
TODAY = date(2025, 1, 1)


def consent(**changes: Any) -> of.RecordConsent:
    return replace(of.RecordConsent(KPI, KPI.version, OR, day(0), TODAY), **changes)


def after(*commands: of.KpiCommand) -> of.Standing:
    standing = of.Standing()
    for command in commands:
        standing = of.decider.replay(of.decide(standing, command), standing)
    return standing


def test_a_number_about_people_is_pending_until_the_council_consents() -> None:
    assert not of.Standing().allows(KPI, TODAY)
    assert after(consent()).allows(KPI, TODAY)


def test_consent_is_to_the_definition_as_it_was() -> None:
    newer = structs.replace(KPI, version=2)
    assert not after(consent()).allows(newer, TODAY)
    with pytest.raises(of.TheDefinitionIsAnother):
        of.decide(of.Standing(), consent(version=2))


def test_consent_may_end_and_may_ask_for_larger_groups() -> None:
    standing = after(consent(until=date(2025, 6, 30), threshold=8))
    assert standing.threshold_of(KPI) == 8
    assert standing.allows(KPI, date(2025, 6, 30))
    assert not standing.allows(KPI, date(2025, 7, 1))
    with pytest.raises(of.TheEndIsInThePast):
        of.decide(of.Standing(), consent(until=date(2024, 12, 31)))


def test_a_threshold_never_goes_down_not_even_by_a_new_consent() -> None:
    raised = after(consent(), of.RaiseThreshold(KPI, OR, day(1), 12))
    for command in (of.RaiseThreshold(KPI, OR, day(2), 11), consent(threshold=5)):
        with pytest.raises(of.ThresholdsOnlyRise):
            of.decide(raised, command)
    again = after(
        consent(), of.RaiseThreshold(KPI, OR, day(1), 12), of.WithdrawConsent(KPI, OR, day(2)),
        consent(),
    )  # fmt: skip
    assert again.threshold_of(KPI) == 12
    with pytest.raises(of.ThresholdsOnlyRise):
        of.decide(of.Standing(), of.RaiseThreshold(KPI, OR, day(1), 4))


def test_withdrawn_consent_tells_nothing_any_more() -> None:
    standing = after(consent(), of.WithdrawConsent(KPI, OR, day(1)))
    assert standing.withdrawn
    assert not standing.allows(KPI, TODAY)
    with pytest.raises(of.NothingIsConsented):
        of.decide(standing, of.WithdrawConsent(KPI, OR, day(2)))


def test_what_is_so_already_is_no_news() -> None:
    assert of.decide(after(consent()), consent()) == []
    raised = after(of.RaiseThreshold(KPI, OR, day(1), 12))
    assert of.decide(raised, of.RaiseThreshold(KPI, OR, day(1), 12)) == []


def test_of_a_number_about_ideas_nobody_asks_the_council() -> None:
    for command in (consent(kpi=OPEN), of.WithdrawConsent(OPEN, OR, day(1)),
                    of.RaiseThreshold(OPEN, OR, day(1), 9)):  # fmt: skip
        with pytest.raises(of.NoConsentIsNeeded):
            of.decide(of.Standing(), command)


def test_the_dossier_says_under_which_conditions_the_council_agreed() -> None:
    at = datetime(2025, 3, 1, tzinfo=UTC)
    agreed = Decision(
        at=at,
        what="consented",
        by="or-1",
        version=2,
        threshold=12,
        until=date(2025, 12, 31),
        words="alleen per <maand>",
    )
    withdrawn = Decision(at=at, what="withdrawn", by="or-1", words=None)
    number = Protected(
        kpi=registered(REGISTER["active_users"]),
        state="consented",
        threshold=12,
        until=date(2025, 12, 31),
        decisions=[agreed, withdrawn],
    )
    register = CouncilsRegister(numbers=[number], refused=[])
    page = dossier(register, {"active_users": []}, date(2025, 4, 1))
    assert (
        "2025-03-01 ingestemd (or-1): versie 2, drempel 12, tot en met 2025-12-31, voorwaarden "
        "“alleen per &lt;maand&gt;”; 2025-03-01 ingetrokken (or-1)"
    ) in page
    assert "ToolUsageRecorded (person, tool, feature, advanced, department, at)" in page
    assert "16 maanden na die dag" in page
