"""The numbers about answers and promises."""

from metrics.domain.register import Definition

PROMISES = (
    Definition(
        id="silent_ideas", title_en="Silent ideas", title_nl="Stille ideeën",
        plain_en="Ideas whose author is owed a word and did not get it. It must be 0.",
        plain_nl="Ideeën waarvan de indiener een woord tegoed heeft en het niet kreeg. Het hoort 0 "
        "te zijn.",
        formula="count of silent ideas", period="as it is at `at`",
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
    Definition(
        id="first_response", title_en="First response", title_nl="Eerste reactie",
        plain_en="How long people wait for the first word of a person about their idea; an "
        "automatic receipt is no word.",
        plain_nl="Hoe lang mensen wachten op het eerste woord van een mens over hun idee; een "
        "automatische ontvangstbevestiging is geen woord.",
        formula="smallest t with S(t) ≤ 0.5, S by Kaplan-Meier", source="Kaplan and Meier (1958)",
        period="submitted in [from, to)",
        definition="For the ideas submitted in the period: the first QuestionAsked, "
        "ReviewCompleted or comment by a reviewer of the idea, delivered or not, minus the "
        "submission. Kaplan-Meier; without a word it is censored at the withdrawal or the merger, "
        "else at `at`; what is said after those is no answer.",
        purpose="Whether people are heard soon.", unit="days", version=2,
        beside={
            "p90": "the 90th percentile", "working_median": "the median in days of working time: "
            "the time that falls on working days of the calendar, 24 hours each",
            "working_p90": "the 90th percentile in working time", "answered": "ideas with a word",
            "left": "withdrawn or merged without one", "open": "ideas that wait for one",
        },
    ),
    Definition(
        id="sla_attainment", title_en="Promises kept in time",
        title_nl="Beloften op tijd nagekomen",
        plain_en="How many of the promised dates were met.",
        plain_nl="Hoeveel van de beloofde data zijn gehaald.",
        formula="kept by their date ÷ (kept by their date + not)",
        period="the promise fell due in [from, to)",
        definition="Promises (PromiseMade) whose date, after pauses, the one move and extensions "
        "for an outage, lies in the period. Left out: not yet due at `at`, the idea withdrawn or "
        "merged before the date, or handed over before it to somebody else, who promised anew. "
        "Met: PromiseKept by the date. Missed: every other one, also when kept later.",
        purpose="Whether what is promised is done.", unit="share",
        beside={
            "missed": "promises that were not kept by their date",
            "moved": "promises among them whose date was moved before",
            "handed_over": "promises that somebody else took over before their date",
        },
    ),
    Definition(
        id="closed_loop", title_en="Outcomes that arrived", title_nl="Uitkomsten die aankwamen",
        plain_en="How often what came of an idea reached its author, and helped.",
        plain_nl="Hoe vaak wat er van een idee werd de indiener bereikte, en hielp.",
        formula="delivered ÷ outcomes", period="an outcome lies in [from, to)", version=2,
        definition="Of the ideas with an outcome (IdeaAccepted, IdeaDeclined, IdeaParked) in the "
        "period, the last of these counting: the share whose notice of it was delivered to the "
        "author before the next outcome, and before `at`.",
        purpose="Whether anybody is left in the dark about what came of their idea.",
        unit="share",
        beside={
            "seen": "whose notice was seen; null: who looks at what leaves the inbox in no event",
            "rated_useful": "ideas whose author gave that answer 4 or 5 of 5 for usefulness",
        },
    ),
)  # fmt: skip
