"""What `ideas` tells of the photos of an idea."""

from contracts.vocabulary import IdeaId, PersonId, PhotoId, Promised


class PhotoAdded(Promised, frozen=True, kw_only=True):
    """An author showed it; the photo itself stays with `ideas`, sealed as words are."""

    idea: IdeaId
    author: PersonId
    by: PersonId
    photo: PhotoId


class PhotoRemoved(Promised, frozen=True, kw_only=True):
    """An author shows it no more; the photo is gone."""

    idea: IdeaId
    author: PersonId
    by: PersonId
    photo: PhotoId
