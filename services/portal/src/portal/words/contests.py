"""What is said of one challenge: its rules, its teams, its jury, how answers stand, its end."""

CONTESTS: dict[str, tuple[str, str]] = {
    "challenges.asked": ("Gevraagd door {who}", "Asked by {who}"),
    "challenges.closed": ("Deze vraag is gesloten.", "This question is closed."),
    "challenges.counted.one": ("Er kwam één antwoord.", "There was one answer."),
    "challenges.counted.many": ("Er kwamen {count} antwoorden.", "There were {count} answers."),
    "challenges.last.over": (
        "De laatste dag was {day}. Het verslag komt van {who}.",
        "The last day was {day}. The report comes from {who}.",
    ),
    "challenges.last.over.by": (
        "De laatste dag was {day}. Het verslag komt van {who}, uiterlijk {due}.",
        "The last day was {day}. The report comes from {who}, by {due} at the latest.",
    ),
    "challenges.first": (
        "Antwoorden kan vanaf {day}.",
        "It takes answers from {day} on.",
    ),
    "challenges.report": ("Wat ervan werd", "What became of it"),
    "challenges.chosen": ("Gekozen", "Chosen"),
    "challenges.close": ("Sluit met een verslag", "Close with a report"),
    "challenges.criteria": ("Waar we op letten", "What we judge by"),
    "challenges.criteria.fixed": (
        "Dit lag vast voor het eerste antwoord kwam, en blijft zo.",
        "This was fixed before the first answer came, and stays so.",
    ),
    "challenges.weights": (
        "De jury telt voor {jury}, steun van collega's voor {crowd}.",
        "The jury counts for {jury}, support of colleagues for {crowd}.",
    ),
    "challenges.weights.crowd": (
        "Er is geen jury: alleen steun van collega's telt.",
        "There is no jury: only support of colleagues counts.",
    ),
    "challenges.jury.who": ("In de jury:", "On the jury:"),
    "challenges.phases": ("Hoe het gaat", "How it goes"),
    "challenges.phase": ("van {first} tot en met {last}", "from {first} until {last}"),
    "challenges.jury.you": ("Jij zit in de jury", "You are on the jury"),
    "challenges.jury.given.one": ("Je gaf één antwoord punten.", "You gave one answer points."),
    "challenges.jury.given.many": (
        "Je gaf {count} antwoorden punten.",
        "You gave {count} answers points.",
    ),
    "challenges.jury.left.one": ("Eén wacht nog op jou.", "One still waits for you."),
    "challenges.jury.left.many": ("{count} wachten nog op jou.", "{count} still wait for you."),
    "challenges.judge": ("Geef punten: {title}", "Give points: {title}"),
    "challenges.judge.look": ("Bekijk het hele idee", "Look at the whole idea"),
    "challenges.judge.lead": (
        "Geef op elk punt een heel getal, van 0 tot en met {most}. De jury telt voor {weight}. Tot "
        "het verslag er is, kun je je punten nog wijzigen.",
        "Give a whole number for each, from 0 to {most}. The jury counts for {weight}. Until the "
        "report is there you can change your points.",
    ),
    "challenges.judge.wrong": (
        "Geef op elk punt een heel getal, van 0 tot en met {most}.",
        "Give a whole number for each, from 0 to {most}.",
    ),
    "challenges.judge.send": ("Geef deze punten", "Give these points"),
    "challenges.standing": ("Hoe de antwoorden staan", "How the answers stand"),
    "challenges.standing.how": (
        "Jury: het gemiddelde van haar punten, tot 10. Steun: als deel van het antwoord met de "
        "meeste. Een antwoord dat de jury nog niet zag, heeft nog geen plaats.",
        "Jury: the mean of its points, up to 10. Support: as a part of the answer that has most. "
        "An answer that the jury has not seen has no place yet.",
    ),
    "challenges.standing.all": ("Bekijk alle {count}", "Look at all {count}"),
    "challenges.standing.jury": ("Bekijk alle antwoorden", "Look at all answers"),
    "challenges.place": ("Plaats", "Place"),
    "challenges.one": ("Antwoord", "Answer"),
    "challenges.by.jury": ("Jury", "Jury"),
    "challenges.by.crowd": ("Steun", "Support"),
    "challenges.by.both": ("Samen", "Together"),
    "challenges.points": ("Geef punten", "Give points"),
    "challenges.unjudged": ("nog niet", "not yet"),
    "challenges.judged_by.one": ("van één jurylid", "by one juror"),
    "challenges.judged_by.many": ("van {count} juryleden", "by {count} jurors"),
    "challenges.supports.one": ("één collega", "one colleague"),
    "challenges.supports.many": ("{count} collega's", "{count} colleagues"),
    "challenges.teams": ("Teams", "Teams"),
    "challenges.teams.none": ("Nog geen team. Begin jij?", "No team yet. Will you begin?"),
    "challenges.team.join": ("Doe mee", "Join"),
    "challenges.team.form": ("Vorm een team", "Form a team"),
    "challenges.team.form.send": ("Vorm het team", "Form the team"),
    "challenges.team.name": ("Naam van het team", "Name of the team"),
    "challenges.team.unnamed": ("Geef het team een naam.", "Give the team a name."),
    "challenges.team.members": ("Wie erin zitten", "Who is in it"),
    "challenges.team.members.new": (
        "Jij zit er zelf in; anderen kunnen later meedoen.",
        "You are in it yourself; others can join later.",
    ),
    "challenges.team.members.help": (
        "Wie je weghaalt, zit er niet meer in.",
        "Whoever you take out is not in it any more.",
    ),
    "challenges.team.leave": ("Verlaat het team", "Leave the team"),
    "challenges.done.left": ("Je zit niet meer in het team.", "You are in the team no more."),
    "challenges.team.idea": ("Het antwoord van het team", "The team's answer"),
    "challenges.team.idea.none": ("Nog geen", "None yet"),
    "challenges.team.change": ("Wijzig het team", "Change the team"),
    "challenges.team.keep": ("Leg vast", "Record it"),
    "challenges.done.formed": ("Het team is er.", "The team is there."),
    "challenges.done.joined": ("Je doet mee.", "You are in the team."),
    "challenges.done.changed": ("Het team is gewijzigd.", "The team is changed."),
    "challenges.done.judged": ("Je punten zijn vastgelegd.", "Your points are recorded."),
    "challenges.answers.more": ("Meer antwoorden", "More answers"),
    "challenges.answers.first": ("Terug naar de eerste", "Back to the first"),
    "why.challenge.jury_weight": (
        "Hoe zwaar de jury telt, in procenten; de rest is steun van collega's",
        "How much the jury counts, in per cent; the rest is support of colleagues",
    ),
    "why.challenge.weight.wrong": (
        "De jury telt voor 0 tot en met 100 procent. Vul een getal in.",
        "The jury counts for 0 to 100 per cent. Give a number.",
    ),
    "why.challenge.phases": ("Fasen", "Phases"),
    "why.challenge.phases.help": (
        "Bijvoorbeeld: insturen, hackathon, jury. Wat je niet nodig hebt, blijft leeg.",
        "Such as: sending in, hackathon, jury. Leave empty what you do not need.",
    ),
    "why.challenge.phase": ("Fase {count}", "Phase {count}"),
    "why.challenge.phase.half": (
        "Een fase heeft een naam, een eerste en een laatste dag. Vul aan wat ontbreekt.",
        "A phase has a name, a first and a last day. Fill in what is missing.",
    ),
    "why.closing.none": ("Er is nog geen antwoord.", "There is no answer yet."),
    "no.PhasesLieWithinTheChallenge": (
        "Een fase ligt binnen de dagen van de vraag, en eindigt niet voor ze begint. Kies andere "
        "dagen.",
        "A phase lies within the days of the question, and ends no earlier than it begins. Choose "
        "other days.",
    ),
    "no.TheChallengeBeginsLater": (
        "Deze vraag neemt antwoorden aan van {days[0]} tot en met {days[1]}. Wacht op de eerste "
        "dag, of vertel je idee zonder de vraag.",
        "This question takes answers from {days[0]} until {days[1]}. Wait for the first day, or "
        "tell your idea without it.",
    ),
    "no.TheChallengeIsOver": (
        "Deze vraag nam antwoorden aan van {days[0]} tot en met {days[1]}. Vertel je idee zonder "
        "de vraag.",
        "This question took answers from {days[0]} until {days[1]}. Tell your idea without it.",
    ),
    "no.ThereIsNoSuchChallenge": (
        "Die vraag is er niet. Kijk in de lijst met vragen.",
        "There is no such question. Look at the list of questions.",
    ),
    "no.OnlyTheJuryJudges": (
        "Alleen de jury geeft punten. Met steun laat je zien wat jij goed vindt.",
        "Only the jury gives points. With your support you show what you find good.",
    ),
    "no.NobodyJudgesTheirOwn": (
        "Dit antwoord is van jou of van je team. Laat het aan de rest van de jury.",
        "This answer is yours or your team's. Leave it to the rest of the jury.",
    ),
    "no.TheCriteriaAreFixed": (
        "Punten gaan over waar de vraag op let, elk één keer. Laad de pagina opnieuw.",
        "Points are given by what the question is judged by, each once. Load the page again.",
    ),
    "no.ThereIsNoSuchTeam": (
        "Dat team is er niet. Kijk op de pagina van de vraag.",
        "There is no such team. Look at the page of the question.",
    ),
    "no.OnlyTheTeamChangesIt": (
        "Alleen wie in het team zit kan het wijzigen. Doe eerst mee.",
        "Only members can change a team. Join it first.",
    ),
    "no.ATeamHasMembers": (
        "Een team heeft minstens één lid. Noem iemand.",
        "A team has at least one member. Name one.",
    ),
    "no.TheTeamIsFull": (
        "Het team zit vol, met vijftig mensen. Kies een ander, of vorm er een.",
        "The team is full, with fifty people. Choose another, or form one.",
    ),
}
