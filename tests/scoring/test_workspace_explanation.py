"""The reasons of an assignment on screen and as files, the matrix, and the input that anybody can compute again."""

import csv
import io
import json

import pytest
from django.core.files.base import ContentFile
from openpyxl import load_workbook

from competition.enums import ProgrammeRole
from competition.models import Sketch
from scoring.assignment.__main__ import main
from scoring.enums import Verdict
from scoring.models import AssignmentRecord, ImpartialityDeclaration, ImpartialityReason, Juror
from scoring.selectors.assignment_matrix import rows_per_page
from scoring.selectors.explanation import RunStory
from scoring.services import assignment
from scoring.services.assignment_record import pseudonym
from tests.scoring import factories as jury
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db


def make_run(*, sketches=2, jurors=4, wanted=2, blocked=0):
    """A finished run; the first juror is kept out of the first `blocked` sketches."""
    call = jury.make_jury(sketches=sketches, jurors=jurors, jurors_per_sketch=wanted)
    first = call.jurors.order_by("pk").first()
    keep_out(first, blocked)
    return call, jury.compute_assignment(call)


def keep_out(juror, number):
    reason = ImpartialityReason.objects.filter(blocks=True).order_by("pk").first()
    for sketch in sketches_of(juror.call)[:number]:
        ImpartialityDeclaration.objects.filter(juror=juror, sketch=sketch).update(
            verdict=Verdict.DISQUALIFIED, reason=reason
        )


def sketches_of(call):
    return list(Sketch.objects.filter(call=call).order_by("reference"))


def test_a_sketch_tells_of_every_juror():
    call, run = make_run(blocked=1)
    sketch, juror = sketches_of(call)[0], call.jurors.order_by("pk").first()
    client = staff_client(call.programme)

    response = client.get(url_of("scoring_workspace:assignment_explain", call, run.pk), {"sketch": sketch.reference})

    context = response.context
    assert len(context["chosen"]) == 2
    assert len(context["others"]) == 2
    conflict = next(reason for reason in context["others"] if reason.juror == juror.pk)
    assert (conflict.code, conflict.fit) == ("conflict", None)
    assert conflict.conflict in response.content.decode()
    assert {reason.code for reason in context["others"]} <= {"conflict", "equal", "full", "fit"}


def test_a_juror_tells_of_every_sketch():
    call, run = make_run(sketches=3, jurors=3, wanted=2)
    juror = call.jurors.order_by("pk").last()
    client = staff_client(call.programme)

    context = client.get(url_of("scoring_workspace:assignment_explain", call, run.pk), {"juror": juror.pk}).context

    assert len(context["chosen"]) + len(context["others"]) == 3
    assert {reason.juror for reason in [*context["chosen"], *context["others"]]} == {juror.pk}


@pytest.mark.parametrize("query", [{"sketch": "2222222A"}, {"juror": "999999999"}, {"juror": "x"}, {"juror": "²"}])
def test_what_is_not_there_is_not_found(query):
    call, run = make_run()
    client = staff_client(call.programme)

    for name in ("assignment_explain", "assignment_reasons"):
        assert client.get(url_of(f"scoring_workspace:{name}", call, run.pk), query).status_code == 404


def test_a_secretary_who_left_the_room_sees_nothing_of_that_sketch():
    call, run = make_run(sketches=2, jurors=4)
    juror = call.jurors.order_by("pk").first()
    keep_out(juror, 1)
    hidden, shown = sketches_of(call)
    assignment.publish_assignment(by=jury.staff(call), run=jury.compute_assignment(call))
    run = call.assignment_runs.exclude(published_at=None).get()
    client = staff_client(call.programme, ProgrammeRole.JURY_SECRETARY, user=juror.user)
    other = call.jurors.order_by("pk").last()

    pages = [
        client.get(url_of("scoring_workspace:assignment_matrix", call, run.pk)),
        client.get(url_of("scoring_workspace:assignment_explain", call, run.pk)),
        client.get(url_of("scoring_workspace:assignment_explain", call, run.pk), {"juror": other.pk}),
        client.get(url_of("scoring_workspace:assignment_reasons", call, run.pk), {"format": "json"}),
    ]

    for page in pages:
        assert page.status_code == 200
        assert hidden.reference not in page.content.decode()
        assert shown.reference in page.content.decode()
    asked = {"sketch": hidden.reference}
    assert client.get(url_of("scoring_workspace:assignment_explain", call, run.pk), asked).status_code == 404
    assert client.get(url_of("scoring_workspace:assignment_problem", call, run.pk)).status_code == 404


