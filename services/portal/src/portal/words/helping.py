"""What is said of questions for help: those that I owe an answer to, and those that I asked."""

HELPING: dict[str, tuple[str, str]] = {
    "helping.title": ("Hulpvragen", "Questions for help"),
    "helping.lead": (
        "Elke vraag krijgt antwoord van iemand die het hulpmiddel goed kent, op een beloofde dag.",
        "Each question is answered by somebody who knows the tool well, by a promised day.",
    ),
    "helping.owed": ("Wie wacht op jou", "Who waits for you"),
    "helping.owed.none": ("Niemand wacht op jouw hulp.", "Nobody waits for your help."),
    "helping.by": ("{who} vraagt iets over {tool}", "{who} asks something about {tool}"),
    "helping.tool": ("een hulpmiddel", "a tool"),
    "helping.mine": ("Wat jij vroeg", "What you asked"),
    "helping.mine.none": (
        "Je vroeg nog niets. Loop je vast? Vraag het bij het hulpmiddel.",
        "You have not asked anything yet. Stuck? Ask at the tool.",
    ),
    "helping.about": ("Een vraag over {tool}", "A question about {tool}"),
    "helping.asked.by": ("gevraagd door {who}", "asked by {who}"),
    "helping.asked.you": ("gevraagd door jou", "asked by you"),
    "helping.answer": ("Het antwoord", "The answer"),
    "helping.answered": ("beantwoord door {who}, {day}", "answered by {who}, {day}"),
    "helping.answered.there": ("Er is antwoord.", "There is an answer."),
    "helping.words": ("Jouw antwoord", "Your answer"),
    "helping.send": ("Help", "Help"),
    "helping.done": (
        "Bedankt. Wie het vroeg krijgt je antwoord.",
        "Thank you. Whoever asked gets your answer.",
    ),
    "helping.home": ("Wie je hulp vraagt", "Who asks for your help"),
    "helping.all": ("Alle hulpvragen", "All questions for help"),
    "no.TheQuestionIsAnswered": (
        "Iemand hielp al. Het antwoord staat hieronder.",
        "Somebody helped already. The answer is below.",
    ),
    "no.OnlySuperUsersHelp": (
        "Alleen wie gevraagd is, wie het overnam, of wie het hulpmiddel goed kent, antwoordt hier.",
        "Only who was asked, who took over, or who knows the tool well answers here.",
    ),
    "no.NobodyAnswersTheirOwnQuestion": (
        "Je eigen vraag beantwoordt een ander. Vraag het iemand die het hulpmiddel goed kent.",
        "Somebody else answers your own question. Ask somebody who knows the tool well.",
    ),
    "no.ThereIsNoSuchTool": ("Dit hulpmiddel is er niet.", "There is no such tool."),
}
