"""Which fields of which events each number reads, and how long what it rests on is kept."""

from collections.abc import Mapping

from msgspec import Struct

from metrics.domain.periods import KEPT_MONTHS

Fields = Mapping[str, tuple[str, ...]]
"""The fields that are read, by the name of the event."""


class Retention(Struct, frozen=True):
    """How long facts are kept, and what stays."""

    en: str
    nl: str


OF_IDEAS = Retention(
    "For ever: events without words, in which a pseudonym stands for a person. The rows that are "
    "counted hold a keyed hash of it. Erasing a person removes their words where they are kept, "
    "and what the directory said of them; what was counted stays.",
    "Voor altijd: gebeurtenissen zonder woorden, waarin een pseudoniem voor iemand staat. De rijen "
    "die worden geteld bevatten er een versleutelde afdruk van. Wie wordt gewist verliest zijn "
    "woorden waar die staan, en wat de lijst van mensen over hem zei; wat is geteld blijft.",
)
OF_USE = Retention(
    f"Rows of a person and day go {KEPT_MONTHS} months after the day, and not before the editions "
    "that are due of them are made. Of a person only the day of the first use stays, until they "
    "leave or are erased. Editions stay.",
    f"Rijen van iemand en een dag verdwijnen {KEPT_MONTHS} maanden na die dag, en niet voordat de "
    "edities ervan zijn gemaakt. Van iemand blijft alleen de dag van het eerste gebruik, tot die "
    "vertrekt of wordt gewist. Edities blijven.",
)
OF_REPORTS = Retention(
    "For ever: sums that name nobody; one that was corrected stays beside the later one. Editions "
    "stay.",
    "Voor altijd: optellingen die niemand noemen; een verbeterde blijft naast de latere. Edities "
    "blijven.",
)
OF_WAVES = Retention(
    "For ever: answers without person, code or moment of their own. The codes, and the list of who "
    "had one, go when the wave ends.",
    "Voor altijd: antwoorden zonder persoon, code of eigen moment. De codes, en de lijst van wie "
    "er een had, verdwijnen als de ronde voorbij is.",
)

_BORN: Fields = {"IdeaSubmitted": ("idea", "author", "department", "origin", "at")}
_CUT: Fields = {
    "IdeaSubmitted": ("idea", "author", "department", "category", "origin", "challenge", "tool",
                      "at"),
    "IdeaRevised": ("idea", "category", "at"), "PersonListed": ("person", "department", "at"),
}  # fmt: skip
_LISTED: Fields = {
    "PersonListed": ("person", "department", "attributes", "at"),
    "PersonLeft": ("person", "at"),
}
_STEPS: Fields = dict.fromkeys(
    ("IdeaTakenUnderReview", "IdeaAccepted", "IdeaDeclined", "IdeaParked", "IdeaRevived",
     "IdeaWithdrawn", "IdeaMerged", "PilotStarted", "IdeaRealised"), ("idea", "at"),
) | {"IdeaReopened": ("idea", "to", "at"), "PilotConcluded": ("idea", "outcome", "at")}  # fmt: skip
_JUDGED: Fields = {"IdeaAccepted": ("idea", "at"), "IdeaDeclined": ("idea", "at")}
_REALISED: Fields = {"IdeaRealised": ("idea", "at")}
_PILOT: Fields = {"PilotStarted": ("idea", "at")}
_LOOP: Fields = dict.fromkeys(
    (
        "PromiseMade",
        "PromiseKept",
        "PromiseBroken",
        "PromiseExtended",
        "PromisePassedOn",
        "Escalated",
    ),
    ("matter", "subject", "accountable", "due", "at"),
)
_NOTICE: Fields = {"NoticeDelivered": ("notice", "matter", "subject", "person", "kind", "at")}
_OWING: Fields = {
    name: (*fields, "accountable", "due")
    for name, fields in _STEPS.items()
    if name not in ("IdeaDeclined", "IdeaWithdrawn", "IdeaMerged", "IdeaRealised")
} | {"PromiseMoved": ("idea", "accountable", "due", "at")}
_USE: Fields = {
    "ToolUsageRecorded": ("person", "tool", "feature", "advanced", "department", "at"),
    **_LISTED,
}
_TOOL: Fields = {
    "ToolIntroduced": ("tool", "name", "features", "audience", "at"),
    "ToolChanged": ("tool", "features", "audience", "at"),
}
_AUTHORS: Fields = {
    "IdeaSubmitted": ("idea", "author", "co_authors", "way", "department", "origin", "at"),
    "CoAuthorsChanged": ("idea", "co_authors", "at"), **_LISTED,
}  # fmt: skip
_ANSWERS: Fields = {
    "WaveOpened": ("wave", "questions", "invited", "departments", "at"),
    "WaveClosed": ("wave", "answered", "at"),
    "PulseAnswered": ("answer", "wave", "department", "answers"),
}
_WORKFORCE = ("department", "month", "persons")

