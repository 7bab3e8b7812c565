import csv
import gzip
import io
import json

import pytest
from django.core.management import CommandError, call_command

from accounts.enums import LanguageForm, OrganisationKind
from accounts.models import RegisterEntry
from accounts.register.adapters import ADAPTERS, column
from accounts.register.domains import domain_of, is_public, normalise_domain
from accounts.register.entry import BadRow, Entry
from accounts.register.files import BadFile, read_rows
from accounts.register.folding import fold

NORWEGIAN = [
    {
        "organisasjonsnummer": "312013169",
        "navn": "FJORDBY KOMMUNE",
        "organisasjonsform": {"kode": "KOMM", "beskrivelse": "Kommune"},
        "maalform": "Nynorsk",
        "epostadresse": "post@fjordby.example",
        "antallAnsatte": 900,
    },
    {
        "organisasjonsnummer": "312101300",
        "navn": "ETAT FOR VEI OG TUNNEL",
        "organisasjonsform": {"kode": "ORGL"},
        "epostadresse": "etat@gmail.com",
    },
    {"organisasjonsnummer": "312098261", "navn": "SOM DRIVER FOR SEG SELV", "organisasjonsform": {"kode": "ENK"}},
    {"organisasjonsnummer": "312098260", "navn": "FEIL NUMMER", "organisasjonsform": {"kode": "KOMM"}},
]


def row(**fields):
    return {column(name): value for name, value in fields.items()}


@pytest.fixture
def norwegian(tmp_path):
    path = tmp_path / "enheter.json"
    path.write_text(json.dumps(NORWEGIAN), encoding="utf-8")
    return path


def load(country, path, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command("load_register", country, str(path), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("country", "fields", "entry"),
    [
        (
            "NO",
            {"organisasjonsnummer": "312 013 169", "navn": "NORD-FJORDBY KOMMUNE", "organisasjonsform.kode": "KOMM"},
            Entry("NO", "312013169", "Nord-Fjordby kommune", OrganisationKind.MUNICIPALITY),
        ),
        (
            "DK",
            {
                "CVR-nummer": "99001097",
                "Navn": "Åbjerg Kommune",
                "Virksomhedsform": "Primærkommune",
                "E-mail": "a@b.dk",
            },
            Entry("DK", "99001097", "Åbjerg Kommune", OrganisationKind.MUNICIPALITY, mail_domains=("b.dk",)),
        ),
        (
            "DK",
            {"cvrnr": "99001194", "virksomhedsnavn": "Region Østfjord", "virksomhedsformkode": "245"},
            Entry("DK", "99001194", "Region Østfjord", OrganisationKind.REGION),
        ),
        (
            "SE",
            {"Organisationsnr": "212000-9804", "Namn": "Sjöbys kommun", "Juridisk form": "82"},
            Entry("SE", "2120009804", "Sjöbys kommun", OrganisationKind.MUNICIPALITY),
        ),
        (
            "SE",
            {"PeOrgNr": "162120009820", "Namn": "Broverket\x00", "JurForm": "81"},
            Entry("SE", "2120009820", "Broverket", OrganisationKind.STATE_AGENCY),
        ),
        (
            "SE",
            {
                "organisationsidentitet": "2120009812$ORGNR-IDORG",
                "organisationsnamn": "Norrskog AB$FORETAGSNAMN-ORGNAM$2001-01-01",
                "organisationsform": "AB-ORGFO",
            },
            Entry("SE", "2120009812", "Norrskog AB", OrganisationKind.COMPANY),
        ),
    ],
)
def test_each_register_is_read(country, fields, entry):
    assert ADAPTERS[country].read(row(**fields)) == entry


@pytest.mark.parametrize(
    ("country", "fields"),
    [
        ("NO", {"organisasjonsnummer": "312098261", "navn": "Driver for seg selv", "organisasjonsform": "ENK"}),
        ("DK", {"cvrnr": "99001097", "navn": "Driver for sig selv", "virksomhedsformkode": "10"}),
        ("SE", {"PeOrgNr": "2120009804", "Namn": "Avvecklad", "JurForm": "82", "Avregistreringsdatum": "2001-01-01"}),
    ],
)
def test_what_never_applies_is_left_out(country, fields):
    assert ADAPTERS[country].read(row(**fields)) is None


def test_a_persons_number_is_broken_and_not_repeated():
    with pytest.raises(BadRow) as bad:
        ADAPTERS["SE"].read(row(PeOrgNr="811228-9874", Namn="En enskild firma", JurForm="82"))

    assert str(bad.value) == "its number is not one of an organisation (personal)"


@pytest.mark.django_db
def test_load_register_reports_and_stores(norwegian):
    out, err = load("NO", norwegian)

    assert out == "4 rows read: 2 organisations loaded, 1 left out, 1 broken, 0 no longer there.\n"
    assert err == "row 4: its number is not one of an organisation (checksum)\n"
    assert list(RegisterEntry.objects.values_list("number", "name", "kind", "language_form", "mail_domains")) == [
        ("312101300", "Etat for Vei og Tunnel", OrganisationKind.STATE_AGENCY, LanguageForm.NEUTRAL, []),
        ("312013169", "Fjordby kommune", OrganisationKind.MUNICIPALITY, LanguageForm.NYNORSK, ["fjordby.example"]),
    ]


@pytest.mark.django_db
def test_load_register_twice_is_as_once_and_a_newer_file_replaces(norwegian):
    load("NO", norwegian)
    first = list(RegisterEntry.objects.values_list("pk", "name"))
    load("no", norwegian)
    second = list(RegisterEntry.objects.values_list("pk", "name"))
    norwegian.write_text(json.dumps(NORWEGIAN[:1]), encoding="utf-8")
    load("NO", norwegian, partial=True)
    kept = RegisterEntry.objects.count()

    out, _err = load("NO", norwegian)

    assert second == first
    assert kept == 2
    assert out == "1 rows read: 1 organisations loaded, 0 left out, 0 broken, 1 no longer there.\n"


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["", "[]", "<html></html>", '[{"navn": "En"', "\x00\x01\x02", "a;b\n1;2\n"])
def test_a_file_of_something_else_changes_nothing(norwegian, tmp_path, content):
    load("NO", norwegian)
    other = tmp_path / "other"
    other.write_text(content, encoding="utf-8")

    with pytest.raises(CommandError):
        load("NO", other)

    assert RegisterEntry.objects.count() == 2


