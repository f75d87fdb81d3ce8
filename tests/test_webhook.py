"""Webhooks for administrators: registered with a secret that is told once, revised, switched, replayed and removed."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from auth import public_url
from auth.outbound import Outbound
from auth.sealed_secret import Sealer
from jobs import retention
from jobs import webhook as queue
from jobs.courier import Courier
from jobs.deliver import CONSUME, deliver
from mail import letter
from models.event import CONSUMERS, Consumer, EventKind
from models.mail import MailKind
from models.webhook import MAX_WEBHOOKS, WebhookKind, WebhookSubject, secret_name
from office import webhook_replay
from portal.webhook_word import WEBHOOK_DELIVERIES, WEBHOOK_PROBLEMS, WEBHOOK_STATES
from tests.acting import comment, published, refused, revise
from tests.administering import do, done
from tests.browser import Browser
from tests.conftest import SECRET, Portal
from tests.given import Given, uuid_in
from tests.own import until
from tests.test_page_portal import signed_in

URL = "https://outil.rennes.example/parvis?cle=1"
NEW = {"name": "Outil", "url": URL, "kinds": ["COMMENT_PUBLISHED", "CONTRIBUTION_PUBLISHED"]}
READ = "webhook { id name url kinds state stoppedAt failingSince waitingCount createdBy { id } }"


@pytest.fixture
def city(given: Given, rennes: Portal) -> Portal:
    """An administrator of a portal of its own."""
    return given.actor(given.tenant(rennes, f"hook-{uuid4().hex[:10]}", "commune-35238"), role="ADMIN")


@pytest.fixture
def hook(city: Portal) -> str:
    return str(done(city, "webhookRegister", READ, **NEW)["webhook"]["id"])


@pytest.fixture(scope="module")
def still(given: Given, rennes: Portal) -> tuple[Portal, str]:
    """An administrator of a portal in which nothing is changed, with its only webhook."""
    who = given.actor(given.tenant(rennes, f"still-{uuid4().hex[:10]}", "commune-35238"), role="ADMIN")
    return who, str(done(who, "webhookRegister", READ, **NEW)["webhook"]["id"])


def rows(given: Given, who: Portal, columns: str = "kind, state, attempts") -> list[tuple[Any, ...]]:
    """All deliveries of a portal, in the order of their events."""
    return given.sql(who, f"SELECT {columns} FROM __tenant__.webhook_delivery ORDER BY position, id")


def test_kinds_are_events_that_the_consumer_hears_and_none_is_of_a_person() -> None:
    hooked = {kind.value for kind, consumers in CONSUMERS.items() if Consumer.WEBHOOKS in consumers}
    assert hooked == {kind.value for kind in WebhookKind} and CONSUME[Consumer.WEBHOOKS] is queue.hear
    personal = (
        "ROLE_",
        "SESSIONS_",
        "MEMBER_",
        "ACCOUNT_",
        "EXCHANGE_",
        "MESSAGE_",
        "SIGN_UP_",
        "BALLOT",
        "VOTER_",
        "ACTOR_",
    )
    assert [kind for kind in hooked if kind.startswith(personal)] == []
    assert {kind.subject for kind in WebhookKind} == set(WebhookSubject)


def test_subject_of_each_kind_is_what_events_of_it_are_about(given: Given, town: Portal) -> None:
    """As far as events of the tests' own town go: what a kind is about has a row in the table that it names."""
    tables = {
        "Contribution": "contribution",
        "Comment": "comment",
        "Activity": "activity",
        "ParticipatorySpace": "participatory_space",
    }
    for kind in WebhookKind:
        lost = f"""SELECT e.id FROM __tenant__.event e WHERE e.kind = '{kind.value}'
            AND NOT EXISTS (SELECT FROM __tenant__.{tables[kind.subject.value]} s WHERE s.id = e.subject_id)
            AND NOT EXISTS (SELECT FROM __tenant__.event gone WHERE gone.kind = 'CONTRIBUTION_TAKEN_BACK') LIMIT 1"""
        assert given.sql(town, lost) == [], kind


