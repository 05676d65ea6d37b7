"""The numbers about tools: they are about people, so they leave in editions only."""

from metrics.domain.register import Definition, protected

TOOLS = (
    protected(Definition(
        id="active_users", title_en="Active users", title_nl="Actieve gebruikers",
        plain_en="How many people use a tool.", plain_nl="Hoeveel mensen een hulpmiddel gebruiken.",
        formula="count of distinct persons",
        definition="Distinct persons with at least one use of the tool in the period; every "
        "feature counts, `other` too.",
        purpose="Whether people use the tools that were meant to help them.", unit="persons",
    ), "tool"),
    protected(Definition(
        id="adoption_rate", title_en="Adoption", title_nl="Adoptie",
        plain_en="How many of those a tool is for use it.",
        plain_nl="Hoeveel van de mensen voor wie een hulpmiddel er is het gebruiken.",
        formula="active users ÷ persons of the audience", source="Whatfix, utilisation",
        definition="Active users, of the persons of the tool's audience (as the tool was "
        "introduced) who were in the directory on any day of the period. Without a known tool or "
        "directory: no_data.",
        purpose="Whether a tool reaches those it is for.", unit="share",
    ), "tool"),
    protected(Definition(
        id="feature_adoption", title_en="Feature adoption", title_nl="Gebruik van een functie",
        plain_en="How many users of a tool use one of its features.",
        plain_nl="Hoeveel gebruikers van een hulpmiddel één functie ervan gebruiken.",
        formula="users of the feature ÷ active users", source="GuideWhale",
        definition="Active users of the tool in the period who used the feature, of all active "
        "users.",
        purpose="Which features reach people, and which need a better explanation.", unit="share",
    ), "tool", "feature"),
    protected(Definition(
        id="advanced_share", title_en="Advanced share", title_nl="Aandeel gevorderd gebruik",
        plain_en="How many users go beyond the basics of a tool.",
        plain_nl="Hoeveel gebruikers verder gaan dan de basis van een hulpmiddel.",
        formula="users of any advanced feature ÷ active users",
        definition="Active users of the tool in the period who used at least one advanced feature, "
        "of all active users.",
        purpose="Whether a tool is used for more than its basics.", unit="share",
    ), "tool"),
    protected(Definition(
        id="depth", title_en="Depth of use", title_nl="Diepte van gebruik",
        plain_en="How much of the core of a tool its users really use.",
        plain_nl="Hoeveel van de kern van een hulpmiddel de gebruikers echt gebruiken.",
        formula="mean over active users of core features used ÷ core features",
        source="Pendo, PES adoption",
        definition="The mean over active users of the core features they used in the period, of "
        "the core features with which the tool was introduced. None defined: no_data.",
        purpose="Whether a tool has become a way of working.", unit="share",
    ), "tool"),
    protected(Definition(
        id="stickiness", title_en="Stickiness", title_nl="Trouw gebruik",
        plain_en="How many of those who use a tool at all use it on a working day.",
        plain_nl="Hoeveel van wie een hulpmiddel ooit gebruikt dat op een werkdag doet.",
        formula="mean over working days of DAU ÷ MAU", source="Pendo, stickiness",
        definition="The mean over the working days of a month of the persons who used the tool on "
        "the day, of those who used it in the 28 days that end with it. Told by the month. Of a "
        "department: of the uses that were made there.",
        purpose="Whether a tool is a habit.", unit="share", version=2,
    ), "tool", period="a closed calendar month", steps=("month",)),
    protected(Definition(
        id="time_to_adopt", title_en="Time to adopt", title_nl="Tijd tot gebruik",
        plain_en="How long people take to begin with a tool that they can use; those who have not "
        "begun count too.",
        plain_nl="Hoe lang mensen erover doen om te beginnen met een hulpmiddel; wie nog niet "
        "begonnen is telt mee.",
        formula="smallest t with S(t) ≤ 0.5, S by Kaplan-Meier", source="Kaplan and Meier (1958)",
        definition="Persons of the tool's audience in the period. From the later of the day they "
        "were listed and the day the tool was introduced, to their first use; censored at the end "
        "of the period.",
        purpose="Whether a tool is easy to begin with.", unit="days", version=2,
        beside={"p85": "the 85th percentile"},
    ), "tool"),
    protected(Definition(
        id="reported_use", title_en="Use as reported", title_nl="Gebruik volgens opgave",
        plain_en="How often a feature was used, as its own system counted that.",
        plain_nl="Hoe vaak een functie is gebruikt, zoals het systeem zelf dat telde.",
        formula="Σ uses, of the last report of each department",
        definition="From ready counts (ToolUsageReported), for tools that name nobody: the uses "
        "of a feature in an ISO week, with its users beside. The last report of a department and "
        "week holds; where the organisation is reported as a whole, that one alone. Features are "
        "never added up, as the same persons may use several.",
        purpose="Whether a tool that says no more than counts is used.", unit="uses",
        beside={"users": "persons who used it"},
    ), "tool", "feature", cuts=(), period="a closed ISO week", steps=("week",)),
)  # fmt: skip
