"""The fit of a juror to a sketch: each part, what is left out, and the same figures one by one and all at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.assignment_words import formula
from scoring.selectors.assignment_plan import NEUTRAL, PARTS, Weights
from scoring.selectors.fit import Fit, Judge, Subject, language_match, region_difference
from scoring.selectors.juror_facts import Facts

LANGUAGES = ("nb", "nn", "da", "sv", "en")
weights = st.builds(
    Weights,
    **{part: st.integers(0, 100) for part in PARTS},
    **{wish: st.sampled_from([0.0, 0.25, 0.75, 1.0]) for wish in ("eager", "willing", "reluctant")},
)
subjects = st.builds(
    Subject,
    st.lists(st.sampled_from("abc"), unique=True, max_size=3).map(tuple),
    st.sampled_from(("", *LANGUAGES)),
    st.sampled_from(("", "North", "South")),
)
judges = st.builds(
    Judge,
    st.dictionaries(st.sampled_from("abc"), st.sampled_from([0.0, 0.5, 1.0])),
    st.builds(
        Facts,
        region=st.sampled_from(("", "north", "South")),
        languages=st.lists(st.sampled_from(LANGUAGES), unique=True, max_size=2).map(tuple),
    ),
)


def one(subject: Subject, judge: Judge, wish: float | None = None, **given: float) -> float:
    wishes = {} if wish is None else {(1, 2): wish}
    return Fit({1: subject}, {2: judge}, wishes, Weights(**given)).affinity(1, 2)


def test_topics_alone_give_their_mean_where_nothing_else_is_known():
    judge = Judge({"health": 1.0, "water": 0.5})

    assert one(Subject(("health",), "nb"), judge) == 1.0
    assert one(Subject(("health", "water", "soil"), "nb"), judge) == pytest.approx(0.5)
    assert one(Subject((), "nb"), judge) == NEUTRAL


@pytest.mark.parametrize(
    ("language", "known", "expected"),
    [("nb", ("nn",), 1), ("nn", ("nn", "en"), 1), ("sv", ("da",), 0.5), ("en", ("nb",), 0), ("nb", (), None)],
)
def test_language(language, known, expected):
    assert language_match(language, known) == expected


@pytest.mark.parametrize(
    ("sketch", "juror", "expected"), [("North", "north", 0), ("North", "South", 1), ("", "South", None)]
)
def test_region(sketch, juror, expected):
    assert region_difference(sketch, juror) == expected


@pytest.mark.parametrize(
    ("wish", "expected"), [(1.0, 1.0), (0.5, 0.8), (0.0, 0.5), (-1.0, 0.1), (-0.5, 0.3), (None, NEUTRAL)]
)
def test_a_wish_is_worth_what_the_settings_say(wish, expected):
    assert one(Subject(), Judge({}), wish, eager=1.0, willing=0.8, reluctant=0.1) == pytest.approx(expected)


def test_parts_count_by_their_weights():
    judge = Judge({"health": 0.5}, Facts(languages=("nb",)))

    assert one(Subject(("health",), "nb"), judge, topics=60, language=20) == pytest.approx((60 * 0.5 + 20) / 80)
    assert one(Subject(("health",), "nb"), judge, topics=0, language=20) == 1.0


@settings(max_examples=60, deadline=None)
@given(st.data(), weights)
def test_all_pairs_at_once_are_the_same_as_one_by_one(data, given_weights):
    sketches = {key: data.draw(subjects) for key in (11, 12, 13)}
    jurors = {key: data.draw(judges) for key in (21, 22)}
    pairs = st.sampled_from([(sketch, juror) for sketch in sketches for juror in jurors])
    wishes = data.draw(st.dictionaries(pairs, st.floats(-1, 1)))
    fit = Fit(sketches, jurors, wishes, given_weights)

    affinity, shares = fit.matrix()

    for row, sketch in enumerate(sketches):
        for column, juror in enumerate(jurors):
            assert affinity[row, column] == pytest.approx(fit.affinity(sketch, juror))
            assert 0 <= affinity[row, column] <= 1
            if fit.parts(sketch, juror):
                assert sum(array[row, column] for array in shares.values()) == pytest.approx(affinity[row, column])


def test_the_formula_shows_its_numbers():
    said = formula(Weights(topics=60, language=20, region=0, wishes=20))

    assert said.line == "fit = (60 × topics + 20 × language + 20 × wishes) ÷ the weights of what is known"
    assert [round(share) for _name, _meaning, share in said.parts] == [60, 20, 20]
    assert said.example.endswith("(60 × 0.5 + 20 × 1) ÷ 80 = 0.62.")
