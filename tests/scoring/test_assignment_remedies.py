"""The smallest thing that would help, for each reason why a place stays empty; and rules that work kept loosens."""

from types import SimpleNamespace

import pytest

from scoring.enums import RuleAttribute
from scoring.selectors.assignment_input import AssignmentInput
from scoring.selectors.assignment_plan import Plan, Rule
from scoring.selectors.assignment_problem import pose, rule_name
from scoring.selectors.assignment_remedies import for_place
from scoring.selectors.fit import Judge, Subject
from scoring.selectors.juror_facts import Facts


class Seat(SimpleNamespace):
    """As much of a seat as the problem reads."""

    def __str__(self):
        return self.name


def made(*, loads=(4, 4, 4), standing=None, sectors=("public", "public", "private")):
    jurors = {
        number: Seat(pk=number, name=f"Juror {number}", load_min=0, load_max=load, organisation_id=None)
        for number, load in enumerate(loads, start=1)
    }
    judges = {pk: Judge({"water": 1.0}, Facts(sector=sectors[pk - 1])) for pk in jurors}
    return AssignmentInput(
        sketches={10: Subject(("water",), "nb"), 11: Subject((), "nb")},
        references={10: "AAA", 11: "BBB"},
        jurors=jurors,
        judges=judges,
        conflicts=set(),
        undeclared=0,
        standing=standing or {},
    )


def item(reason, *, sketch=10, relief=(1, 2), candidates=2):
    return {"sketch": sketch, "reason": reason, "relief": list(relief), "candidates": candidates, "places": 1}


@pytest.mark.parametrize(
    ("told", "plan", "pages"),
    [
        (item("open"), Plan(), ["assignment_edit"]),
        (item("loads"), Plan(), ["juror", "juror", "invite"]),
        (item("loads"), Plan(load_most=4), ["assignment_new", "invite"]),
        (item("loads"), Plan(load_most=9), ["juror", "juror", "assignment_new", "invite"]),
        (item("groups"), Plan(rules=(Rule("sector", "", 0, 1),)), ["assignment_new", "assignment_new", "invite"]),
        (item("conflicts"), Plan(), ["invite", "assignment_new"]),
        (item("conflicts", candidates=0, relief=()), Plan(), ["invite"]),
    ],
)
def test_what_would_help_and_where_it_is_done(told, plan, pages):
    assert [remedy.page for remedy in for_place(told, made(), plan)] == pages


def test_words_name_the_jurors_the_topics_and_the_rule():
    assert [each.text for each in for_place(item("loads"), made(), Plan())] == [
        "Raise the load of Juror 1",
        "Raise the load of Juror 2",
        "Invite one more who knows water",
    ]
    assert for_place(item("open"), made(), Plan())[0].text == "Add one who has room: Juror 1, Juror 2"
    assert for_place(item("conflicts", sketch=11), made(), Plan())[0].text == "Invite one more juror"
    assert for_place(item("groups"), made(), Plan())[0].text == "Drop the rule “one juror per employer”"


def test_a_rule_that_kept_work_breaks_is_loosened_and_told():
    data = made(standing={(10, 1): "started", (10, 2): "started"})

    posed = pose(data, Plan(jurors_per_sketch=2, rules=(Rule("sector", "", 0, 1),)))

    assert [group.most for group in posed.problem.groups] == [2]
    assert posed.notes == ("The rule “Sector” is loosened to 2, because what is kept breaks it already.",)
    assert posed.locked == {(10, 1), (10, 2)}


def test_a_rule_names_one_kind_or_each_by_itself():
    facts = Facts(sector="private", languages=("da", "nb"), region="Vestland")

    assert facts.label(RuleAttribute.SECTOR, "") == "private"
    assert facts.label(RuleAttribute.SECTOR, "public") is None
    assert facts.label(RuleAttribute.LANGUAGE, "nb") == "nb"
    assert facts.label(RuleAttribute.LANGUAGE, "") is None
    assert facts.label(RuleAttribute.REGION, "vestland") == "vestland"
    assert Facts().label(RuleAttribute.SENIORITY, "") is None
    assert [rule_name(key) for key in ("sector", "sector:research", "language:nb", "region:Vestland")] == [
        "Sector",
        "Sector: Research and education",
        "Language: Norsk bokmål",
        "Region: Vestland",
    ]