def test_the_file_of_a_juror_names_no_other():
    call, run = make_run(sketches=3, jurors=4, wanted=2)
    juror, *others = call.jurors.order_by("pk").select_related("user")
    for number, seat in enumerate([juror, *others]):
        seat.user.name = f"Judge number {number}"
        seat.user.save()
    client = staff_client(call.programme)
    url = url_of("scoring_workspace:assignment_reasons", call, run.pk)

    texts = {form: client.get(url, {"juror": juror.pk, "format": form}) for form in ("csv", "json", "xlsx")}

    rows = list(csv.reader(io.StringIO(texts["csv"].content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 1 + 3
    assert {row[2] for row in rows[1:]} == {"Judge number 0"}
    assert not any(f"Judge number {number}" in texts["json"].content.decode() for number in (1, 2, 3))
    assert len(json.loads(texts["json"].content)["reasons"]) == 3
    sheet = load_workbook(ContentFile(texts["xlsx"].content)).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [row[0] for row in rows[1:]]


def test_files_defuse_what_a_spreadsheet_takes_for_a_formula():
    call, run = make_run()
    seat = call.jurors.select_related("user").first()
    seat.user.name = "=HYPERLINK(1)"
    seat.user.save()
    client = staff_client(call.programme)
    url = url_of("scoring_workspace:assignment_reasons", call, run.pk)

    text = client.get(url, {"juror": seat.pk, "format": "csv"}).content.decode()
    book = load_workbook(ContentFile(client.get(url, {"juror": seat.pk, "format": "xlsx"}).content))

    assert ";'=HYPERLINK(1);" in text
    assert book.active.cell(2, 3).value == "'=HYPERLINK(1)"


def test_reasons_stay_what_they_were_when_the_world_moves_on():
    call, run = make_run()
    before = [(r.juror, r.code, r.fit) for r in RunStory(run, jury.staff(call)).of_sketch(sketches_of(call)[0].pk)]

    Juror.objects.filter(call=call).update(load_max=0, load_min=0)

    after = [(r.juror, r.code, r.fit) for r in RunStory(run, jury.staff(call)).of_sketch(sketches_of(call)[0].pk)]
    assert after == before


def test_a_run_from_before_inputs_were_kept_says_so():
    call, run = make_run()
    AssignmentRecord.objects.all().delete()
    client = staff_client(call.programme)

    response = client.get(url_of("scoring_workspace:assignment_explain", call, run.pk))

    assert b"before its input was kept" in response.content


def test_anybody_gets_the_published_pairs_from_the_public_file(tmp_path, capsys):
    call, run = make_run(sketches=4, jurors=4, wanted=2)
    client = staff_client(call.programme)
    url = url_of("scoring_workspace:assignment_problem", call, run.pk)
    assert client.get(url).status_code == 404
    assignment.publish_assignment(by=jury.staff(call), run=run)

    content = client.get(url).content
    path = tmp_path / "published.json"
    path.write_bytes(content)
    status = main([str(path), "--seed", str(run.seed), "--policy", run.parameters["policy"]])

    result = json.loads(capsys.readouterr().out)
    pairs = run.pairs.values_list("sketch", "juror")
    ours = {(pseudonym(call, "sketch", s), pseudonym(call, "juror", j)) for s, j in pairs}
    assert status == 0
    assert {tuple(pair) for pair in result["pairs"]} == ours
    assert result["input_sha256"] == run.input_sha256
    for seat in call.jurors.select_related("user"):
        assert seat.user.email not in content.decode()
        assert str(seat.user) not in content.decode()
    assert not any(sketch.reference in content.decode() for sketch in sketches_of(call))


def test_matrix_shows_loads_floor_and_conflicts_in_pages():
    call, run = make_run(sketches=3, jurors=4, wanted=2, blocked=1)
    client = staff_client(call.programme)

    response = client.get(url_of("scoring_workspace:assignment_matrix", call, run.pk))

    matrix = response.context["matrix"]
    assert sum(column.load for column in matrix.columns) == 6
    assert [row.places for row in matrix.rows] == [2, 2, 2]
    assert sum(cell.conflict for row in matrix.rows for cell in row.cells) == 1
    assert matrix.floor == min(row.total for row in matrix.rows)
    assert (rows_per_page(60), rows_per_page(250), rows_per_page(3_000), rows_per_page(0)) == (100, 24, 20, 6_000)


def test_queries_of_the_pages_do_not_grow():
    asked = []
    for sketches, jurors in ((1, 3), (5, 6)):
        call, run = make_run(sketches=sketches, jurors=jurors)
        client = staff_client(call.programme)
        sketch = sketches_of(call)[0].reference
        explain = url_of("scoring_workspace:assignment_explain", call, run.pk)
        asked.append(
            [
                queries_of(client, url_of("scoring_workspace:assignment_matrix", call, run.pk)),
                queries_of(client, explain),
                queries_of(client, f"{explain}?sketch={sketch}"),
                queries_of(client, f"{explain}?juror={call.jurors.first().pk}"),
            ]
        )

    assert asked == [[17, 14, 15, 15], [17, 14, 15, 15]]  # nine of them are the frame of the workspace
