"""What HR and the works council read."""

COUNCIL: dict[str, tuple[str, str]] = {
    "nav.council": ("Instemming", "Consent"),
    "council.title": ("Cijfers over mensen", "Numbers about people"),
    "council.lead": (
        "Elk cijfer over mensen, wat het is, en waar de ondernemingsraad mee instemde. Zonder "
        "instemming wordt het aan niemand verteld.",
        "Every number about people, what it is, and what the works council agreed to. Without "
        "consent nobody is told it.",
    ),
    "council.done": ("Vastgelegd.", "Recorded."),
    "council.dossier": (
        "Dossier voor de functionaris gegevensbescherming",
        "Dossier for the data protection officer",
    ),
    "council.waiting.one": (
        "Eén cijfer wacht op instemming.",
        "One number waits for consent.",
    ),
    "council.waiting.many": (
        "{count} cijfers wachten op instemming.",
        "{count} numbers wait for consent.",
    ),
    "council.state.pending": ("wacht op instemming", "waits for consent"),
    "council.state.consented": ("ingestemd", "agreed"),
    "council.state.withdrawn": ("instemming ingetrokken", "consent withdrawn"),
    "council.until": ("tot en met {day}", "until {day}"),
    "council.exactly": ("Wat het precies is", "What it is exactly"),
    "council.basis": ("Grondslag", "Legal basis"),
    "council.decisions": ("Besluiten", "Decisions"),
    "council.decided.consented": ("Ingestemd door {who}.", "Agreed by {who}."),
    "council.decided.withdrawn": ("Ingetrokken door {who}.", "Withdrawn by {who}."),
    "council.decided.threshold_raised": ("Drempel verhoogd door {who}.", "Raised by {who}."),
    "council.consent": ("Stem in", "Agree"),
    "council.consent.to": (
        "Instemming geldt voor versie {version} van de definitie. Verandert die, dan wacht het "
        "cijfer opnieuw.",
        "Consent is to version {version} of the definition. When that changes, the number waits "
        "again.",
    ),
    "council.consent.threshold": ("Hogere drempel (mag leeg)", "Higher threshold (optional)"),
    "council.consent.until": ("Laatste dag (mag leeg)", "Last day (optional)"),
    "council.consent.words": ("Voorwaarden in woorden (mag leeg)", "Conditions (optional)"),
    "council.consent.send": ("Leg de instemming vast", "Record the consent"),
    "council.withdraw": ("Trek de instemming in", "Withdraw the consent"),
    "council.withdraw.why": ("Waarom? (mag leeg)", "Why? (optional)"),
    "council.withdraw.send": ("Trek in", "Withdraw"),
    "council.raise": ("Verhoog de drempel", "Raise the threshold"),
    "council.raise.only": ("Drempels gaan alleen omhoog.", "Thresholds only rise."),
    "council.raise.to": ("Nooit over minder dan", "Never about fewer than"),
    "council.raise.send": ("Verhoog", "Raise"),
    "council.refused": ("Geweigerde vragen", "Questions that were refused"),
    "council.refused.more": (
        "Wat gevraagd werd en niet verteld is. Wie het vroeg wordt niet bewaard.",
        "What was asked and not told. Who asked is not kept.",
    ),
    "council.refused.none": ("Er is niets geweigerd.", "Nothing was refused."),
    "council.editions": ("Edities", "Editions"),
    "council.editions.more": (
        "De cijfers worden vastgezet als een periode gesloten is. Hier staan de laatste edities en "
        "welke groepen erin verborgen blijven; hoe groot die zijn, staat nergens.",
        "Numbers are frozen once a period is closed. Here are the latest editions, and the groups "
        "that stay hidden in them; how large those are is told nowhere.",
    ),
    "council.editions.revision": ("herziening {number}", "revision {number}"),
    "council.editions.hidden": ("Verborgen:", "Hidden:"),
    "council.editions.whole": ("de hele organisatie", "the whole organisation"),
    "council.editions.all": ("Geen groep is verborgen.", "No group is hidden."),
    "council.editions.none": ("Er is nog geen editie.", "There is no edition yet."),
    "council.erasure": ("Iemand vergeten", "Forgetting somebody"),
    "council.erasure.more": (
        "Kijk wat elke dienst nog van iemand bewaart. Wissen gaat met het bericht uit het "
        "personeelsbestand, of door de beheerder.",
        "See what each service still keeps of somebody. Erasing comes with the directory's "
        "message, or is done by the operator.",
    ),
    "council.erasure.person": ("Personeelscode", "Person code"),
    "council.erasure.done": ("gewist", "erased"),
    "council.erasure.nothing": ("niets", "nothing"),
    "council.erasure.holds": ("bewaart nog iets", "still keeps something"),
    "no.TheDefinitionIsAnother": (
        "De definitie is intussen een andere. Lees die, en stem daarmee in.",
        "The definition is another by now. Read it, and agree to that.",
    ),
    "no.ThresholdsOnlyRise": (
        "Een drempel gaat alleen omhoog. Noem een hoger getal.",
        "A threshold only rises. Name a higher number.",
    ),
    "no.TheEndIsInThePast": (
        "Die laatste dag is voorbij. Noem een latere, of geen.",
        "That last day is over. Name a later one, or none.",
    ),
    "no.NothingIsConsented": (
        "Er is niet ingestemd, dus er is niets in te trekken.",
        "Nothing was agreed to, so there is nothing to withdraw.",
    ),
}
