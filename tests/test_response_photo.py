"""Photos of responses: drawn anew, described, sent to whoever sees the proposal, taken down for a reason."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from typing import Any

import httpx
import psycopg
import pytest
from PIL import Image

from models.polling_record import MAX_PHOTO_BYTES
from models.response_photo import MAX_PHOTOS
from tests.acting import published, refused
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.test_logo import SVG, animated, bomb, picture
from tests.test_page_portal import signed_in

SHOWS = "La dalle du four est coulée, deux maçons posent les premières briques."
READ = """query($id: ID!) { contribution(id: $id) { officialResponses { id body
  photo { address smallAddress description width height digest addedAt }
  photoRemoval { removedAt reason } } } }"""


@pytest.fixture
def moderator(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="MODERATOR")


@pytest.fixture
def proposal(given: Given, town: Portal) -> str:
    return published(given.actor(town), given.activity(town, kind="IDEA_BOX", vote_method="SUPPORT"))


def respond(who: Portal, proposal: str, body: str = "Les travaux commencent.") -> str:
    """A step."""
    said = {"contribution": proposal, "service": "Direction des jardins", "body": body}
    return str(done(who, "officialResponsePublish", "officialResponse { id }", **said)["officialResponse"]["id"])


def _headers(portal: Portal) -> dict[str, str]:
    return {"host": portal.host} | ({"authorization": f"Bearer {portal.token}"} if portal.token else {})


def send(portal: Portal, response: str, content: bytes, words: str = SHOWS) -> httpx.Response:
    files = {"file": ("chantier.jpg", content)}
    path = f"/reponse-officielle/{response}/photo"
    return portal.client.post(path, headers=_headers(portal), data={"words": words}, files=files)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"]


def see(portal: Portal, address: str, **headers: str) -> httpx.Response:
    return portal.client.get(address, headers=_headers(portal) | headers)


def steps(who: Portal, proposal: str) -> list[dict[str, Any]]:
    return list(who.ask(READ, id=proposal)["contribution"]["officialResponses"])


def located() -> bytes:
    """A photo in which a camera wrote where and with what it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "Un secret du téléphone"
    exif[0x0110] = "Appareil de la mairie"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 6.0, 36.0), 3: "W", 4: (1.0, 40.0, 48.0)})
    return picture("JPEG", (3_000, 1_500), exif=exif)


def test_photo_is_drawn_anew_in_two_sizes_without_where_it_was_taken(
    town: Portal, moderator: Portal, proposal: str
) -> None:
    sent = located()
    assert dict(Image.open(BytesIO(sent)).getexif().get_ifd(0x8825))[1] == "N"
    response = respond(moderator, proposal)
    answer = send(moderator, response, sent, f"  {SHOWS}\n")
    assert answer.status_code == 201, answer.text
    [step] = steps(replace(town, token=None), proposal)
    photo = step["photo"]
    large, small = (see(replace(town, token=None), photo[name]) for name in ("address", "smallAddress"))
    for one, size in ((large, (1_280, 640)), (small, (480, 240))):
        assert (one.status_code, one.headers["content-type"]) == (200, "image/jpeg")
        drawn = Image.open(BytesIO(one.content))
        assert (drawn.format, drawn.size, len(drawn.getexif())) == ("JPEG", size, 0)
        assert b"secret" not in one.content and b"Exif" not in one.content
    digest = hashlib.sha256(large.content).hexdigest()
    assert answer.json() == {"photoDigest": digest}
    uuid = uuid_in(response)
    assert {name: value for name, value in photo.items() if name != "addedAt"} == {
        "address": f"/reponse-officielle/{uuid}/photo-{digest[:16]}.jpg",
        "smallAddress": f"/reponse-officielle/{uuid}/vignette-{digest[:16]}.jpg",
        "description": SHOWS,
        "width": 1_280,
        "height": 640,
        "digest": digest,
    }
    assert step["photoRemoval"] is None