READS: dict[str, Fields] = {
    "ideas_submitted": _CUT, "idea_rate": {**_BORN, **_LISTED},
    "ideas_by_state": {**_STEPS, **_CUT}, "realisation_a": {**_CUT, **_REALISED},
    "realisation_b": {**_CUT, **_JUDGED}, "processing_time_a": {**_CUT, **_JUDGED},
    "processing_time_b": {**_CUT, **_REALISED}, "lead_time_to_pilot": {**_STEPS, **_CUT},
    "throughput": {**_CUT, **_PILOT, **_REALISED}, "wip": {**_STEPS, **_CUT},
    "age": {**_STEPS, **_CUT}, "idea_diversity": {**_CUT, "IdeaMerged": ("idea", "at")},
    "cross_department": {
        **_CUT, **_AUTHORS, "IdeaSupported": ("idea", "by", "at"),
        "SupportWithdrawn": ("idea", "by", "at"),
    },
    "silent_ideas": {
        **_CUT, **_STEPS, **_OWING, **_LOOP, **_NOTICE,
        "IdeaSubmitted": (*_CUT["IdeaSubmitted"], "accountable", "due"),
    },
    "first_response": {
        **_CUT, "ReviewerAssigned": ("idea", "reviewer", "at"), "QuestionAsked": ("idea", "at"),
        "ReviewCompleted": ("idea", "at"), "CommentPosted": ("idea", "by", "at"),
        "IdeaWithdrawn": ("idea", "at"), "IdeaMerged": ("idea", "at"),
    },
    "sla_attainment": {
        **_CUT, **_LOOP, "IdeaWithdrawn": ("idea", "at"), "IdeaMerged": ("idea", "at"),
    },
    "closed_loop": {
        **_CUT, **_JUDGED, "IdeaParked": ("idea", "at"), **_NOTICE,
        "FeedbackRated": ("idea", "useful", "at"),
    },
    "pilot_outcomes": {**_CUT, "PilotConcluded": ("idea", "outcome", "at")},
    "barrier_resolution": {
        "BarrierRaised": ("barrier", "author", "accountable", "kind", "department", "at"),
        "BarrierHandedOver": ("barrier", "accountable", "at"),
        "BarrierRemoved": ("barrier", "at"), "BarrierDeclined": ("barrier", "at"),
        "PersonListed": ("person", "department", "roles", "at"), "PersonLeft": ("person", "at"),
    },
    "time_granted": {
        "TimeAsked": ("request", "author", "purpose", "hours", "department", "at"),
        "TimeGranted": ("request", "hours", "at"), "TimeRefused": ("request", "at"), **_LISTED,
    },
    "active_users": _USE, "adoption_rate": {**_USE, **_TOOL}, "feature_adoption": _USE,
    "advanced_share": _USE, "depth": {**_USE, **_TOOL}, "stickiness": _USE,
    "time_to_adopt": {**_USE, **_TOOL},
    "reported_use": {
        "ToolUsageReported": ("tool", "feature", "week", "users", "uses", "department", "at"),
    },
    "participation": _AUTHORS, "representation": _AUTHORS,
    "enps": _ANSWERS, "psychological_safety": _ANSWERS, "pulse_scale": _ANSWERS,
    "turnover_total": {"WorkforceReported": (*_WORKFORCE, "leavers", "at")},
    "turnover_voluntary": {"WorkforceReported": (*_WORKFORCE, "leavers_voluntary", "at")},
    "turnover_first_year": {"WorkforceReported": (*_WORKFORCE, "leavers_first_year", "at")},
    "absence": {"WorkforceReported": (*_WORKFORCE, "sick_days", "available_days", "at")},
    "outcome": {
        "OutcomeReported": ("measure", "unit", "period", "value", "department", "n", "at"),
    },
}  # fmt: skip

_OF_REPORTS = frozenset(
    {"reported_use", "turnover_total", "turnover_voluntary", "turnover_first_year", "absence",
     "outcome"}
)  # fmt: skip


def retention_of(kpi: str) -> Retention:
    """Return how long what a number rests on is kept."""
    reads = READS[kpi]
    if "ToolUsageRecorded" in reads:
        return OF_USE
    if "PulseAnswered" in reads:
        return OF_WAVES
    return OF_REPORTS if kpi in _OF_REPORTS else OF_IDEAS
