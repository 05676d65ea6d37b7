"""What is said of preferences, experiments, thanks, pilots to join, and at a kiosk."""

SHARING: dict[str, tuple[str, str]] = {
    "preferences.title": ("Hoe je het hoort", "How you are told"),
    "preferences.lead": (
        "In het postvak, per mail, of allebei. Wat we je schuldig zijn komt altijd aan.",
        "In the inbox, by mail, or both. What we owe you always arrives.",
    ),
    "preferences.kind.acknowledgement": (
        "Wat je vertelde of vroeg is goed aangekomen",
        "What you told or asked has arrived",
    ),
    "preferences.kind.promise_made": (
        "Iemand anders is aan zet met wat je vertelde of vroeg",
        "It is somebody else's turn with what you told or asked",
    ),
    "preferences.kind.entrusted": (
        "Een idee, belemmering, verzoek om tijd of hulpvraag ligt nu bij jou",
        "An idea, a barrier, a request for time or a question for help is with you now",
    ),
    "preferences.kind.decision": (
        "Er is antwoord op je idee, belemmering, verzoek om tijd, hulpvraag of bezwaar",
        "Your idea, barrier, request for time, question for help or appeal has an answer",
    ),
    "preferences.kind.promise_broken": (
        "We zijn te laat met een antwoord aan jou",
        "We are late with an answer to you",
    ),
    "preferences.kind.promise_moved": (
        "Een antwoord aan jou komt op een andere dag",
        "An answer to you comes another day",
    ),
    "preferences.kind.promise_extended": (
        "Een antwoord aan jou komt later door een storing",
        "An answer to you comes later because of an outage",
    ),
    "preferences.kind.escalated": (
        "Waar te lang geen antwoord op kwam, komt naar jou toe",
        "What had no answer in time comes to you",
    ),
    "preferences.kind.reminder": (
        "Bijna tijd: iemand wacht op een antwoord van jou",
        "Almost due: somebody waits for an answer of yours",
    ),
    "preferences.optional": ("Goed om te weten", "Good to know"),
    "preferences.optional.help": (
        "Dit mag uit, of een keer per werkdag in één mail.",
        "This may be off, or come once each working day in one mail.",
    ),
    "preferences.owed": ("Wat we je schuldig zijn", "What we owe you"),
    "preferences.owed.help": (
        "Kies waar het komt; helemaal uit kan niet.",
        "Choose where it comes; it can't be off altogether.",
    ),
    "preferences.app": ("Postvak", "Inbox"),
    "preferences.mail": ("Mail", "Mail"),
    "preferences.mail.at_once": ("meteen", "at once"),
    "preferences.mail.digest": ("in de dagmail", "in the daily mail"),
    "preferences.mail.off": ("niet", "not"),
    "preferences.send": ("Bewaar", "Save"),
    "preferences.kept": ("Bewaard.", "Saved."),
    "preferences.refused": (
        "Niet alles kon zo. Hieronder staat wat, en waarom; de rest is bewaard.",
        "Not everything could be so. Below you see what, and why; the rest is saved.",
    ),
    "preferences.language": ("Taal van deze pagina's", "Language of these pages"),
    "preferences.language.help": (
        "De taal van je mails staat in het personeelsbestand.",
        "The language of your mails stands in the staff directory.",
    ),
    "no.WhatIsOwedReachesYou": (
        "Dit zijn we je schuldig: laat het postvak of de mail aan.",
        "You are owed this: leave the inbox or the mail on.",
    ),
    "no.WhatIsOwedIsToldAtOnce": (
        "Dit zijn we je schuldig, dus het wacht niet op de dagmail.",
        "You are owed this, so it does not wait for the daily mail.",
    ),
    "inbox.preferences": ("Hoe wil je dit horen?", "How do you wish to be told?"),
    "inbox.live": (
        "Nieuwe berichten verschijnen hier vanzelf.",
        "New notices appear here by themselves.",
    ),
    "experiments.title": ("Kleine proeven", "Light experiments"),
    "experiments.lead": (
        "Je eigen team, je eigen tijd, geen geld. Niemand hoeft het goed te vinden.",
        "Your own team, your own time, no money. Nobody has to allow it.",
    ),
    "experiments.start": ("Begin een proef", "Start an experiment"),
    "experiments.limits": (
        "Hooguit een paar weken, met een klein team. Aan het eind vertel je wat je leerde.",
        "A few weeks at most, with a small team. At its end you tell what you learned.",
    ),
    "experiments.hypothesis": ("Wat denk je dat er gebeurt?", "What do you think will happen?"),
    "experiments.ends": ("Tot en met", "Until"),
    "experiments.team": ("Wie doen mee", "Who takes part"),
    "experiments.send": ("Begin", "Start"),
    "experiments.all": ("Wat er geprobeerd wordt", "What is being tried"),
    "experiments.none": (
        "Er loopt nog geen proef. Begin de eerste.",
        "No experiment runs yet. Start the first.",
    ),
    "experiments.until": ("tot {day}", "until {day}"),
    "experiments.mine": ("Wat leert deze proef?", "What does this experiment teach?"),
    "experiments.due": ("Vertel het uiterlijk {day}.", "Tell it by {day} at the latest."),
    "experiments.went": ("Hoe ging het?", "How did it go?"),
    "experiments.went.well": ("zoals gedacht", "as expected"),
    "experiments.went.otherwise": ("anders dan gedacht", "otherwise than expected"),
    "experiments.went.nowhere": ("het liep dood", "it went nowhere"),
    "experiments.learning": ("Wat leerde je?", "What did you learn?"),
    "experiments.report": ("Vertel het, en rond af", "Tell it, and end"),
    "no.AnExperimentIsShort": (
        "Een kleine proef duurt hooguit een paar weken. Kies uiterlijk {day}.",
        "A light experiment lasts a few weeks at most. Choose {day} or earlier.",
    ),
    "no.AnExperimentEndsLater": (
        "Die dag is voorbij. Kies een latere.",
        "That day is over. Choose a later one.",
    ),
    "no.TheExperimentIsReported": (
        "Deze proef is al afgerond. Deel wat later kwam bij Geleerd.",
        "This experiment has ended. Share what came later under Learnings.",
    ),
    "no.OnlyTheTeamReports": (
        "Het team vertelt wat het leerde, of wie het overnam. Vraag het aan een van hen.",
        "The team tells what it learned, or who took over. Ask one of them.",
    ),
    "no.TheTeamIsTooLarge": (
        "Dat is meer dan een klein team. Vraag om een pilot.",
        "That is more than a small team. Ask for a pilot.",
    ),
    "thanks.title": ("Bedankt", "Thanks"),
    "thanks.lead": (
        "Voor iedereen te lezen. Er zijn geen punten, en geen ranglijst.",
        "For everybody to read. There are no points, and no ranking.",
    ),
    "thanks.from": ("{who} bedankt", "{who} thanks"),
    "thanks.none": ("Nog niemand bedankt. Wie hielp jou?", "No thanks yet. Who helped you?"),
    "thanks.to": ("Wie bedank je?", "Whom do you thank?"),
    "thanks.words": ("Waarvoor?", "For what?"),
    "thanks.send": ("Bedank", "Give thanks"),
    "no.NobodyThanksThemselves": (
        "Bedanken is voor een ander. Noem een collega.",
        "Thanks are for others. Name a colleague.",
    ),
    "idea.join": ("Doe mee aan de proef", "Take part in the pilot"),
    "idea.try": ("Probeer het klein, met je eigen team", "Try it small, with your own team"),
    "kiosk.title": ("Weet jij wat beter kan?", "Do you know what could be better?"),
    "kiosk.lead": (
        "Vertel het in twee zinnen, zonder account en zonder naam. Je krijgt antwoord.",
        "Tell it in two sentences, without an account and without a name. You get an answer.",
    ),
    "kiosk.scan": ("Scan", "Scan"),
    "kiosk.scan.more": (
        "Richt de camera van je telefoon op de code.",
        "Point the camera of your phone at the code.",
    ),
    "kiosk.tell": ("Vertel", "Tell"),
    "kiosk.tell.more": (
        "Wat gaat niet goed, en wat zou je anders doen?",
        "What does not go well, and what would you do differently?",
    ),
    "kiosk.code": ("Bewaar je code", "Keep your code"),
    "kiosk.code.more": (
        "Daarmee lees je wie kijkt, tot wanneer, en het antwoord.",
        "With it you read who looks, until when, and the answer.",
    ),
    "kiosk.qr": ("QR-code die {address} opent", "QR code that opens {address}"),
    "kiosk.here": ("Vertel het op dit scherm", "Tell it on this screen"),
}
