"""Finding a jury: a list into the pool, people out of the pool into a jury, and what those who are asked may answer."""

from __future__ import annotations

from home.demo.people import PASSWORD
from home.demo.world import World
from scoring.models import Juror, JurorProfile
from tests import factories
from tests.e2e.pages import PHONE, Person, link_in, wait_for_mail

PROGRAMME = "f-no-programme"
LIST = "E-post;Navn;Temaer;Skisser høyst\nann@pool.example;Adviser, county;health;6\nnobody;Somebody;health;6\n"


def secretary_at(person, world: World) -> Person:
    return person("secretary").sign_in_with_password(world.staff[PROGRAMME, "jury_secretary"].email, PASSWORD)


def test_from_a_list_to_an_answer(person, world: World) -> None:
    call = factories.make_call(programme=world.programmes[PROGRAMME], title_en="Quiet nights")
    secretary = secretary_at(person, world)
    pool, hub = f"/admin/calls/programmes/{call.programme_id}/pool/", f"/admin/calls/{call.pk}/"

    secretary.open(pool).follow("Import a list").page.locator("[name=file]").set_input_files(
        {"name": "jurors.csv", "mimeType": "text/csv", "buffer": LIST.encode("cp1252")}
    )
    secretary.press("Look at the file").sees("1 line cannot be imported").sees("This is no e-mail address.")
    secretary.press("Import 1 good line").sees("1 person came into the pool")
    secretary.follow("Adviser, county").set("region", "Viken").press("Save").sees("was saved")
    wait_for_mail("ann@pool.example")

    secretary.open(f"{hub}jury/").follow("Choose from the pool").set("q", "viken").press("Show jurors")
    secretary.tick("Adviser, county").press("Go on with the chosen ones").sees("1 person gets the letter")
    secretary.press("Invite 1 person and send the letter").sees("1 person was invited")
    secretary.follow("Paste addresses").set("addresses", "Bo <bo@pool.example>\nnonsense\nann@pool.example")
    secretary.press("Look at the list and the letter").sees("2 lines cannot be invited")
    secretary.press("Invite 1 person and send the letter").sees("1 person was invited")

    asked = person("asked", javascript=False, viewport=PHONE)
    link = link_in(wait_for_mail("bo@pool.example", about="Quiet nights").body, "/jury/invitations/")
    asked.open(link).sees("minutes each").open(link)
    assert Juror.objects.get(user__email="bo@pool.example").state == "invited"
    asked.page.locator("summary").filter(has_text="I cannot sit").click()
    asked.page.locator("[name=code]").select_option("away")
    asked.press("Decline").sees("You have declined")
    asked.page.locator("summary").filter(has_text="Suggest somebody else").click()
    asked.set("name", "Cy").set("email", "nonsense").press("Suggest this person").sees("valid email")
    asked.set("email", "cy@pool.example").press("Suggest this person").sees("Thank you")

    secretary.open(f"{hub}jury/").sees("I am away").follow("Invitations and suggestions").sees("cy@pool.example")
    secretary.press("Remind all who have not answered").sees("has heard from us today")
    secretary.press("Look at the invitation").sees("1 person gets the letter")
    secretary.press("Invite 1 person and send the letter").sees("1 person was invited")
    assert JurorProfile.objects.filter(programme=call.programme).count() == 3


def test_the_juror_sees_and_corrects_what_is_held(person, world: World) -> None:
    call = factories.make_call(programme=world.programmes[PROGRAMME], title_en="Quiet days")
    secretary = secretary_at(person, world)
    secretary.open(f"/admin/calls/programmes/{call.programme_id}/pool/").follow("Add somebody")
    secretary.set("email", "nobody").press("Add to the pool").sees("Nothing was saved")
    secretary.set("email", "dee@pool.example").set("employer", "Own firm").press("Add to the pool")
    secretary.sees("dee@pool.example")

    juror = person("juror", javascript=False)
    juror.sign_in_with_code("dee@pool.example", to="/en/jury/profile/").sees("Own firm")
    juror.follow("Correct it or pause").set("capacity", "0").press("Save").sees("greater than or equal to 1")
    juror.set("capacity", "4").tick("Do not ask me for now").press("Save").sees("Your profile was saved").sees("Paused")
    juror.follow("Leave the pool").press("Leave the pool").sees("You are in no pool of jurors")
