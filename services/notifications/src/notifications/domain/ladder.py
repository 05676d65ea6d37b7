"""The ladder that a broken promise climbs: lead after lead up to a director, then the desk."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from contracts.vocabulary import PersonId, Rung

DIRECTOR = "director"
ALIAS = "alias-"


@dataclass(frozen=True, slots=True)
class Listed:
    """What the directory says of a person, as far as the ladder needs it, on a certain day."""

    lead: PersonId | None = None
    deputy: PersonId | None = None
    director: bool = False
    left: bool = False
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """All that decides who is next: the directory, the desk, and who is skipped.

    Skipped are the authors and who stands `apart`: whoever may not judge the matter.
    """

    directory: Mapping[PersonId, Listed]
    desk: PersonId
    authors: Collection[PersonId]
    rungs: Collection[Rung] | None = None  # the steps that there are; None: all of them
    apart: Collection[PersonId] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is accountable now, and on which rung."""

    person: PersonId
    rung: Rung


_UNLISTED = Listed()


def next_standing(ladder: Ladder, asked: Sequence[PersonId]) -> Standing:
    """Return who is accountable after `asked`: the one who promised, and everybody since.

    There is always somebody: behind the last rung the desk is asked again and again. Whose a matter
    under an alias is nobody can tell, and those near may have it: the desk alone is asked.
    """
    first, *since = asked
    chain = [] if _hidden(ladder) else list(_chain(ladder.directory, first))
    for post in chain[_climbed(ladder.directory, chain, since) :]:
        rung: Rung = "director" if _of(ladder.directory, post).director else "lead"
        person = _holder(ladder, post)
        if person is not None and person not in asked and _has(ladder, rung):
            return Standing(person, rung)
    return Standing(_holder(ladder, ladder.desk) or ladder.desk, "desk")


def successor(ladder: Ladder, asked: Sequence[PersonId]) -> PersonId:
    """Return who owes the word after the last of `asked`, who is gone: the deputy, else the next.

    Under an alias there is no deputy either.
    """
    deputy = _of(ladder.directory, asked[-1]).deputy
    known = deputy is not None and deputy in ladder.directory and deputy not in asked
    if deputy is not None and known and _can_answer(ladder, deputy) and not _hidden(ladder):
        return deputy
    return next_standing(ladder, asked).person


def _hidden(ladder: Ladder) -> bool:
    return any(author.startswith(ALIAS) for author in ladder.authors)


def _has(ladder: Ladder, rung: Rung) -> bool:
    return ladder.rungs is None or rung in ladder.rungs


def _chain(directory: Mapping[PersonId, Listed], first: PersonId) -> Iterator[PersonId]:
    """Yield the lead, the lead's lead and so on, up to and including the first director."""
    met = {first}
    post = _of(directory, first).lead
    while post is not None and post not in met:
        met.add(post)
        yield post
        if _of(directory, post).director:
            return
        post = _of(directory, post).lead


def _climbed(
    directory: Mapping[PersonId, Listed], chain: Sequence[PersonId], since: Sequence[PersonId]
) -> int:
    """Return how many posts of the chain have had their turn, themselves or by their deputy."""
    done = 0
    for person in since:
        for place in range(done, len(chain)):
            if person in (chain[place], _of(directory, chain[place]).deputy):
                done = place + 1
                break
        else:
            # The desk, or a chain that the directory has redrawn: what was climbed stays climbed.
            continue
    return done


def _holder(ladder: Ladder, post: PersonId) -> PersonId | None:
    """Return who can answer for a post: its holder, the deputy of an absent one, or nobody."""
    listed = _of(ladder.directory, post)
    if _can_answer(ladder, post):
        return post
    deputy = listed.deputy
    stands_in = listed.absent and not listed.left and deputy is not None
    return deputy if stands_in and deputy and _can_answer(ladder, deputy) else None


def _can_answer(ladder: Ladder, person: PersonId) -> bool:
    listed = _of(ladder.directory, person)
    fit = person not in ladder.authors and person not in ladder.apart
    return fit and not listed.left and not listed.absent


def _of(directory: Mapping[PersonId, Listed], person: PersonId) -> Listed:
    return directory.get(person, _UNLISTED)
