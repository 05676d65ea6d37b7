"""What the desk reads of what ideas are promised."""

TERMS: dict[str, tuple[str, str]] = {
    "terms.title": ("Wat we beloven", "What we promise"),
    "terms.lead": (
        "Hoe snel een idee antwoord krijgt, en wie het vraagt als dat niet lukt.",
        "How soon an idea is answered, and who is asked when that does not happen.",
    ),
    "terms.more": (
        "De eerste regel die past geldt. Wat leeg blijft is zoals voor iedereen. Alles in "
        "werkdagen. Een idee houdt wat beloofd was toen het werd verstuurd.",
        "The first rule that fits counts. What is empty is as for everybody. All in working days. "
        "An idea keeps what was promised when it was sent.",
    ),
    "terms.answer_days": ("Tot de balie iets zegt", "Until the desk says something"),
    "terms.decision_days": ("Tot het antwoord", "Until the answer"),
    "terms.escalate_days": ("Voor wie het daarna krijgt", "For whoever gets it after that"),
    "terms.remind_days": (
        "Herinneren, zoveel dagen vooraf (met komma's)",
        "Remind, so many days before (with commas)",
    ),
    "terms.rungs": (
        "Wie gevraagd wordt als een belofte breekt; de balie altijd als laatste",
        "Who is asked when a promise breaks; the desk always last",
    ),
    "terms.rung.lead": ("leidinggevenden", "leads"),
    "terms.rung.director": ("een directeur", "a director"),
    "terms.rung.desk": ("de balie", "the desk"),
    "terms.before": ("Wat eerder gold", "What held before"),
    "terms.version": ("Versie {number}, sinds {day}", "Version {number}, since {day}"),
    "terms.rules.one": ("Eén regel", "One rule"),
    "terms.rules.many": ("{count} regels", "{count} rules"),
    "terms.open.one": (
        "Eén open idee zou onder andere regels vallen als het nu werd verstuurd. Het houdt wat "
        "beloofd is.",
        "One open idea would fall under other rules if it were sent now. It keeps what was "
        "promised.",
    ),
    "terms.open.many": (
        "{count} open ideeën zouden onder andere regels vallen als ze nu werden verstuurd. Ze "
        "houden wat beloofd is.",
        "{count} open ideas would fall under other rules if they were sent now. They keep what "
        "was promised.",
    ),
    "terms.ideas": ("Welke open ideeën dat zijn", "Which open ideas those are"),
    "terms.idea": ("Idee", "Idea"),
    "terms.now": ("Beloofd is", "Promised is"),
    "terms.would_be": ("Zou worden", "Would be"),
    "terms.first": ("Dit zijn de eerste {count}.", "These are the first {count}."),
    "terms.link": (
        "Wat we beloven, per onderwerp of vraag",
        "What we promise, by subject or challenge",
    ),
    "no.TheLadderEndsAtTheDesk": (
        "De balie is altijd de laatste die gevraagd wordt. Zet haar erbij.",
        "The desk is always the last to be asked. Add it.",
    ),
    "no.ARulePromisesTooLate": (
        "Dat is te laat: tot dan hoort niemand iets. Geef hoogstens {most} werkdagen.",
        "That is too late: nobody hears anything until then. Give at most {most} working days.",
    ),
    "no.OneRuleForEach": (
        "Twee regels gaan over hetzelfde onderwerp en dezelfde vraag: de tweede geldt nooit. "
        "Laat er een staan.",
        "Two rules are about the same subject and challenge: the second never counts. Leave one.",
    ),
    "no.ARulePromisesSomething": (
        "Een regel belooft niets. Vul hem in, of laat hem weg.",
        "A rule promises nothing. Fill it, or leave it out.",
    ),
    "no.SomebodyChangedThemMeanwhile": (
        "Iemand anders veranderde de regels intussen. Kijk opnieuw wat er zou veranderen.",
        "Somebody else changed the rules meanwhile. Look again at what would change.",
    ),
}