def test_browser_that_has_a_photo_is_told_so_in_a_few_bytes(town: Portal, moderator: Portal, proposal: str) -> None:
    send(moderator, respond(moderator, proposal), picture("JPEG", (600, 400)))
    photo = steps(town, proposal)[0]["photo"]
    first = see(town, photo["address"])
    assert first.headers["cache-control"] == "private, max-age=600"
    assert first.headers["vary"] == "cookie, authorization"
    again = see(town, photo["address"], **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    small = see(town, photo["smallAddress"], **{"if-none-match": first.headers["etag"]})
    assert small.status_code == 200, "it is another picture"
    for wrong in (
        photo["address"].replace("photo-", "photo-0"),
        photo["address"].replace("photo-", "copie-"),
        photo["address"].replace(photo["digest"][:16], photo["digest"]),
    ):
        assert see(town, wrong).status_code == 404


def test_photo_is_seen_as_its_proposal_is(given: Given, town: Portal, moderator: Portal) -> None:
    space = given.space(town, visibility="MEMBERS")
    proposal = published(given.actor(town), given.activity(town, kind="IDEA_BOX", space=space))
    send(moderator, respond(moderator, proposal), picture("JPEG", (60, 40)))
    member, stranger = given.actor(town), replace(town, token=None)
    address = steps(member, proposal)[0]["photo"]["address"]
    tag = {"if-none-match": see(member, address).headers["etag"]}
    assert (see(stranger, address).status_code, see(stranger, address, **tag).status_code) == (404, 404)
    given.sql(
        town,
        "UPDATE __tenant__.contribution SET status_before = status, status = 'HIDDEN' WHERE id = %s",
        uuid_in(proposal),
    )
    assert [see(who, address).status_code for who in (moderator, member, stranger)] == [200, 404, 404]
    assert see(member, address, **tag).status_code == 404


def test_photo_is_seen_at_its_own_portal_alone(
    given: Given, town: Portal, rennes: Portal, moderator: Portal, proposal: str
) -> None:
    response = respond(moderator, proposal)
    send(moderator, response, picture("JPEG", (60, 40)))
    address = steps(town, proposal)[0]["photo"]["address"]
    there = given.actor(rennes, role="ADMIN")
    assert see(there, address).status_code == 404
    assert send(there, response, picture("JPEG", (60, 40))).status_code == 404


def test_photo_is_put_by_those_who_speak_for_the_city_alone(
    given: Given, town: Portal, moderator: Portal, proposal: str
) -> None:
    response, author = respond(moderator, proposal), given.actor(town)
    for who in (author, given.actor(town), replace(town, token=None)):
        assert send(who, response, SVG).status_code == 404, "nothing is read of it"
    [(activity,)] = given.sql(town, "SELECT activity_id FROM __tenant__.contribution WHERE id = %s", uuid_in(proposal))
    [(space,)] = given.sql(town, "SELECT space_id FROM __tenant__.activity WHERE id = %s", activity)
    editor = given.actor(town)
    actor = uuid_in(editor.ask("{ viewer { id } }")["viewer"]["id"])
    assert send(editor, response, picture()).status_code == 404
    given.insert(town, "space_role", space_id=space, actor_id=actor, kind="EDITOR", given_at="now")
    assert send(editor, response, picture()).status_code == 201
    assert send(moderator, "officialresponse_1_nothing", picture()).status_code == 404


@pytest.mark.parametrize(
    ("content", "words", "status", "code"),
    [
        (lambda: SVG, SHOWS, 422, "BAD_IMAGE"),
        (lambda: picture("JPEG") + SVG, SHOWS, 422, "BAD_IMAGE"),
        (lambda: picture("GIF"), SHOWS, 422, "BAD_IMAGE"),
        (animated, SHOWS, 422, "BAD_IMAGE"),
        (lambda: picture()[:-20], SHOWS, 422, "BAD_IMAGE"),
        (lambda: bomb(20_000), SHOWS, 413, "IMAGE_TOO_LARGE"),
        (lambda: bomb(4_100), SHOWS, 413, "IMAGE_TOO_LARGE"),
        (lambda: picture() + bytes(MAX_PHOTO_BYTES), SHOWS, 413, "IMAGE_TOO_LARGE"),
        (lambda: b"", SHOWS, 422, "REQUIRED"),
        (picture, "", 422, "TOO_SHORT"),
        (picture, " un  four ", 422, "TOO_SHORT"),
        (picture, "a" * 401, 422, "TOO_LONG"),
    ],
)
def test_refused_photo_changes_nothing(
    given: Given, town: Portal, moderator: Portal, proposal: str, content: Callable[[], bytes], words: str, status: int,
    code: str,
) -> None:  # fmt: skip
    response = respond(moderator, proposal)
    with given.nothing_written(town):
        assert code_of(send(moderator, response, content(), words)) == (status, code)
    assert [step["photo"] for step in steps(town, proposal)] == [None]


def test_photo_stays_until_it_is_taken_down(given: Given, town: Portal, moderator: Portal, proposal: str) -> None:
    response = respond(moderator, proposal)
    assert send(moderator, response, picture("JPEG", (60, 40))).status_code == 201
    with given.nothing_written(town):
        assert send(moderator, response, picture("JPEG", (60, 40))).status_code == 201, "sent twice"
        assert code_of(send(moderator, response, picture("JPEG", (60, 50)))) == (422, "ACTION_NOT_POSSIBLE")
    assert steps(town, proposal)[0]["photo"]["height"] == 40


def test_photo_is_described_again_and_taken_down_for_a_reason(
    given: Given, town: Portal, moderator: Portal, proposal: str
) -> None:
    response, member = respond(moderator, proposal), given.actor(town)
    send(moderator, response, picture("JPEG", (60, 40)))
    photo = steps(town, proposal)[0]["photo"]
    named = {"officialResponse": response, "digest": photo["digest"]}
    better = "Le four est debout, sa porte est fermée."
    done(moderator, "responsePhotoDescribe", **named, description=better)
    assert steps(town, proposal)[0]["photo"] == photo | {"description": better}
    with given.nothing_written(town):
        short = do(moderator, "responsePhotoRemove", **named, reason="non")
        assert short["userErrors"] == refused("TOO_SHORT", "reason")
        other = {**named, "digest": "0" * 64}
        for mutation, said in (
            ("responsePhotoRemove", {"reason": "Un visage"}),
            ("responsePhotoDescribe", {"description": better}),
        ):
            assert do(moderator, mutation, **other, **said)["userErrors"] == refused("CONFLICT", "digest")
            assert do(member, mutation, **named, **said)["userErrors"] == refused("FORBIDDEN", None)
    reason = "On y reconnaît un visage."
    told = done(moderator, "responsePhotoRemove", "officialResponse { photo { digest } }", **named, reason=reason)
    assert told["officialResponse"] == {"photo": None}
    [step] = steps(town, proposal)
    assert (step["photo"], step["photoRemoval"]["reason"]) == (None, reason)
    assert see(moderator, photo["address"]).status_code == 404
    kept = "SELECT photo, photo_small, photo_description FROM __tenant__.official_response WHERE id = %s"
    assert given.sql(town, kept, uuid_in(response)) == [(None, None, None)]
    assert send(moderator, response, picture("JPEG", (90, 30))).status_code == 201, "another one may come"
    [step] = steps(town, proposal)
    assert (step["photo"]["width"], step["photoRemoval"]["reason"]) == (90, reason)
    kinds = "SELECT kind FROM __tenant__.event WHERE subject_id = %s AND kind LIKE 'RESPONSE_PHOTO%%' ORDER BY id"
    assert [kind for (kind,) in given.sql(town, kinds, uuid_in(proposal))] == [
        *("RESPONSE_PHOTO_SET", "RESPONSE_PHOTO_SET", "RESPONSE_PHOTO_REMOVED", "RESPONSE_PHOTO_SET")
    ]


def test_journal_of_acts_has_words_of_a_photo_and_none_of_its_bytes(given: Given, town: Portal, proposal: str) -> None:
    admin = given.actor(town, role="ADMIN")
    response = respond(admin, proposal)
    send(admin, response, picture("JPEG", (60, 40)))
    digest = steps(town, proposal)[0]["photo"]["digest"]
    done(admin, "responsePhotoRemove", officialResponse=response, digest=digest, reason="On y reconnaît un visage.")
    changed = "SELECT columns FROM __tenant__.event_detail WHERE subject_id = %s AND columns ? 'photo_removal'"
    [(columns,)] = given.sql(town, changed, uuid_in(response))
    assert columns["photo_removal"] == [None, "On y reconnaît un visage."]
    assert columns["photo_description"] == [SHOWS, None]
    assert not {"photo", "photo_small"} & columns.keys()


def test_at_most_twenty_photos_of_a_proposal_whoever_comes_first(
    given: Given, town: Portal, moderator: Portal, proposal: str
) -> None:
    responses = [respond(moderator, proposal, f"Étape {number}") for number in range(MAX_PHOTOS + 3)]
    drawn = picture("JPEG", (30, 20))
    filled = """UPDATE __tenant__.official_response SET photo = %s, photo_small = %s, photo_digest = 'x', photo_width = 1,
        photo_height = 1, photo_description = 'Rien que du bleu', photo_at = now() WHERE id = ANY(%s)"""
    given.sql(town, filled, drawn, drawn, [uuid_in(one) for one in responses[: MAX_PHOTOS - 1]])
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda one: send(moderator, one, drawn), responses[MAX_PHOTOS - 1 :]))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]
    assert {code_of(answer)[1] for answer in answers if answer.status_code == 422} == {"LIMIT_REACHED"}
    assert sum(step["photo"] is not None for step in steps(town, proposal)) == MAX_PHOTOS


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("photo = 'x'", "photo_whole"),
        ("photo_description = NULL", "photo_whole"),
        ("photo_removal = 'Un visage'", "photo_removal_explained"),
        ("photo = convert_to(repeat('x', 2097153), 'UTF8')", "photo_in_reach"),
    ],
)
def test_half_a_photo_is_kept_by_nobody(
    given: Given, town: Portal, moderator: Portal, proposal: str, change: str, rule: str
) -> None:
    response = respond(moderator, proposal)
    if change != "photo = 'x'":
        send(moderator, response, picture("JPEG", (60, 40)))
    with pytest.raises(psycopg.errors.CheckViolation, match=rule):
        given.sql(town, f"UPDATE __tenant__.official_response SET {change} WHERE id = %s", uuid_in(response))


