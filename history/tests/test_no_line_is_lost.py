import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .boxes import FACTS, FIRST, mapping, steps, translated

values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.lists(st.text(max_size=3)),
    st.sampled_from(["2024-01-01", "2024-01-02", "p-1", "good", "bad", "born", "moved", "1", "2"]),
)  # fmt: skip
records = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.one_of(st.sampled_from(["born", "moved", "named", "said", "x"]), values),
        "at": st.one_of(st.sampled_from(["2024-01-01", "2024-01-02", "no"]), values),
        "idea": st.one_of(st.integers(1, 3), values),
        "status": st.one_of(st.sampled_from(["", "good", "bad", "?"]), values),
        "by": st.one_of(st.just("p-1"), values),
        "reviewers": values,
        "title": values,
    },
)
lines = st.one_of(records.map(json.dumps), records.map(json.dumps), st.text(max_size=20))


@pytest.mark.parametrize("text", [FACTS, FIRST])
def test_no_line_is_ever_lost(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    meaning = mapping(tmp_path_factory.mktemp("m"), text)

    @given(st.lists(lines, max_size=12))
    def every_line_stands_in_one_place(found: list[str]) -> None:
        whole = translated(meaning, *found)
        placed = {line for line, standing in whole.standing.items() if standing == "placed"}
        stepped = {line for line, _ in steps(whole)} | {a.line for a in whole.assignments}
        unplaced = {line for line, standing in whole.standing.items() if standing == "unplaced"}

        assert sorted(whole.standing) == list(range(1, len(found) + 1))
        assert placed <= stepped <= placed | unplaced
        assert set(whole.reasons) == unplaced
        for idea in whole.ideas:
            assert [s.step for s in idea.steps].count("submitted") == 1
            assert [s.at for s in idea.steps] == sorted(s.at for s in idea.steps)

    every_line_stands_in_one_place()
