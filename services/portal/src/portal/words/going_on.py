"""What is said to whoever goes on with an idea that has an answer."""

GOING_ON: dict[str, tuple[str, str]] = {
    "turn.title": ("Jij bent aan zet", "Your turn"),
    "turn.title.desk": ("Hoe het verder kan gaan", "How it can go on"),
    "turn.pilot": ("Begin een proef", "Start a pilot"),
    "turn.pilot.help": (
        "Zeg vooraf wat je verwacht en wanneer je stopt. De laatste dag wordt de nieuwe belofte.",
        "Say beforehand what you expect and when you stop. The last day is the new promise.",
    ),
    "turn.pilot.number": ("een getal", "a number"),
    "turn.pilot.team": ("Wie doen mee", "Who takes part"),
    "turn.pilot.team.help": ("Houd het team klein.", "Keep the team small."),
    "turn.pilot.super_users": ("Aan wie het team hulp vraagt", "Whom the team asks for help"),
    "turn.pilot.super_users.help": ("Wie het goed kent.", "Who knows it well."),
    "turn.pilot.send": ("Begin de proef", "Start the pilot"),
    "turn.realisation": ("Zo doen we het nu", "It is how we do it now"),
    "turn.realisation.help": (
        "Hiermee is het idee af. De indiener hoort het.",
        "With this the idea is finished. Its author hears of it.",
    ),
    "turn.remark": ("Wil je er iets bij zeggen? (mag leeg)", "Anything to add? (optional)"),
    "turn.realisation.send": ("Meld dat het zo is", "Say that it is so"),
    "turn.revival": ("Maak het weer wakker", "Wake it up"),
    "turn.revival.help": (
        "Waar het op wachtte is er. Het idee gaat terug naar de balie, voor een nieuw antwoord.",
        "What it waited for has come. The idea goes back to the desk, for a new answer.",
    ),
    "turn.revival.why": ("Wat is er gekomen?", "What has come?"),
    "turn.revival.send": ("Maak het wakker", "Wake it"),
    "turn.promise": ("Verzet de belofte, één keer", "Move the promise, once"),
    "turn.promise.help": (
        "Alleen voor de dag om is. De indiener krijgt de reden.",
        "Only before its day is over. The author gets the reason.",
    ),
    "turn.promise.until": ("Nieuwe dag", "New day"),
    "turn.promise.why": ("Waarom?", "Why?"),
    "turn.promise.send": ("Verzet de belofte", "Move the promise"),
    "turn.hand-over": ("Draag het over", "Hand it over"),
    "turn.hand-over.help": (
        "Iemand anders gaat ermee verder. De beloofde dag blijft, en de indiener hoort wie het is.",
        "Somebody else goes on with it. The promised day stays, and its author hears who it is.",
    ),
    "turn.hand-over.to": ("Aan wie (personeelscode)", "To whom (person code)"),
    "turn.hand-over.why": ("Waarom?", "Why?"),
    "turn.hand-over.send": ("Draag het over", "Hand it over"),
    "turn.lacks.hand-over": (
        "Zeg wie ermee verdergaat, en waarom: de indiener leest het.",
        "Say who goes on with it, and why: the author reads it.",
    ),
    "turn.done.hand-over": (
        "Overgedragen. De indiener hoort wie er nu aan zet is.",
        "Handed over. Its author hears whose turn it is now.",
    ),
    "no.OnlyTheAccountableHandsItOver": (
        "Alleen wie aan zet is, of de balie, draagt het idee over.",
        "Only the accountable person, or the desk, hands the idea over.",
    ),
    "no.AnotherReviewerIsNamed": (
        "Dit idee wacht op antwoord. Noem bij de beoordeling een andere beoordelaar.",
        "The idea waits for its answer. Name another reviewer where its review is.",
    ),
    "turn.number": (
        "Het begin en het doel zijn getallen.",
        "The baseline and the target are numbers.",
    ),
    "no.APilotHasATeam": (
        "Een proef doe je met een klein team. Noem minstens één collega.",
        "A pilot is tried by a small team. Name at least one colleague.",
    ),
    "no.ThePilotTeamIsTooLarge": (
        "Dat is meer dan een klein team. Probeer het met minder mensen; de anderen volgen als het "
        "werkt.",
        "That is more than a small team. Try it with fewer; the others follow once it works.",
    ),
    "no.APilotIsMeasured": (
        "Zonder begin en doel kan niemand zeggen hoe het ging. Vul beide in, als getal.",
        "Without a baseline and a target nobody can tell how it went. Give both, as numbers.",
    ),
    "no.APilotHasSuperUsers": (
        "Wie vastloopt, vraagt het aan iemand die het goed kent. Noem er minstens één.",
        "Whoever is stuck asks somebody who knows it well. Name at least one.",
    ),
    "turn.lacks.pilot": (
        "Vul in wat je verwacht, hoe je het meet (van waar, naar waar), wanneer je stopt, tot "
        "wanneer, wie meedoen en wie helpt.",
        "Fill in what you expect, how you measure it (from where, to where), when you stop, until "
        "when, who takes part and who helps.",
    ),
    "turn.lacks.revival": (
        "Zeg wat er gekomen is: de indiener leest het.",
        "Say what has come: the author reads it.",
    ),
    "turn.lacks.promise": (
        "Vul een nieuwe dag in, en waarom: de indiener leest het.",
        "Fill in a new day, and why: the author reads it.",
    ),
    "turn.done.pilot": ("De proef is begonnen.", "The pilot has begun."),
    "turn.done.realisation": (
        "Vastgelegd: zo doen jullie het nu. De indiener hoort het.",
        "Recorded: it is how you do it now. The author hears of it.",
    ),
    "turn.done.revival": (
        "Het is wakker. De balie kijkt er opnieuw naar.",
        "It is awake. The desk looks at it anew.",
    ),
    "turn.done.promise": (
        "De belofte is verzet, en de indiener hoort waarom.",
        "The promise is moved, and the author hears why.",
    ),
    "home.pilots": ("Proeven waaraan je kunt meedoen", "Pilots that you can join"),
    "pilot.heading": ("De proef", "The pilot"),
    "pilot.figures": ("De meting", "The measurement"),
    "pilot.last": ("laatste meting {value}, {day}", "last measured {value}, {day}"),
    "pilot.last.none": ("nog niet gemeten", "not measured yet"),
    "pilot.page": ("Naar de pagina van de proef", "To the page of the pilot"),
    "idea.asked": ("Zo wordt ernaar gekeken:", "This is what is asked of it:"),
    "code.give": ("Geef me een code", "Give me a code"),
    "code.give.help": (
        "Daarmee volg je dit idee overal, ook zonder in te loggen. Een code die je eerder kreeg, "
        "werkt dan niet meer.",
        "With it you follow this idea from anywhere, without signing in. A code that you got "
        "before works no more then.",
    ),
    "code.give.send": ("Maak een code", "Make a code"),
    "code.named": (
        "Ben je hem kwijt, vraag dan een nieuwe bij je idee.",
        "If you lose it, ask for a new one at your idea.",
    ),
    "no.OnlyAcceptedIdeasArePiloted": (
        "Alleen een idee dat een ja kreeg kan een proef krijgen. Wacht op het antwoord.",
        "Only an idea that got a yes can be piloted. Wait for the answer.",
    ),
    "no.APilotRuns": (
        "Er loopt al een proef. Rond die eerst af.",
        "A pilot runs already. Conclude it first.",
    ),
    "no.APilotEndsLater": (
        "Die laatste dag is voorbij. Kies een dag die nog komt.",
        "That last day is over. Choose one that is still to come.",
    ),
    "no.OnlyAcceptedIdeasAreRealised": (
        "Alleen een idee dat een ja kreeg kan zo gedaan worden. Wacht op het antwoord.",
        "Only an idea that got a yes can be realised. Wait for the answer.",
    ),
    "no.OnlyParkedIdeasWake": (
        "Dit idee slaapt niet. Kijk hierboven hoe het ermee staat.",
        "The idea is not parked. Look above for where it stands.",
    ),
    "no.NothingIsPromised": (
        "Het idee is afgerond, dus er staat geen belofte meer. De balie kan het heropenen.",
        "The idea is finished, so no promise is left. The desk can reopen it.",
    ),
}
