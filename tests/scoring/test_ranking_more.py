"""Around the ranking: filters, other weights, one juror less, portfolio, files."""

import io
import json
import zipfile

import pytest
from openpyxl import load_workbook

from competition.clock import database_now
from competition.enums import ProgrammeRole
from scoring.enums import Verdict
from scoring.models import ImpartialityReason, Juror
from tests.scoring import factories as jury
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db
PAGES = ("ranking", "what_if", "portfolio")


def test_a_ranking_is_narrowed_and_keeps_its_ranks():
    call, run = jury.make_ranked(sketches=3, shortlist_size=1)
    row = run.rows.get(rank=2)
    row.sketch.organisation.region = "Vestland"
    row.sketch.organisation.save()
    client = staff_client(call.programme)

    page = client.get(url_of("scoring_workspace:ranking", call), {"region": "Vestland"}).context
    none = client.get(url_of("scoring_workspace:ranking", call), {"topic": "no-such-topic\x00"})

    assert [line.ranked.rank for line in page["lines"]] == [2]
    assert (page["choices"].shown, page["choices"].total) == (1, 3)
    assert b"No sketch matches." in none.content


def test_other_weights_and_one_juror_less_move_sketches():
    call = jury.make_assigned(sketches=2, jurors=3, shortlist_size=1)
    first = call.sketches.order_by("pk").values_list("pk", flat=True)[0]
    codes = list(call.criteria.values_list("code", flat=True))
    for juror in call.jurors.all():
        for one in jury.own_assessments(juror):
            jury.grade(one, 4, **{codes[0]: 6 if one.sketch_id == first else 2})
    run = jury.compute_ranking(call)
    client, url = staff_client(call.programme), url_of("scoring_workspace:what_if", call)

    as_it_was = client.get(url).context["moves"]
    without_it = client.get(url, {f"w-{codes[0]}": "0"}).context
    alias = next(iter(run.record.jurors))
    without = client.get(url, {"without": alias}).context
    nonsense = client.get(url, {f"w-{code}": "0" for code in codes})
    negative = client.get(url, {f"w-{codes[0]}": "-1"})

    assert [(item.before, item.after) for item in as_it_was] == [(1, 1), (2, 2)]
    assert {item.after for item in without_it["moves"]} == {1}
    assert without_it["crossing"] == 1
    assert [item.after for item in without["moves"]] == [1, 2]
    assert {one.name for one in without["without_juror"]} == {str(juror.user) for juror in call.jurors.all()}
    assert b"weight above 0" in nonsense.content
    assert negative.status_code == 200
    assert negative.context["form"].errors


def test_names_of_jurors_are_for_the_secretariat_alone():
    call, _run = jury.make_ranked(sketches=2)
    names = [str(juror.user) for juror in call.jurors.all()]

    page = staff_client(call.programme, ProgrammeRole.OBSERVER).get(url_of("scoring_workspace:what_if", call))

    assert page.context["without_juror"]
    assert not any(name in page.content.decode() for name in names)


def test_a_sketch_kept_from_the_reader_is_on_no_page_and_in_no_file():
    call, run = jury.make_ranked(sketches=2)
    sketch = run.rows.get(rank=1).sketch
    client = staff_client(call.programme)
    once = Juror.objects.create(call=call, user=client.staff, state="left")
    once.declarations.create(
        sketch=sketch,
        verdict=Verdict.DISQUALIFIED,
        reason=ImpartialityReason.objects.get(code="other"),
        declared_at=database_now(),
    )

    pages = [client.get(url_of(f"scoring_workspace:{name}", call)) for name in (*PAGES, "ranking_export")]
    bundle = client.get(url_of("scoring_workspace:ranking_input", call))

    assert [page.status_code for page in pages] == [200] * 4
    assert not any(sketch.reference in page.content.decode() for page in pages)
    assert pages[2].context["portfolio"].sketches == 1
    assert bundle.status_code == 404


def test_files_hold_the_same_ranking_and_what_computes_it_again():
    call, run = jury.make_ranked(sketches=2)
    title = run.rows.get(rank=1).sketch
    title.title = "=1+1"
    title.save()
    client, url = staff_client(call.programme), url_of("scoring_workspace:ranking_export", call)

    sheet = load_workbook(io.BytesIO(client.get(url, {"format": "xlsx"}).content)).active
    data = json.loads(client.get(url, {"format": "json"}).content)
    bundle = zipfile.ZipFile(
        io.BytesIO(client.get(url_of("scoring_workspace:ranking_input", call)).content),
    )

    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [1, 2]
    assert sheet.cell(2, 3).value == "'=1+1"
    assert [item["rank"] for item in data["sketches"]] == [1, 2]
    assert data["input_sha256"] == run.input_sha256
    assert set(bundle.namelist()) == {"scores.csv", "criteria.json", "command.txt"}
    assert run.metrics["table_sha256"] in bundle.read("command.txt").decode()
    assert client.get(url, {"format": "exe"}).status_code == 404


def test_portfolio_counts_what_stands_above_the_line():
    call, _run = jury.make_ranked(sketches=3, shortlist_size=2)

    found = staff_client(call.programme).get(url_of("scoring_workspace:portfolio", call)).context["portfolio"]

    assert (found.sketches, found.above) == (3, 2)
    assert sum(one.above for one in found.regions) == 2
    assert sum(one.sketches for one in found.kinds) == 3


@pytest.mark.parametrize(("page", "queries"), [("what_if", 15), ("portfolio", 14)])
def test_queries_do_not_grow(page, queries):
    small, _run = jury.make_ranked(sketches=1)
    large, _run = jury.make_ranked(sketches=6)

    few, many = (
        queries_of(staff_client(call.programme), url_of(f"scoring_workspace:{page}", call)) for call in (small, large)
    )

    assert few == many == queries