def test_webhook_is_registered_with_a_secret_that_is_told_once_and_kept_sealed(given: Given, city: Portal) -> None:
    payload = done(city, "webhookRegister", f"secret {READ}", **NEW, idempotencyKey="register once")
    secret, made = payload["secret"], payload["webhook"]
    assert secret.startswith("whsec_") and len(secret) == 38
    assert {name: made[name] for name in NEW} == NEW
    assert (made["state"], made["waitingCount"], made["stoppedAt"]) == ("ON", 0, None)
    again = done(city, "webhookRegister", f"secret {READ}", **NEW, idempotencyKey="register once")
    assert (again["secret"], again["webhook"]["id"]) == (None, made["id"])
    [(sealed,)] = given.sql(city, "SELECT sealed_secret FROM __tenant__.webhook")
    assert Sealer(SECRET).open(city.number, secret_name(uuid_in(made["id"])), sealed) == secret
    kept = given.sql(city, "SELECT to_jsonb(d)::text FROM __tenant__.event_detail d")
    assert len(kept) == 1 and secret not in kept[0][0] and sealed not in kept[0][0] and URL in kept[0][0]
    assert [(kind,) for kind in ("WEBHOOK_REGISTERED",)] == given.sql(
        city, "SELECT kind FROM __tenant__.event WHERE starts_with(kind, 'WEBHOOK')"
    )


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"name": " "}, "TOO_SHORT", "name"),
        ({"name": "x" * 121}, "TOO_LONG", "name"),
        ({"kinds": []}, "REQUIRED", "kinds"),
        ({"url": f"https://a.example/{'x' * 2_000}"}, "TOO_LONG", "url"),
        *(
            ({"url": url}, "BAD_WEBHOOK_URL", "url")
            for url in (
                "http://outil.rennes.example/", "ftp://outil.rennes.example/", "outil.rennes.example", "https:///parvis",
                "https://localhost/", "https://127.0.0.1/", "https://10.1.2.3/", "https://172.20.0.1/", "https://192.168.0.1/",
                "https://100.64.0.1/", "https://169.254.169.254/latest", "https://[::1]/", "https://[fd00::1]/",
                "https://[fe80::1]/", "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/", "https://2130706433/",
                "https://127.1/", "https://0x7f000001/", "https://u:p@outil.rennes.example/", "https://outil.rennes.example:0/",
                "https://outil.rennes.example/#a", "https://outil.rennes.example/a b", "https://hôte.example/",
            )
        ),
    ],
)  # fmt: skip
def test_bad_webhook_is_refused(still: tuple[Portal, str], change: dict[str, Any], code: str, field: str) -> None:
    city, hook = still
    assert do(city, "webhookRegister", READ, **NEW | change) == {"webhook": None, "userErrors": refused(code, field)}
    assert do(city, "webhookRevise", READ, webhook=hook, **change) == {
        "webhook": None,
        "userErrors": refused(code, field),
    }
    assert city.ask("{ webhooks { url } }") == {"webhooks": [{"url": URL}]}


@pytest.mark.parametrize(
    "url", ["http://localhost:8080/", "http://127.0.0.1:9/a", "https://10.0.0.1/", "http://[::1]:9/"]
)
def test_setting_of_development_allows_the_own_network(url: str) -> None:
    assert public_url.host_of(url) is None
    assert public_url.host_of(url, allows_private=True) is not None


def test_a_portal_has_ten_webhooks(city: Portal) -> None:
    for _ in range(MAX_WEBHOOKS):
        done(city, "webhookRegister", **NEW)
    assert do(city, "webhookRegister", **NEW)["userErrors"] == refused("LIMIT_REACHED", "url")
    some = city.ask("{ webhooks { id } }")["webhooks"]
    assert len(some) == MAX_WEBHOOKS
    done(city, "webhookRemove", webhook=some[0]["id"])
    done(city, "webhookRegister", **NEW)


