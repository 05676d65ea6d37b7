"""The numbers about the way of ideas."""

from metrics.domain.ideas import STATES
from metrics.domain.register import Definition

IDEAS = (
    Definition(
        id="ideas_submitted", title_en="Ideas submitted", title_nl="Ingediende ideeën",
        plain_en="How many ideas people brought.",
        plain_nl="Hoeveel ideeën mensen hebben ingebracht.",
        formula="count of ideas",
        source="ZI, Beautiful Five (2012)",
        period="the first IdeaSubmitted lies in [from, to)",
        definition="Ideas whose first IdeaSubmitted lies in the period. Later withdrawn or "
        "merged ones are included; drafts are not.",
        purpose="Whether people bring their ideas here at all.", unit="ideas",
    ),
    Definition(
        id="idea_rate", title_en="Ideas a person and year", title_nl="Ideeën per persoon en jaar",
        plain_en="How many ideas a year come from a person, on average.",
        plain_nl="Hoeveel ideeën er per jaar van één persoon komen, gemiddeld.",
        formula="ideas × 365 ÷ days that persons were in the directory",
        source="ZI, Beautiful Five (2012)", period="the first IdeaSubmitted lies in [from, to)",
        definition="ideas_submitted ÷ daily average of active persons in the directory, × 365 ÷ "
        "days of the period. A person is active on a day if they are in the directory when it "
        "ends. Without a directory in the period: no_data.",
        purpose="Whether the organisation draws out what its people know.", unit="ideas a year",
        cuts=(), parameters=("from", "to", "at", "as_known_at", "origin"),
        beside={"headcount": "the daily average of active persons"},
    ),
    Definition(
        id="ideas_by_state", title_en="Ideas by state", title_nl="Ideeën naar status",
        plain_en="Where all ideas stand.",
        plain_nl="Hoe het met alle ideeën staat.",
        formula="count of ideas for each state",
        period="as it was at `to`",
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
        plain_en="Which part of what people brought is done in practice.",
        plain_nl="Welk deel van wat mensen inbrachten praktijk is geworden.",
        formula="realised ÷ submitted",
        source="ideas2success.at",
        period="submitted in [from, to)",
        definition="Of the ideas submitted in the period, the share that was realised at any "
        "time before `at`. The first IdeaRealised counts; a later reopening does not undo "
        "it.",
        purpose="How many of the ideas people bring become how things are done.", unit="share",
    ),
    Definition(
        id="realisation_b", title_en="Realisation, of those judged",
        title_nl="Realisatie, van de beoordeelde",
        plain_en="How often the answer is yes.",
        plain_nl="Hoe vaak het antwoord ja is.",
        formula="accepted ÷ judged",
        source="dasideenmanagement.de",
        period="first judged in [from, to)",
        definition="Of the ideas whose first final judgement (accepted or declined; parked "
        "is not final) falls in the period, the share for which that judgement was "
        "accepted.",
        purpose="How often the answer is yes.", unit="share",
        beside={"revised": "ideas among them that were judged otherwise later, before `at`"},
    ),
    Definition(
        id="processing_time_a", title_en="Processing time, to the judgement",
        title_nl="Doorlooptijd, tot het oordeel",
        plain_en="How long people wait for the judgement.",
        plain_nl="Hoe lang mensen op het oordeel wachten.",
        formula="median of first judgement − submission",
        source="dasideenmanagement.de",
        period="first judged in [from, to)",
        definition="First final judgement (accepted or declined) minus first submission, for "
        "first judgements in the period: the median. Zeros, births in a judged state "
        "included, stay.",
        purpose="How long people wait for an answer.", unit="days",
        beside={"p90": "the 90th percentile, nearest rank"},
    ),
    Definition(
        id="processing_time_b", title_en="Processing time, to the realisation",
        title_nl="Doorlooptijd, tot de realisatie",
        plain_en="How long it takes until an idea is practice.",
        plain_nl="Hoe lang het duurt tot een idee praktijk is.",
        formula="median of first realisation − submission",
        source="ideas2success.at",
        period="first realised in [from, to)",
        definition="First IdeaRealised minus first submission, for first realisations in the "
        "period: the median. Zeros stay.",
        purpose="How long it takes until an idea is how things are done.", unit="days",
        beside={"p90": "the 90th percentile, nearest rank"},
    ),
    Definition(
        id="lead_time_to_pilot", title_en="Lead time to pilot", title_nl="Tijd tot proef",
        plain_en="How soon an idea is tried; those that still wait count too.",
        plain_nl="Hoe snel een idee wordt beproefd; ook wat nog wacht telt mee.",
        formula="smallest t with S(t) ≤ 0.5, S by Kaplan-Meier",
        source="Kaplan and Meier (1958)",
        period="submitted in [from, to)",
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
        plain_en="How much is tried and changed.",
        plain_nl="Hoeveel er wordt beproefd en veranderd.",
        formula="count of first pilots",
        period="first pilot, first realisation in [from, to)",
        definition="First pilots in the period, with the first realisations in it beside.",
        purpose="How much the organisation really tries and changes.", unit="ideas",
        beside={
            "first_pilots": "ideas whose first PilotStarted lies in the period",
            "first_realisations": "ideas whose first IdeaRealised lies in the period",
        },
    ),
    Definition(
        id="wip", title_en="Ideas under way", title_nl="Lopende ideeën",
        plain_en="How many ideas are under way.",
        plain_nl="Hoeveel ideeën er lopen.",
        formula="count of unfinished ideas",
        source="Little (1961)",
        period="as it was at `to`",
        definition="Unfinished ideas at `to`: neither declined, withdrawn, merged, realised "
        "nor stopped. Parked ones are unfinished. `from` plays no part.",
        purpose="Whether more is begun than can be finished.", unit="ideas",
    ),
    Definition(
        id="age", title_en="Age of ideas under way", title_nl="Leeftijd van lopende ideeën",
        plain_en="How old the ideas under way are.",
        plain_nl="Hoe oud de lopende ideeën zijn.",
        formula="median of to − submission",
        period="as it was at `to`",
        definition="The median of `to` minus first submission of the ideas unfinished at "
        "`to`. `from` plays no part.",
        purpose="Whether ideas grow old unnoticed.", unit="days",
    ),
    Definition(
        id="idea_diversity", title_en="Kinds of ideas in effect",
        title_nl="Werkelijk aantal soorten ideeën",
        plain_en="How many kinds of ideas there really are; one dominant kind counts as little "
        "more than one.",
        plain_nl="Hoeveel soorten ideeën er werkelijk zijn; één overheersende soort telt als "
        "weinig meer dan één.",
        formula="q1 = exp(−Σ pᵢ ln pᵢ)", source="Hill (1973)", period="submitted in [from, to)",
        definition="Of the ideas submitted in the period, merged ones and those without a category "
        "left out, declined ones in, by their category at `at`: the Hill number of order 1. Null "
        "under 30 ideas.",
        purpose="Whether ideas come from everywhere in the work, or from one corner.",
        unit="kinds", cuts=("department", "origin"), version=2,
        beside={
            "q0": "categories with an idea", "q1": "exp of Shannon's H", "q2": "1 ÷ Σ p²",
            "shannon": "H = −Σ p ln p", "pielou": "H ÷ ln q0; null for one category",
            "simpson": "1 − Σ p²", "simpson_unbiased": "1 − Σ n(n−1) ÷ N(N−1)",
            "without_category": "ideas of the period that have no category",
        },
    ),
    Definition(
        id="cross_department", title_en="Ideas across departments",
        title_nl="Ideeën over afdelingen heen",
        plain_en="How many ideas have people from more than one department behind them.",
        plain_nl="Achter hoeveel ideeën mensen van meer dan één afdeling staan.",
        formula="ideas with ≥ 2 departments ÷ ideas", period="submitted in [from, to)",
        definition="Of the ideas submitted in the period, the share whose authors, co-authors and "
        "supporters (support taken back does not count) come from two or more known departments, "
        "each by the directory when they joined in.",
        purpose="Whether ideas cross the walls between departments.", unit="share",
    ),
)  # fmt: skip
