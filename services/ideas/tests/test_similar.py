"""What the index is asked for, so that similar ideas are found without ranking the whole house."""

from ideas.projections.similar import MOST_ROWS, Word, queries

RARE, COMMON = Word("fietsenstall", 1, 3), Word("werk", 2, 50_000)


def test_common_words_are_asked_for_together_with_others_only() -> None:
    asked = queries([RARE, COMMON])
    assert asked["rare"] == "'fietsenstall'"
    assert asked["but_one"] == "('fietsenstall' & 'werk')"
    assert asked["pairs"] == "('fietsenstall' & 'werk')"


def test_where_every_word_is_common_only_all_of_them_together_are_asked_for() -> None:
    asked = queries([COMMON, Word("idee", 3, 90_000)])
    assert (asked["rare"], asked["pairs"]) == ("", "")
    assert asked["but_one"] == "('werk' & 'idee')"


def test_the_rarest_word_is_asked_for_though_it_alone_brings_many() -> None:
    words = [Word("a", None, MOST_ROWS + 1), Word("b", None, MOST_ROWS + 1)]
    assert queries(words)["rare"] == "'a'"


def test_a_long_rare_word_is_found_by_how_it_begins() -> None:
    assert queries([RARE, COMMON])["begun"] == "'fietse':*"


def test_a_title_is_found_by_all_of_its_words_but_one_whatever_their_forms() -> None:
    words = [Word("korting", 1, 5), Word("kort", 1, 6), Word("fiets", 2, 9), Word("beter", 3, 99)]
    assert queries(words)["but_one"] == (
        "('fiets' & 'beter') | ('korting' & 'kort' & 'beter') | ('korting' & 'kort' & 'fiets')"
    )


def test_strange_words_are_quoted() -> None:
    assert queries([Word("o'x\\", 1, 0)])["but_one"] == "('o''x\\\\')"