def test_noise_which_packs_worst_is_kept(town: Portal, moderator: Portal, proposal: str) -> None:
    written = BytesIO()
    Image.effect_noise((1_280, 1_280), 100).convert("RGB").save(written, "PNG")
    assert send(moderator, respond(moderator, proposal), written.getvalue()).status_code == 201


# Screens --------------------------------------------------------------------------------------------------------------


def upload(browser: Browser, response: str, proposal: str, content: bytes, words: str, langue: str = "") -> str:
    """Where the form of a step leads to."""
    path = f"/reponse-officielle/{response}/photo{langue}"
    files, fields = {"file": ("chantier.jpg", content)}, {"words": words, "contribution": proposal}
    answer = browser._send("POST", path, {"origin": browser.origin}, data=fields, files=files)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_agent_puts_describes_and_takes_down_a_photo_by_forms_alone(given: Given, rennes: Portal) -> None:
    proposal = published(given.actor(rennes), given.activity(rennes, kind="IDEA_BOX"), title="Un four à pain")
    response = respond(given.actor(rennes, role="ADMIN"), proposal)
    agent, stranger = signed_in(Browser(rennes.client, rennes.host), "MODERATOR"), Browser(rennes.client, rennes.host)
    page, public = f"/gestion/reponses/{proposal}", f"/contribution/{proposal}"
    assert f'action="/reponse-officielle/{response}/photo" enctype="multipart/form-data"' in agent.get(page).text
    assert f'href="{page}#historique"' in agent.get(public).text
    back = upload(agent, response, proposal, SVG, 'Le four <b> "sa" dalle')
    assert back.startswith(f"{page}?of={response}&refused=BAD_IMAGE&words=") and back.endswith(f"#{response}")
    refusal = agent.get(back).text
    assert "votre description est gardée" in refusal and "Le four &lt;b&gt; &#34;sa&#34; dalle</textarea>" in refusal
    assert upload(agent, response, proposal, picture("JPEG", (900, 600)), SHOWS) == (
        f"{page}?of={response}&photo=1#{response}"
    )
    assert "La photo est publiée." in agent.get(f"{page}?of={response}&photo=1").text
    photo = steps(rennes, proposal)[0]["photo"]
    seen = stranger.get(public).text
    assert f'alt="{SHOWS}"' in seen and f'<a href="{photo["address"]}">' in seen and "Le projet en images" in seen
    assert f'srcset="{photo["smallAddress"]} 480w, {photo["address"]} 900w"' in seen
    named = {"officialResponse": response, "digest": photo["digest"]}
    short = agent.submit(page, {"form": "DescribePhoto", **named, "description": "Un four"})
    assert short.status_code == 422 and ">Un four</textarea>" in short.text
    better = "Le four est debout, sa porte est fermée."
    assert agent.submit(page, {"form": "DescribePhoto", **named, "description": better}).status_code == 303
    assert f'alt="{better}"' in stranger.get(public).text
    assert agent.submit(page, {"form": "RemovePhoto", **named, "reason": "Un visage y est net."}).status_code == 303
    seen = stranger.get(public).text
    assert "Le projet en images" not in seen and "Un visage y est net." in seen and better not in seen
    assert upload(agent, response, proposal, b"", SHOWS, "?langue=en").startswith(f"/en{page}?of=")


