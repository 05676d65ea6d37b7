"""What services say no with, in both languages; in the portal's words, by the refusal's name."""

REFUSALS: dict[str, tuple[str, str]] = {
    "no.CommandKnown": (
        "Dit is al eens verstuurd, met andere woorden. Kijk of het er al staat; zo niet, stuur het "
        "nog eens.",
        "This was sent before, in other words. See whether it is there already; if not, send it "
        "once more.",
    ),
    "no.NothingIsKeptBack": (
        "Er wordt niets vastgehouden, dus er valt niets vrij te geven.",
        "Nothing is kept back, so there is nothing to let go.",
    ),
    "no.other": ("Dat kan nu niet: {detail}", "That can't be done now: {detail}"),
    "no.InvalidRequest": (
        "Iets is te lang, te kort of van een verkeerde vorm. Kijk de velden na.",
        "Something is too long, too short or of the wrong form. Look at the fields.",
    ),
    "no.NotInRole": ("Dit is voor mensen met een andere rol.", "This is for another role."),
    "no.NobodyIsAtTheDesk": (
        "Er zit niemand aan de ideeënbalie, dus niemand kan een antwoord beloven. Vraag een "
        "beheerder.",
        "Nobody is at the innovation desk, so nobody could promise an answer. Ask an operator.",
    ),
    "no.TheIdeaIsFinished": (
        "Dit idee is afgerond. De balie kan het heropenen, met een reden.",
        "The idea is finished. The desk can reopen it, with a reason.",
    ),
    "no.TheIdeaIsAnswered": (
        "Er is al antwoord, dus de tekst blijft zoals die is beoordeeld.",
        "The idea is answered, so its words stay as they were judged.",
    ),
    "no.OnlyAuthorsDoThis": ("Alleen de indieners kunnen dit.", "Only its authors can do this."),
    "no.ThePilotIsOfAFew": (
        "Dit idee is vertrouwelijk of verzegeld: alleen wie bij het begin is gevraagd doet mee. "
        "Vraag wie aan zet is.",
        "This idea is confidential or sealed: only those who were named at its start take part. "
        "Ask who is to act.",
    ),
    "no.TheTalkIsOfAFew": (
        "Dit idee is vertrouwelijk of verzegeld: alleen wie het heeft of beantwoordt praat mee.",
        "This idea is confidential or sealed: those who have it or answer it talk about it.",
    ),
    "no.OthersIdeasArePartOfIt": (
        "Ideeën van anderen horen bij dit idee en wachten mee. Vraag de balie om ze eerst los te "
        "maken.",
        "Ideas of others are part of this one, and wait with it. Ask the desk to separate them "
        "first.",
    ),
    "no.TheChallengeIsClosed": (
        "Deze vraag is gesloten: het verslag zegt wat ervan werd. Een idee kan ook zonder vraag.",
        "This question is closed: its report says what became of it. Tell an idea without it.",
    ),
    "no.TheChallengeAsksOthers": (
        "Deze vraag is aan andere afdelingen. Vertel je idee zonder de vraag.",
        "This question is to other departments. Tell your idea without it.",
    ),
    "no.OnlyLeadersOwnBarriers": (
        "Alleen wie mensen leidt, of de balie, kan een belemmering wegnemen. Noem een "
        "leidinggevende, of niemand: dan is het aan die van jou.",
        "Only somebody who leads people, or the desk, can take a barrier away. Name a leader, or "
        "nobody: then it is your own lead's.",
    ),
    "no.OnlyLeadersGrantTime": (
        "Alleen wie mensen leidt, of de balie, geeft tijd. Noem een leidinggevende, of niemand: "
        "dan is het aan die van jou.",
        "Only somebody who leads people, or the desk, grants time. Name a leader, or nobody: then "
        "it is your own lead's.",
    ),
    "no.NoReviewIsOpen": (
        "Er staat geen beoordeling open: er is al antwoord, of het idee is weg.",
        "No review is open: it is answered already, or the idea is gone.",
    ),
    "no.EveryCriterionNeedsAnOutcome": (
        "Geef bij elke vraag een oordeel.",
        "Give a mark to every question.",
    ),
    "no.EveryOutcomeNeedsASentence": (
        "Schrijf bij elke vraag een zin.",
        "Write a sentence for every question.",
    ),
    "no.TheseSentencesSayNothing": (
        "Een van de zinnen zegt te weinig. Schrijf een hele zin.",
        "One of the sentences says too little. Write a whole one.",
    ),
    "no.TheSentencesAreAllTheSame": (
        "Overal staat dezelfde zin. Zeg bij elke vraag wat je zag.",
        "Every sentence is the same. Say of each question what you saw.",
    ),
    "no.TheReasonIsMissing": ("Er ontbreekt een reden.", "A reason is missing."),
    "no.TheReasonSaysNothing": (
        "De reden zegt te weinig om van te leren.",
        "The reason says too little to learn from.",
    ),
    "no.TheReasonIsCopied": (
        "Dezelfde reden kreeg een ander idee ook. Zeg wat hier zo is.",
        "Another idea got the same reason. Say what is so here.",
    ),
    "no.TheNextStepIsMissing": ("Er ontbreekt een volgende stap.", "A next step is missing."),
    "no.TheNextStepSaysNothing": (
        "De volgende stap zegt te weinig.",
        "The next step says too little.",
    ),
    "no.NobodyOwesTheNextWord": (
        "Een ja of nu niet heeft iemand en een dag nodig.",
        "A yes or not now needs somebody and a day.",
    ),
    "no.TheDateIsOver": ("Die dag is voorbij. Kies een latere.", "That day is over. Choose later."),
    "no.TheDateIsTooFar": (
        "Die dag is te ver weg: tot dan hoort niemand iets. Kies uiterlijk {day}.",
        "That day is too far away: nobody hears anything until then. Choose {day} or earlier.",
    ),
    "no.OnlyTheReviewerAnswers": (
        "Alleen de beoordelaar, wie aan zet is of de balie antwoordt.",
        "Only the reviewer, the accountable person or the desk answers.",
    ),
    "no.OnlyTheReviewerDoesThis": (
        "Alleen de beoordelaar van dit idee kan dit.",
        "Only the reviewer of the idea can do this.",
    ),
    "no.OnlyWhoAnswersAsks": (
        "Alleen wie dit idee beoordeelt, of het antwoord schuldig is, vraagt iets.",
        "Only who reviews the idea, or owes its answer, asks something.",
    ),
    "no.NobodyJudgesTheirOwnIdea": (
        "Niemand beoordeelt een eigen idee. Vraag de balie om iemand anders.",
        "Nobody judges an idea of their own. Ask the desk for somebody else.",
    ),
    "no.SomebodyElseLooks": (
        "Deze collega staat te dichtbij of gaf al antwoord. Noem iemand anders.",
        "They are too near, or gave the answer. Name somebody else.",
    ),
    "no.AQuestionIsOpen": (
        "De vorige vraag is nog niet beantwoord.",
        "The last question has no answer yet.",
    ),
    "no.ThereIsNoSuchQuestion": (
        "Die vraag staat niet meer open.",
        "That question is not open any more.",
    ),
    "no.ThereIsNoAnswerYet": (
        "Er is nog geen antwoord. De dag is beloofd.",
        "There is no answer yet. A day is promised.",
    ),
    "no.TheAnswerIsRated": (
        "Je hebt dit antwoord al beoordeeld. Dank je; één keer is genoeg.",
        "You rated this answer already. Thank you; once is enough.",
    ),
    "no.NobodyAppealsAYes": (
        "Het antwoord was ja. Vraag wie aan zet is hoe het verder gaat.",
        "The answer was yes. Ask who is to act how it goes on.",
    ),
    "no.AuthorsDoNotSupportTheirOwn": (
        "Je eigen idee steun je al.",
        "You support your own idea already.",
    ),
    "no.OnlyTheAccountableMovesIt": (
        "Alleen wie aan zet is kan de belofte verzetten.",
        "Only the accountable person can move the promise.",
    ),
    "no.ThePromiseIsBroken": (
        "De dag is om, en de belofte daarmee. Antwoord nu: de indiener wacht.",
        "The date is over, and the promise with it. Answer now: the author waits.",
    ),
    "no.APromiseMovesOnce": (
        "De belofte is al eens verzet. Antwoord, of draag het over.",
        "The promise was moved before. Answer, or hand it over.",
    ),
    "no.APromiseMovesOn": (
        "Een belofte gaat naar een latere dag. Kies een dag na de beloofde.",
        "A promise moves to a later date. Choose one after the date that is promised now.",
    ),
}
