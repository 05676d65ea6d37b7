"""What the works council decides of a number about people: pending, consented, withdrawn."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from msgspec import UNSET

from chassis.decider import Decider, Rejected
from contracts.metrics import ConsentRecorded, ConsentWithdrawn, KpiEvent, ThresholdRaised
from contracts.vocabulary import PersonId
from metrics.domain.register import Definition


class NoConsentIsNeeded(Rejected):
    """The number tells nothing about people: it is about ideas, and told anyway. Just ask it."""


class TheDefinitionIsAnother(Rejected):
    """The number is defined in another version by now. Read its definition and consent to that."""


class ThresholdsOnlyRise(Rejected):
    """A threshold may only be raised, so that no group is told that was hidden. Name a higher."""


class TheEndIsInThePast(Rejected):
    """Consent that has ended already tells nothing. Name a later day, or none."""


class NothingIsConsented(Rejected):
    """The works council has not consented to this number, so there is nothing to withdraw."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a number stands with the works council. `version`: the one it consented to."""

    version: int | None = None
    threshold: int = 0
    until: date | None = None
    since: datetime | None = None
    withdrawn: bool = False

    def allows(self, kpi: Definition, today: date) -> bool:
        """Tell whether a number may be told on a day: only as it was when it was agreed to."""
        ended = self.until is not None and today > self.until
        return self.version == kpi.version and not ended

    def threshold_of(self, kpi: Definition) -> int:
        return max(self.threshold, kpi.threshold or 0)


@dataclass(frozen=True, slots=True)
class RecordConsent:
    kpi: Definition
    version: int
    by: PersonId
    at: datetime
    today: date
    threshold: int | None = None
    until: date | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    kpi: Definition
    by: PersonId
    at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RaiseThreshold:
    kpi: Definition
    by: PersonId
    at: datetime
    threshold: int


KpiCommand = RecordConsent | WithdrawConsent | RaiseThreshold


def decide(standing: Standing, command: KpiCommand) -> list[KpiEvent]:
    if command.kpi.kind != "protected":
        raise NoConsentIsNeeded
    match command:
        case RecordConsent():
            return _recorded(standing, command)
        case WithdrawConsent(kpi=kpi, by=by, at=at, reason=reason):
            if standing.version is None:
                raise NothingIsConsented
            return [ConsentWithdrawn(at=at, kpi=kpi.id, by=by, reason=reason or UNSET)]
        case RaiseThreshold(kpi=kpi, by=by, at=at, threshold=threshold):
            present = standing.threshold_of(kpi)
            if threshold < present:
                raise ThresholdsOnlyRise
            raised = ThresholdRaised(at=at, kpi=kpi.id, by=by, threshold=threshold)
            return [] if threshold == present else [raised]


def _recorded(standing: Standing, told: RecordConsent) -> list[KpiEvent]:
    present = standing.threshold_of(told.kpi)
    threshold = present if told.threshold is None else told.threshold
    if told.version != told.kpi.version:
        raise TheDefinitionIsAnother
    if threshold < present:
        raise ThresholdsOnlyRise
    if told.until is not None and told.until < told.today:
        raise TheEndIsInThePast
    if (standing.version, present, standing.until) == (told.version, threshold, told.until):
        return []
    return [
        ConsentRecorded(
            at=told.at, kpi=told.kpi.id, version=told.version, by=told.by, threshold=threshold,
            until=told.until, words=told.words or UNSET,
        )
    ]  # fmt: skip


def evolve(standing: Standing, event: KpiEvent) -> Standing:
    match event:
        case ConsentRecorded():
            return Standing(event.version, event.threshold, event.until, event.at)
        case ConsentWithdrawn():
            return replace(standing, version=None, until=None, since=None, withdrawn=True)
        case ThresholdRaised(threshold=threshold):
            return replace(standing, threshold=threshold)


decider = Decider[Standing, KpiCommand, KpiEvent](Standing(), decide, evolve)
