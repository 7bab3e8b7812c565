"""Two texts that grew out of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competition.merging import merge

TEXTS = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=6).map("\n".join)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("one\ntwo\nthree", "ONE\ntwo\nthree", "one\ntwo\nTHREE", "ONE\ntwo\nTHREE"),
        ("one\ntwo", "ONE\ntwo", "one\nTWO", "ONE\nTWO"),
        ("one\ntwo", "one\ntwo\nmine", "ONE\ntwo", "ONE\ntwo\nmine"),
        ("one\ntwo", "one\ntwo\nmine", "one\nTWO", "one\nTWO\nmine"),
        ("one\ntwo\nthree", "one\nthree", "one\ntwo\nTHREE", "one\nTHREE"),
        ("one", "ONE", "One", None),
        ("one", "one\nmine", "one\ntheirs", None),
        ("one\ntwo\nthree", "three", "one\nTWO\nthree", None),
        ("", "mine", "theirs", None),
    ],
)
def test_changes_that_do_not_meet_are_both_in(base, mine, theirs, merged):
    assert merge(base, mine, theirs) == merge(base, theirs, mine) == merged


@given(TEXTS, TEXTS)
def test_one_who_changed_nothing_gets_the_others_text(base, changed):
    assert merge(base, base, changed) == merge(base, changed, base) == merge(base, changed, changed) == changed


@given(TEXTS, TEXTS, TEXTS)
def test_order_does_not_matter_and_no_line_comes_from_nowhere(base, mine, theirs):
    merged = merge(base, mine, theirs)

    assert merged == merge(base, theirs, mine)
    assert merged is None or set(merged.split("\n")) <= {*base.split("\n"), *mine.split("\n"), *theirs.split("\n"), ""}
