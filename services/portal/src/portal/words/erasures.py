"""What HR reads about people who are erased, and operators about outages."""

ERASURES: dict[str, tuple[str, str]] = {
    "nav.erasures": ("Wissen", "Erasures"),
    "erasures.title": ("Mensen die gewist zijn", "People who were erased"),
    "erasures.lead": (
        "Wie gewist wordt, verdwijnt uit elk deel van Kiem: woorden, naam en adres. Aantallen "
        "blijven kloppen, en wat een antwoord nodig heeft, krijgt dat.",
        "Who is erased disappears from every part of Kiem: words, name and address. Counts stay "
        "right, and what needs an answer gets one.",
    ),
    "erasures.done": (
        "Doorgegeven. Elk deel van Kiem wist zodra het dit hoort.",
        "Passed on. Every part of Kiem erases as soon as it hears of it.",
    ),
    "erasures.look": ("Iemand opzoeken", "Look somebody up"),
    "erasures.person": ("Personeelscode", "Person code"),
    "erasures.show": ("Kijk hoe het staat", "See how it stands"),
    "erasures.states": ("Hoe het staat, per deel van Kiem", "How it stands, part by part of Kiem"),
    "erasures.state": ("Stand", "State"),
    "erasures.holds": ("Wat er zou verdwijnen", "What would disappear"),
    "erasures.erased": ("gewist", "erased"),
    "erasures.there": ("niet gewist", "not erased"),
    "erasures.unknown": ("Dit deel antwoordt nu niet.", "This part does not answer now."),
    "erasures.nothing": ("niets", "nothing"),
    "erasures.untold": (
        "wordt over niemand verteld",
        "told of nobody",
    ),
    "erasures.everywhere": ("Deze persoon is overal gewist.", "This person is erased everywhere."),
    "erasures.underway": (
        "Nog niet elk deel heeft gewist, of niet elk deel antwoordt. Kijk straks weer.",
        "Not every part has erased yet, or not every part answers. Look again in a while.",
    ),
    "erasures.erase": ("Deze persoon wissen", "Erase this person"),
    "erasures.for_ever": (
        "Dit kan niet ongedaan worden gemaakt.",
        "This cannot be undone.",
    ),
    "erasures.again": (
        "Typ de personeelscode nog eens, om zeker te zijn",
        "Type the person code once more, to be sure",
    ),
    "erasures.send": ("Wis voorgoed", "Erase for ever"),
    "erasures.not_the_same": (
        "De twee codes zijn niet dezelfde. Typ de code van wie je wilt wissen nog eens.",
        "The two codes are not the same. Type the code of whom you want to erase once more.",
    ),
    "erasures.all": ("Wie gewist is", "Who was erased"),
    "erasures.none": ("Nog niemand.", "Nobody so far."),
    "erasures.earlier": ("Eerder", "Earlier"),
    "erasures.holds.ideas": ("ideeën", "ideas"),
    "erasures.holds.words_on_ideas_of_others": (
        "opmerkingen bij ideeën van anderen",
        "words on ideas of others",
    ),
    "erasures.holds.unplaced_lines": ("regels van een import", "lines of an import"),
    "erasures.holds.drafts": ("concepten", "drafts"),
    "erasures.holds.answers_to_this_person": (
        "antwoorden aan deze persoon",
        "answers to this person",
    ),
    "erasures.holds.contact_details": ("contactgegevens", "contact details"),
    "erasures.holds.waiting_mails": ("mails die wachten", "mails that wait"),
    "erasures.holds.webhooks": ("webhooks", "webhooks"),
}

OUTAGES: dict[str, tuple[str, str]] = {
    "outages.title": ("Toen Kiem weg was", "When Kiem was away"),
    "outages.lead": (
        "Beloften die toen afliepen, kregen evenveel tijd erbij. Wat zich opstapelde, gaat als één "
        "mail per persoon uit zodra alles rustig is, of wanneer jij het zegt.",
        "Promises that fell due then were given as much time again. What piled up goes out as one "
        "mail a person once all is quiet, or when you say so.",
    ),
    "outages.released": ("verteld: {day}", "told: {day}"),
    "outages.held": ("wordt vastgehouden", "is held"),
    "outages.settles": ("gaat vanzelf uit: {day}", "goes out by itself: {day}"),
    "outages.kept_back.one": ("Eén mail wacht.", "One mail waits."),
    "outages.kept_back.many": ("{count} mails wachten.", "{count} mails wait."),
    "outages.hold": ("Vasthouden", "Hold"),
    "outages.release": ("Nu vertellen", "Tell now"),
}
