"""Lists of jurors: what a file may look like, what is said about each line, and what an import makes of it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts.models import User
from competition.services.questions import ensure_topics
from scoring import juror_files
from scoring.juror_files import COLUMNS, BadFile, read_file
from scoring.models import JurorProfile
from scoring.selectors.pool_lines import check_table
from scoring.services.pool_import import import_to_pool
from tests import factories
from tests.scoring.pool import make_profile
from tests.workspace_client import staff_client

LINES = "E-post;Navn;Temaer\r\nann@example.com;Åse Ærlig;health\r\nbo@example.com;Bo;\r\n"


def as_xlsx(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- Reading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_whatever_wrote_the_file_it_reads_the_same(encoding, separator):
    table = read_file(LINES.replace(";", separator).encode(encoding))

    assert table.columns == ["email", "name", "topics"]
    assert [line.cells["name"] for line in table.lines] == ["Åse Ærlig", "Bo"]
    assert [line.number for line in table.lines] == [2, 3]


@pytest.mark.parametrize("language", ["en", "nb", "nn", "da", "sv"])
def test_columns_are_known_in_every_language(language):
    head = ";".join(name[language][0].upper() for name in COLUMNS.values())

    table = read_file(f"{head}\n{';' * (len(COLUMNS) - 1)}x\n".encode())

    assert table.columns == list(COLUMNS)
    assert table.unknown == []


def test_an_excel_file_reads_as_its_first_sheet():
    table = read_file(as_xlsx(["E-mail", "Capacity", "Shoe size"], ["ann@example.com", 12.0, 43], [None, None, None]))

    assert (table.columns, table.unknown) == (["email", "capacity"], ["Shoe size"])
    assert [line.cells for line in table.lines] == [{"email": "ann@example.com", "capacity": "12"}]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"Name;Employer\nAnn;Fjordby\n", "E-mail"),
        (b"E-mail;Mail\na@example.com;b@example.com\n", "mean the same"),
        (b"E-mail;Name\n", "nobody below"),
        (b'E-mail;Name\na@example.com;"Ann\n', "broken"),
        (b"PK\x03\x04 no archive", "damaged"),
        (b"%PDF-1.7\x00\x01\x00\x02", "no text file"),
        (b"E-mail\n" + b"a@example.com\n" * 5001, "more than 5000 lines"),
        (b"E-mail\n" + b"x" * 2_000_001, "too large"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, says):
    with pytest.raises(BadFile) as wrong:
        read_file(content)

    assert says.lower() in str(wrong.value.message).lower()


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_the_template_is_a_list_that_the_import_understands(extension):
    if extension == "csv":
        content = juror_files.template_csv("nb").encode() + b"a@example.com;;;;;;;;;\r\n"
    else:
        book = load_workbook(io.BytesIO(juror_files.template_xlsx("nb", {"sector": ["public"]}, "Values")))
        book.worksheets[0].append(["a@example.com"])
        out = io.BytesIO()
        book.save(out)
        content = out.getvalue()

    table = read_file(content)

    assert (table.columns, table.unknown, len(table.lines)) == (list(COLUMNS), [], 1)


# --- Looking at every line ------------------------------------------------------------------------------------------


@pytest.fixture
def programme(db):
    ensure_topics()
    return factories.make_programme()


def checked(programme, *lines, head="email;name;employer;number;sector;languages;capacity;topics"):
    table = read_file("\n".join([head, *lines]).encode())
    return check_table(programme=programme, table=table)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (";Ann;;;;;;", "email"),
        ("nobody;Ann;;;;;;", "email"),
        ("pooled@Example.com;Ann;;;;;;", "email"),
        ("closed@example.com;Ann;;;;;;", "email"),
        ("a@example.com;=HYPERLINK(1);;;;;;", "name"),
        ("a@example.com;" + "x" * 121 + ";;;;;;", "name"),
        ("a@example.com;;;123456789;;;;", "number"),
        ("a@example.com;;;;mars;;;", "sector"),
        ("a@example.com;;;;;klingon;;", "languages"),
        ("a@example.com;;;;;;0;", "capacity"),
        ("a@example.com;;;;;;many;", "capacity"),
        ("a@example.com;;;;;;;witchcraft", "topics"),
        ("a@example.com;;;;;;;health:2", "topics"),
        ("a@example.com;;;;;;;health:nan", "topics"),
    ],
)
def test_a_bad_cell_is_marked_where_it_is(programme, line, column):
    make_profile(programme, email="pooled@example.com")
    factories.make_user("closed@example.com", is_active=False)

    (row,) = checked(programme, line)

    assert (list(row.problems), row.entry) == ([column], {})


@pytest.mark.parametrize("number", ["811228-9874", "120174-3399"])
def test_a_personal_number_is_refused_and_never_repeated(programme, number):
    client = staff_client(programme)
    file = SimpleUploadedFile("a.csv", f"email;number\na@example.com;{number}\n".encode())

    response = client.post(reverse("scoring_pool:import", args=[programme.pk]), {"file": file})

    assert response.status_code == 422
    assert b"personal number" in response.content
    assert number.encode() not in response.content


def test_a_good_line_becomes_an_entry(programme):
    employer = factories.make_organisation(name="Fjordby kommune", number="974760673")

    (row,) = checked(
        programme,
        'Ann@Example.com;Ann;Anything;974 760 673;PUBLIC;Norsk, nynorsk;7;"Health: 0,5; gen-pub"',
    )

    assert (row.problems, row.warnings) == ({}, {})
    assert row.entry == {
        "email": "ann@example.com",
        "name": "Ann",
        "organisation": employer.pk,
        "employer": "",
        "sector": "public",
        "seniority": "",
        "region": "",
        "languages": ["nb", "nn"],
        "capacity": 7,
        "topics": {"health": "0.50", "gen-pub": "1.00"},
    }


def test_a_decimal_comma_is_no_separator(programme):
    (row,) = checked(programme, '"a@example.com";;;;;;;"health:0,5, gen-pub"')

    assert row.entry["topics"] == {"health": "0.50", "gen-pub": "1.00"}


def test_the_same_address_twice_is_a_mistake_whatever_its_case(programme):
    rows = checked(programme, "a@example.com;;;;;;;", "A@EXAMPLE.com;;;;;;;")

    assert [list(row.problems) for row in rows] == [[], ["email"]]
    assert "line 2" in str(rows[1].problems["email"])


def test_the_same_person_under_two_addresses_is_worth_a_second_look(programme):
    make_profile(programme, email="cy@example.com", employer="Own firm")
    User.objects.filter(email="cy@example.com").update(name="Cy")

    rows = checked(
        programme, "a@example.com;Ann;Fjordby;;;;;", "b@example.com;ANN;fjordby;;;;;", "c@example.com;Cy;Own firm;;;;;"
    )

    assert [list(row.warnings) for row in rows] == [["name"], ["name"], ["name"]]
    assert [bool(row.entry) for row in rows] == [True, True, True]


def test_a_number_that_nobody_has_registered_is_a_warning(programme):
    (row,) = checked(programme, "a@example.com;;Fjordby;974760673;;;;")

    assert (list(row.warnings), row.entry["employer"], row.entry["organisation"]) == (["number"], "Fjordby", None)


# --- Importing ------------------------------------------------------------------------------------------------------


def test_only_the_good_lines_come_in_and_only_when_confirmed(programme):
    client = staff_client(programme)
    url = reverse("scoring_pool:import", args=[programme.pk])
    file = SimpleUploadedFile("a.csv", b"E-mail;Name;Topics\na@example.com;Ann;health\nnobody;Bo;\n")

    preview = client.post(url, {"file": file})
    assert (preview.status_code, preview.context["good"], preview.context["bad"]) == (422, 1, 1)
    assert not JurorProfile.objects.exists()
    for _time in range(2):
        response = client.post(url, {"kept": preview.context["kept"]})

    profile = JurorProfile.objects.select_related("user").get()
    assert response.status_code == 302
    assert (profile.user.email, profile.user.name, profile.capacity) == ("a@example.com", "Ann", 20)
    assert profile.user.emailaddress_set.filter(primary=True).count() == 1
    assert [float(topic.strength) for topic in profile.topic_strengths.all()] == [1.0]


def test_what_was_kept_for_another_programme_is_not_taken(programme):
    other, url = factories.make_programme(), "scoring_pool:import"
    owner = factories.make_user()
    file = SimpleUploadedFile("a.csv", b"E-mail\na@example.com\n")
    kept = staff_client(other, user=owner).post(reverse(url, args=[other.pk]), {"file": file}).context["kept"]

    for value in (kept, "nonsense"):
        response = staff_client(programme, user=owner).post(reverse(url, args=[programme.pk]), {"kept": value})
        assert response.status_code == 422

    assert not JurorProfile.objects.exists()


def test_an_import_asks_the_same_number_of_questions_at_any_length(programme, django_assert_num_queries):
    by, made = factories.owner_of(programme), []
    import_to_pool(by=by, programme=programme, entries=[], language="nb")
    for size in (2, 30):
        rows = checked(programme, *(f"p{size}-{number}@example.com;;;;;;;health" for number in range(size)))
        with django_assert_num_queries(QUERIES):
            made.append(import_to_pool(by=by, programme=programme, entries=[row.entry for row in rows], language="nb"))

    assert made == [2, 30]


QUERIES = 14


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_the_template_is_downloaded(programme, extension):
    response = staff_client(programme).get(reverse("scoring_pool:template", args=[programme.pk, extension]))

    assert response["Content-Disposition"] == f'attachment; filename="jurors.{extension}"'
    assert staff_client(programme).get(reverse("scoring_pool:template", args=[programme.pk, "exe"])).status_code == 404