@pytest.mark.django_db
def test_a_packed_csv_in_another_encoding(tmp_path):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerows([["Organisationsnr", "Namn", "Juridisk form"], ["212000-9804", "Sjöbys\nkommun", "82"]])
    path = tmp_path / "myndigheter.csv.gz"
    path.write_bytes(gzip.compress(text.getvalue().encode("latin-1")))

    load("SE", path, encoding="latin-1")

    assert RegisterEntry.objects.get().name == "Sjöbys kommun"


@pytest.mark.django_db
def test_companies_only_when_asked_for(tmp_path):
    path = tmp_path / "cvr.csv"
    path.write_text("cvrnr,navn,virksomhedsformkode\n99001097,Åbjerg Kommune,250\n99001194,Havn A/S,60\n")

    load("DK", path)
    public = RegisterEntry.objects.count()
    load("DK", path, companies=True)

    assert (public, RegisterEntry.objects.count()) == (1, 2)


def test_rows_of_a_long_file_come_one_by_one(tmp_path):
    path = tmp_path / "long.json"
    path.write_text("[" + ",\n".join(json.dumps({"navn": "x" * 1000, "n": number}) for number in range(500)) + "]")

    rows = [int(row["n"]) for _number, row in read_rows(path)]

    assert rows == list(range(500))


def test_a_file_that_breaks_off_says_so_after_what_it_had(tmp_path):
    path = tmp_path / "cut.json"
    path.write_text('[{"navn": "En"}, {"navn": "To')
    rows = read_rows(path)

    assert next(rows) == (1, {"navn": "En"})
    with pytest.raises(BadFile):
        next(rows)


@pytest.mark.parametrize(
    ("name", "folded"),
    [("Øst-Åfjord (HF)", "ost afjord hf"), ("Aabyer", "abyer"), ("Vaesteraas", "vasteras"), ("Västerås", "vasteras")],
)
def test_names_fold_alike_in_every_spelling(name, folded):
    assert fold(name) == folded


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("@Fjordby.Example ", "fjordby.example"),
        ("post@fjordby.example", "fjordby.example"),
        ("åbjerg.dk", "xn--bjerg-lra.dk"),
        ("dk", ""),
        ("http://fjordby.example/", ""),
        ("a b.example", ""),
        ("..", ""),
        ("x" * 300 + ".no", ""),
    ],
)
def test_domains_are_normalised(typed, domain):
    assert normalise_domain(typed) == domain


def test_public_mail_domains_prove_nothing():
    assert is_public("gmail.com")
    assert is_public("mail.gmail.com")
    assert not is_public("notgmail.com")
    assert domain_of("person@online.no") == ""
    assert domain_of("person@sub.fjordby.example") == "sub.fjordby.example"
