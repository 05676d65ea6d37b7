"""The numbers that Kiem tells, each defined to the last digit."""

from metrics.domain.ideas import STATES
from metrics.domain.register import Definition, about_a_tool

_IDEAS = (
    Definition(
        id="ideas_submitted", title_en="Ideas submitted", title_nl="Ingediende ideeën",
        definition="Ideas whose first IdeaSubmitted lies in the period. Later withdrawn or "
        "merged ones are included; drafts are not.",
        purpose="Whether people bring their ideas here at all.", unit="ideas",
    ),
    Definition(
        id="ideas_by_state", title_en="Ideas by state", title_nl="Ideeën naar status",
        definition="All ideas, by their state after the last fact before `to` and `at`, in "
        "order of (occurred_at, version in the Idea stream). An idea is in_pilot from "
        "PilotStarted, also after PilotConcluded scaled or extended, until IdeaRealised. "
        "`from` plays no part.",
        purpose="Where ideas stand, and where they get stuck.", unit="ideas",
        beside={state: f"ideas that are {state}" for state in STATES},
    ),
    Definition(
        id="realisation_a", title_en="Realisation, of those submitted",
        title_nl="Realisatie, van de ingediende",
        definition="Of the ideas submitted in the period, the share that was realised at any "
        "time before `at`. The first IdeaRealised counts; a later reopening does not undo "
        "it.",
        purpose="How many of the ideas people bring become how things are done.", unit="share",
    ),
    Definition(
        id="realisation_b", title_en="Realisation, of those judged",
        title_nl="Realisatie, van de beoordeelde",
        definition="Of the ideas whose first final judgement (accepted or declined; parked "
        "is not final) falls in the period, the share for which that judgement was "
        "accepted.",
        purpose="How often the answer is yes.", unit="share",
        beside={"revised": "ideas among them that were judged otherwise later, before `at`"},
    ),
    Definition(
        id="processing_time_a", title_en="Processing time, to the judgement",
        title_nl="Doorlooptijd, tot het oordeel",
        definition="First final judgement (accepted or declined) minus first submission, for "
        "first judgements in the period: the median. Zeros, births in a judged state "
        "included, stay.",
        purpose="How long people wait for an answer.", unit="days",
        beside={"p90": "the 90th percentile, nearest rank"},
    ),
    Definition(
        id="processing_time_b", title_en="Processing time, to the realisation",
        title_nl="Doorlooptijd, tot de realisatie",
        definition="First IdeaRealised minus first submission, for first realisations in the "
        "period: the median. Zeros stay.",
        purpose="How long it takes until an idea is how things are done.", unit="days",
        beside={"p90": "the 90th percentile, nearest rank"},
    ),
    Definition(
        id="lead_time_to_pilot", title_en="Lead time to pilot", title_nl="Tijd tot proef",
        definition="All ideas submitted in the period: the Kaplan-Meier median of the time "
        "from the first submission to the first PilotStarted before `at`, also after a "
        "reopening. Without one it is censored at its last exit (declined, withdrawn, "
        "merged, stopped, realised) if it is out at `at`, else at `at`. Events come "
        "before censorings of equal time; zeros stay; not_reached where fewer than half "
        "ever get there.",
        purpose="How fast an idea is tried out, without forgetting those that still wait.",
        unit="days",
        beside={
            "p85": "the 85th percentile, None where it is not reached",
            "pilots": "ideas that reached a pilot", "exits": "ideas that were out at `at` without",
            "open": "ideas that still wait",
        },
    ),
    Definition(
        id="throughput", title_en="Throughput", title_nl="Doorstroom",
        definition="First pilots in the period, with the first realisations in it beside.",
        purpose="How much the organisation really tries and changes.", unit="ideas",
        beside={
            "first_pilots": "ideas whose first PilotStarted lies in the period",
            "first_realisations": "ideas whose first IdeaRealised lies in the period",
        },
    ),
    Definition(
        id="wip", title_en="Ideas under way", title_nl="Lopende ideeën",
        definition="Unfinished ideas at `to`: neither declined, withdrawn, merged, realised "
        "nor stopped. Parked ones are unfinished. `from` plays no part.",
        purpose="Whether more is begun than can be finished.", unit="ideas",
    ),
    Definition(
        id="age", title_en="Age of ideas under way", title_nl="Leeftijd van lopende ideeën",
        definition="The median of `to` minus first submission of the ideas unfinished at "
        "`to`. `from` plays no part.",
        purpose="Whether ideas grow old unnoticed.", unit="days",
    ),
)  # fmt: skip

_PROMISES = (
    Definition(
        id="silent_ideas", title_en="Silent ideas", title_nl="Stille ideeën",
        definition="Ideas whose author is owed a word at `at`: unfinished ones whose current "
        "promise (person and date on the latest event that carries them, by "
        "`occurred_at`; an Escalated carries them too) is missing, or has no PromiseMade "
        "with that person and date 1 minute after it, or whose date passed more than 1 "
        "hour ago without PromiseKept or PromiseBroken, or that are held up behind a dead "
        "letter; finished ones whose outcome notice was not delivered within 24 hours. "
        "Only what was recorded before `at` counts, so an imported idea owes a promise "
        "from its import on, and an imported outcome no notice. The period plays no part.",
        purpose="Whether the guarantee holds: it must be 0.", unit="ideas",
        beside={
            "held_up": "behind a dead letter", "no_promise": "nobody is accountable, or no date",
            "promise_not_told": "no PromiseMade with that person and date",
            "overdue": "the date passed in silence",
            "outcome_not_delivered": "the outcome did not reach the author",
        },
    ),
)  # fmt: skip

_TOOLS = (
    about_a_tool(
        Definition(
            id="active_users", title_en="Active users", title_nl="Actieve gebruikers",
            definition="Distinct persons with at least one use of the tool in the month; "
            "every feature counts, `other` too.",
            purpose="Whether people use the tools that were meant to help them.", unit="persons",
        )
    ),
    about_a_tool(
        Definition(
            id="feature_adoption", title_en="Feature adoption", title_nl="Gebruik van een functie",
            definition="Active users of the tool in the month who used the feature, of all "
            "active users.",
            purpose="Which features reach people, and which need a better explanation.",
            unit="share",
        ),
        "feature",
    ),
    about_a_tool(
        Definition(
            id="advanced_share", title_en="Advanced share", title_nl="Aandeel gevorderd gebruik",
            definition="Active users of the tool in the month who used at least one advanced "
            "feature, of all active users.",
            purpose="Whether a tool is used for more than its basics.", unit="share",
        )
    ),
)  # fmt: skip

REGISTER: dict[str, Definition] = {kpi.id: kpi for kpi in (*_IDEAS, *_PROMISES, *_TOOLS)}
