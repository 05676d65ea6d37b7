"""The numbers about room for ideas: pilots, barriers, time."""

from metrics.domain.register import Definition

_ASKED = ("from", "to", "at", "by", "as_known_at")

ROOM = (
    Definition(
        id="pilot_outcomes", title_en="Pilots concluded", title_nl="Afgeronde proeven",
        plain_en="What came of what was tried.", plain_nl="Wat er werd van wat is beproefd.",
        formula="count of PilotConcluded", period="concluded in [from, to)",
        definition="Pilots concluded in the period, by what they led to.",
        purpose="Whether things are really tried, and stopped where they do not work.",
        unit="pilots",
        beside={
            "scaled": "pilots that became practice", "stopped": "pilots that were stopped",
            "extended": "pilots that go on longer",
            "with_learning": "with a learning: every live one, as none is concluded without; of "
            "imported ones it is not known",
        },
    ),
    Definition(
        id="barrier_resolution", title_en="Time to remove a barrier",
        title_nl="Tijd om een belemmering weg te nemen",
        plain_en="How long people wait until what is in their way is gone, or they hear why not.",
        plain_nl="Hoe lang mensen wachten tot wat in de weg staat weg is, of tot ze horen waarom "
        "niet.",
        formula="smallest t with S(t) ≤ 0.5, S by Kaplan-Meier", source="Kaplan and Meier (1958)",
        period="raised in [from, to)",
        definition="Barriers raised in the period; removed, or declined with a reason, is the "
        "event; without it censored at `at`. Level: the one of its owner in the directory.",
        purpose="Whether leaders clear the way.", unit="days",
        cuts=("department", "kind", "level"), parameters=_ASKED,
        beside={
            "p85": "the 85th percentile", "removed": "barriers that are out of the way",
            "declined": "barriers that stay, for a reason", "open": "barriers that wait",
        },
    ),
    Definition(
        id="time_granted", title_en="Time granted", title_nl="Toegekende tijd",
        plain_en="How much of the time that people ask for their ideas they get.",
        plain_nl="Hoeveel van de tijd die mensen voor hun ideeën vragen ze krijgen.",
        formula="hours granted ÷ hours asked", period="asked in [from, to)",
        definition="Of the requests for time made in the period: the hours granted before `at`, "
        "of the hours asked.",
        purpose="Whether ideas get time, and not only applause.", unit="share",
        cuts=("department", "purpose"), parameters=_ASKED,
        beside={
            "hours_asked": "hours asked", "hours_granted": "hours granted",
            "refused": "requests that were refused, each with a reason that is a barrier now",
        },
    ),
)  # fmt: skip
