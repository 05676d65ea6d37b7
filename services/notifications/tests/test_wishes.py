"""What is owed can come another way, and never not at all."""

import pytest

from notifications.domain.notices import CAN_WAIT, OPTIONAL
from notifications.domain.wishes import (
    WhatIsOwedIsToldAtOnce,
    WhatIsOwedReachesYou,
    Wish,
    all_wishes,
    require_possible,
)


def test_what_is_owed_can_not_be_turned_off() -> None:
    with pytest.raises(WhatIsOwedReachesYou):
        require_possible(Wish("decision", app=False, mail="off"))


def test_what_is_owed_waits_for_no_digest() -> None:
    with pytest.raises(WhatIsOwedIsToldAtOnce):
        require_possible(Wish("decision", app=True, mail="digest"))


def test_what_is_owed_can_come_another_way_and_the_rest_not_at_all() -> None:
    require_possible(Wish("decision", app=False, mail="at_once"))
    require_possible(Wish("decision", app=True, mail="off"))
    for kind in OPTIONAL:
        require_possible(Wish(kind, app=False, mail="off"))
        require_possible(Wish(kind, app=False, mail="digest"))


def test_who_wished_nothing_is_told_at_once_everywhere_but_for_what_can_wait() -> None:
    wishes = list(all_wishes({"realised": Wish("realised", app=True, mail="digest")}))
    at_once = {w.kind for w in wishes if w.mail == "at_once"}
    assert {w.kind for w in wishes} - at_once == {"realised", *CAN_WAIT}
    assert all(w.app for w in wishes)
    assert [w.mail for w in wishes if w.kind == "realised"] == ["digest"]