def test_webhook_is_revised_and_removed_with_its_deliveries(given: Given, city: Portal, hook: str) -> None:
    revised = done(city, "webhookRevise", READ, webhook=hook, name="Autre", kinds=["VOTE_OPENED", "VOTE_OPENED"])
    assert (revised["webhook"]["name"], revised["webhook"]["kinds"], revised["webhook"]["url"]) == (
        "Autre",
        ["VOTE_OPENED"],
        URL,
    )
    done(city, "webhookTry", webhook=hook)
    assert len(rows(given, city)) == 1
    done(city, "webhookRemove", webhook=hook)
    assert rows(given, city) == [] and city.ask("query($id: ID!) { webhook(id: $id) { id } }", id=hook) == {
        "webhook": None
    }
    assert do(city, "webhookRemove", webhook=hook)["userErrors"] == refused("NOT_FOUND", "webhook")


def test_events_are_written_down_for_each_webhook_that_wants_them_in_one_statement(
    given: Given, city: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether there is one webhook or three, of forty events."""
    author, activity = given.actor(city), given.activity(city)
    before = published(author, activity)
    first = done(city, "webhookRegister", READ, **NEW)["webhook"]["id"]
    second = done(city, "webhookRegister", READ, **NEW | {"kinds": ["COMMENT_PUBLISHED"]})["webhook"]["id"]
    off = done(city, "webhookRegister", READ, **NEW)["webhook"]["id"]
    done(city, "webhookSwitch", webhook=off, isOn=False)
    published(author, activity)
    comment(author, before)
    until(lambda: len(rows(given, city)) == 3, 30)
    told = {(str(one), kind) for one, kind in rows(given, city, "webhook_id, kind")}
    assert told == {
        (str(uuid_in(first)), "COMMENT_PUBLISHED"),
        (str(uuid_in(first)), "CONTRIBUTION_PUBLISHED"),
        (str(uuid_in(second)), "COMMENT_PUBLISHED"),
    }
    statements: list[object] = []

    class Counting:
        async def execute(self, clause: object, **_values: object) -> int:
            statements.append(clause)
            return 0

    given.run(queue.hear(Counting(), city.number, []))  # type: ignore[arg-type]
    assert statements == [queue.HEAR]
    assert given.run(deliver(given.database, city.number)) is False  # Delivering again writes nothing twice.
    assert len(rows(given, city)) == 3


def test_later_event_waits_behind_one_that_is_put_off(given: Given, city: Portal, hook: str) -> None:
    author, activity = given.actor(city), given.activity(city)
    done(city, "webhookRevise", webhook=hook, kinds=["CONTRIBUTION_PUBLISHED", "CONTRIBUTION_REVISED"])
    contribution = published(author, activity)
    until(lambda: rows(given, city, "problem") == [("NOT_PUBLIC",)], 30)  # The name leads nowhere.
    given.sql(city, "UPDATE __tenant__.webhook_delivery SET due_at = now() + interval '7 hours'")
    revise(author, contribution, title="Un titre")
    until(lambda: len(rows(given, city)) == 2, 30)
    [[together]] = given.sql(city, "SELECT count(DISTINCT due_at) FROM __tenant__.webhook_delivery")
    assert together == 1
    assert given.run(queue.claim(given.database, city.number, uuid_in(hook), 5)) == []


def test_replay_tells_a_span_again_of_the_chosen_kinds_and_leaves_what_waits(
    given: Given, city: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    author, activity = given.actor(city), given.activity(city)
    contribution = published(author, activity)
    comment(author, contribution)
    revise(author, contribution, title="Un titre")
    until(lambda: not given.sql(city, "SELECT 1 FROM __tenant__.event WHERE position IS NULL"), 30)
    hook = done(city, "webhookRegister", READ, **NEW)["webhook"]["id"]
    now = datetime.now(UTC)
    span = {
        "webhook": hook,
        "since": (now - timedelta(hours=1)).isoformat(),
        "until": (now + timedelta(hours=1)).isoformat(),
    }
    assert done(city, "webhookReplay", "count", **span)["count"] == 2
    assert [kind for kind, *_ in rows(given, city)] == ["CONTRIBUTION_PUBLISHED", "COMMENT_PUBLISHED"]
    given.sql(
        city,
        "UPDATE __tenant__.webhook_delivery SET state = 'DELIVERED', attempts = 3 WHERE kind = 'COMMENT_PUBLISHED'",
    )
    assert done(city, "webhookReplay", "count", **span)["count"] == 1
    [[id_]] = given.sql(city, "SELECT id FROM __tenant__.webhook_delivery WHERE kind = 'COMMENT_PUBLISHED'")
    given.sql(city, "UPDATE __tenant__.webhook_delivery SET state = 'GIVEN_UP', attempts = 18 WHERE id = %s", id_)
    again = {"webhookDelivery": f"webhookdelivery_{city.number}_{id_}"}
    answer = done(city, "webhookDeliveryReplay", "webhookDelivery { state kind }", **again)
    assert answer["webhookDelivery"] == {"state": "WAITING", "kind": "COMMENT_PUBLISHED"}
    earlier = span | {"until": span["since"]}
    assert do(city, "webhookReplay", **earlier)["userErrors"] == refused("BAD_INPUT", "until")
    monkeypatch.setattr(webhook_replay, "MAX_REPLAYED", 1)
    assert do(city, "webhookReplay", **span)["userErrors"] == refused("LIMIT_REACHED", "until")
    done(city, "webhookSwitch", webhook=hook, isOn=False)
    for mutation, fields in (
        ("webhookReplay", span),
        ("webhookDeliveryReplay", again),
        ("webhookTry", {"webhook": hook}),
    ):
        assert do(city, mutation, **fields)["userErrors"] == refused("WEBHOOK_STOPPED", "webhook")


def test_switched_on_again_it_is_sent_what_waited_and_hears_of_what_happens_from_then_on(
    given: Given, city: Portal, hook: str
) -> None:
    author, activity = given.actor(city), given.activity(city)
    published(author, activity)
    until(lambda: [tries for *_, tries in rows(given, city)] == [1], 30)
    off = done(city, "webhookSwitch", READ, webhook=hook, isOn=False)["webhook"]
    assert (off["state"], off["failingSince"]) == ("OFF", None) and off["stoppedAt"] is not None
    events = "SELECT count(*) FROM __tenant__.event WHERE kind = 'WEBHOOK_REVISED'"
    before = given.sql(city, events)
    done(city, "webhookSwitch", webhook=hook, isOn=False)  # Switching twice is not an error, and no event.
    assert given.sql(city, events) == before
    published(author, activity)
    until(lambda: not given.sql(city, "SELECT 1 FROM __tenant__.event WHERE position IS NULL"), 30)
    given.run(deliver(given.database, city.number))
    assert len(rows(given, city)) == 1
    assert done(city, "webhookSwitch", READ, webhook=hook, isOn=True)["webhook"]["state"] == "ON"
    published(author, activity)
    until(lambda: len(rows(given, city)) == 2, 30)


def test_deliveries_are_removed_after_thirty_days(given: Given, city: Portal, hook: str) -> None:
    done(city, "webhookTry", webhook=hook)
    done(city, "webhookTry", webhook=hook)
    [[old, _]] = [[id_ for (id_,) in rows(given, city, "id")]]
    given.sql(city, "UPDATE __tenant__.webhook_delivery SET made_at = now() - interval '31 days' WHERE id = %s", old)
    given.run(retention.keep(given.database, city.number))
    assert old not in [id_ for (id_,) in rows(given, city, "id")] and len(rows(given, city)) == 1


def test_tenant_that_is_gone_is_told_nothing_and_fails_nothing(given: Given, rennes: Portal) -> None:
    served = Courier(given.database, rennes.running.registry, Sealer(SECRET), Outbound())
    assert given.run(served.serve_next(10**9)) is False
    assert given.run(served.job.each([10**9], served.serve_next)) == set() and served.job.failing == {}


def test_nobody_but_administrators_reads_webhooks(given: Given, city: Portal, hook: str) -> None:
    for who in (given.actor(city), given.actor(city, role="MODERATOR")):
        assert who.codes("{ webhooks { id } }") == ["GRAPHQL_VALIDATION_FAILED"]
    assert "secret" not in json.dumps(
        city.ask(f"query($id: ID!) {{ {READ.replace('webhook {', 'webhook(id: $id) {')} }}", id=hook)
    )


def test_erasing_its_maker_leaves_the_webhook_to_nobody(given: Given, city: Portal, hook: str) -> None:
    other = given.actor(city, role="ADMIN")
    given.insert(city, "account", actor_id=uuid_in(city.ask("{ viewer { id } }")["viewer"]["id"]), created_at="now")
    asked = "query($id: ID!) { webhook(id: $id) { name createdBy { id } } }"
    assert other.ask(asked, id=hook)["webhook"]["createdBy"] is not None
    done(city, "accountErase", contributions="BLANK", confirmation="Camille")
    assert other.ask(asked, id=hook) == {"webhook": {"name": "Outil", "createdBy": None}}


@pytest.mark.parametrize("locale", letter.LOCALES)
@pytest.mark.parametrize("state", ["PAUSED", "GONE"])
def test_letter_says_why_it_has_stopped(locale: str, state: str) -> None:
    values = {"title": "Rennes", "about": "Outil", "state": state, "url": "https://rennes.example/gestion/webhooks/1"}
    _, text = letter.written(MailKind.WEBHOOK_STOPPED, locale, values)
    assert (
        ("410" in text) is (state == "GONE") and "Outil" in text and "https://rennes.example/gestion/webhooks/1" in text
    )


# Pages ----------------------------------------------------------------------------------------------------------------

PATH = "/gestion/webhooks"
FORM = {
    "form": "Register",
    "name": "Outil des services",
    "url": "https://outil.rennes.example/parvis",
    "kinds": "VOTE_OPENED",
}


def test_every_state_has_words(rennes: Portal) -> None:
    types = ("WebhookState", "WebhookDeliveryState", "WebhookProblem")
    asked = " ".join(f'{name}: __type(name: "{name}") {{ enumValues {{ name }} }}' for name in types)
    told = rennes.admin().ask(f"{{ {asked} }}")
    for name, words in zip(types, (WEBHOOK_STATES, WEBHOOK_DELIVERIES, WEBHOOK_PROBLEMS), strict=True):
        assert {one["name"] for one in told[name]["enumValues"]} == words.keys()
    assert {kind.value for kind in WebhookKind} <= {kind.value for kind in EventKind}


def test_page_shows_the_secret_once_and_what_became_of_what_it_was_told(given: Given, rennes: Portal) -> None:
    desk = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    answer = desk.submit(PATH, {**FORM, "idempotencyKey": "a hook of this test"})
    assert answer.status_code == 200 and answer.text.count('value="whsec_') == 1
    assert "whsec_" not in desk.get(PATH).text
    refused_ = desk.submit(PATH, {**FORM, "url": "https://10.0.0.1/"})
    assert (
        refused_.status_code == 422
        and 'value="https://10.0.0.1/"' in refused_.text
        and "Outil des services" in refused_.text
    )
    [[id_]] = given.sql(rennes, "SELECT id::text FROM __tenant__.webhook WHERE name = %s", FORM["name"])
    hook = f"webhook_{rennes.number}_{id_}"
    try:
        page = f"{PATH}/{hook}"
        assert desk.submit(page, {"form": "Try", "webhook": hook}).status_code == 303
        until(
            lambda: "ne mène pas à l'internet public" in desk.get(page).text.replace("’", "'").replace("&#39;", "'"), 30
        )
        rotated = desk.submit(page, {"form": "Rotate", "webhook": hook, "idempotencyKey": "another secret"})
        assert rotated.text.count('value="whsec_') == 1 and "whsec_" not in desk.get(page).text
        span = {"since": "2026-01-01T00:00", "until": "2026-01-02T00:00"}
        told = desk.submit(page, {"form": "Replay", "webhook": hook, **span}).text
        assert "renvoyé." in told, [line for line in told.splitlines() if "role=" in line or "problem" in line]
        assert desk.submit(page, {"form": "Switch", "webhook": hook, "isOn": "false"}).status_code == 303
        assert "Remettre en marche" in desk.get(page).text and "Envoyer un essai" not in desk.get(page).text
        assert desk.get(f"/en{page}").status_code == 200
    finally:
        gone = desk.submit(f"{PATH}/{hook}", {"form": "Remove", "webhook": hook})
    assert gone.status_code == 303 and gone.headers["location"].startswith(PATH)
    assert desk.get(f"{PATH}/{hook}").status_code == 404


def test_pages_are_for_administrators(rennes: Portal) -> None:
    assert signed_in(Browser(rennes.client, rennes.host), "MODERATOR").get(PATH).status_code == 404