def test_photos_of_a_project_stand_in_order_of_time_with_their_day_and_step(given: Given, rennes: Portal) -> None:
    proposal = published(given.actor(rennes), given.activity(rennes, kind="IDEA_BOX"))
    admin = given.actor(rennes, role="ADMIN")
    for days, shows in (
        (3, "La pelouse avant les travaux"),
        (40, "Quatre piquets et une corde"),
        (1, "Le four allumé"),
    ):
        response = respond(admin, proposal)
        assert send(admin, response, picture("JPEG", (60, 40)), shows).status_code == 201
        back = "UPDATE __tenant__.official_response SET published_at = now() - %s * interval '1 day' WHERE id = %s"
        given.sql(rennes, back, days, uuid_in(response))
    seen = Browser(rennes.client, rennes.host).get(f"/contribution/{proposal}").text
    places = [seen.index(f'alt="{shows}"') for shows in ("Quatre piquets et une corde", "La pelouse avant les travaux")]
    assert places == sorted(places) and places[-1] < seen.index('alt="Le four allumé"')
    figures = seen[seen.index('id="photos"') : seen.index('id="reponse-officielle"')]
    assert figures.count("<figcaption><b>") == 3 and figures.count("Direction des jardins") == 3


def test_finished_edition_of_the_demonstration_shows_its_winners_as_they_grow(given: Given, rennes: Portal) -> None:
    [(vote,)] = given.sql(
        rennes,
        "SELECT DISTINCT c.activity_id FROM __tenant__.contribution c"
        " JOIN __tenant__.official_response r ON r.contribution_id = c.id"
        " WHERE c.title = 'Un four à pain à Villejean' AND r.photo IS NOT NULL",
    )
    page = Browser(rennes.client, rennes.host).get(f"/resultats/activity_{rennes.number}_{vote}").text
    before, after = (page.index(words) for words in ("quatre piquets et une corde", "Le four en briques monte"))
    assert before < after
    assert page.count('<figure class="photo">') == 5
    [address] = {part.partition('"')[0] for part in page.split('<a href="/reponse-officielle/')[2:3]}
    assert see(replace(rennes, token=None), f"/reponse-officielle/{address}").status_code == 200
