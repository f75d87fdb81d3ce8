"""Personal data: every trace of a person is known, told to the person, and gone when the person wants that."""

import logging
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest

from auth import cookie, session
from models import moderation, personal
from models.amendment import ACCEPTED, DECIDED, AmendmentState
from models.base import tenant_metadata
from models.comment import ShownStatus
from models.contribution import WITHHELD_STATUSES, ContributionStatus
from models.exchange import ExchangeStatus
from models.moderation import DecisionAction
from models.personal import TRACES, Fate, Whose
from portal import copy_word
from tests import acting
from tests.acting import refused
from tests.browser import Browser
from tests.callers import token, world
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.moderating import mails
from tests.test_life import counts

ERASE = """mutation($input: AccountEraseInput!) {
  accountErase(input: $input) { actor { name role } userErrors { code field } } }"""
PLACE = {"lat": 48.117313, "lng": -1.677831}
"""Nobody else's: it is looked for in whole tables."""


def erase(who: Portal, confirmation: str, contributions: str = "BLANK") -> dict[str, Any]:
    given = {"contributions": contributions, "confirmation": confirmation}
    return dict(who.ask(ERASE, input=given)["accountErase"])


SEALING = ("seal", "vote_seal", "event_cursor", "detection", "mail")
"""The tables that the server's worker writes by itself: it seals events, hands them on and sends what waits."""


def dump(given: Given, portal: Portal) -> str:
    """Everything that the tenant's tables hold."""
    names = [table.name for table in tenant_metadata.sorted_tables]
    rows = [given.sql(portal, f"SELECT to_jsonb(t)::text FROM __tenant__.{name} t ORDER BY 1") for name in names]
    return "\n".join(text for found in rows for (text,) in found)


def unsealed(given: Given, portal: Portal) -> dict[str, list[Any]]:
    """The rows of each table, but for what sealing and waves write, which the worker does at any time."""
    given.fold(portal)
    names = [table.name for table in tenant_metadata.sorted_tables if table.name not in SEALING]
    less = {"event": " - 'position'"}
    raised = {"moderation_case": " WHERE cause <> 'AIDS'", "notice": " WHERE kind NOT IN ('HELP_WANTED', 'UNANSWERED')"}
    return {
        name: given.sql(
            portal,
            f"SELECT (to_jsonb(t){less.get(name, '')})::text FROM __tenant__.{name} t{raised.get(name, '')} ORDER BY 1",
        )
        for name in names
    }


class Someone:
    """A person with a bit of everything, whose words and places are found again by marks of their own."""

    def __init__(self, given: Given, portal: Portal, role: str = "MEMBER") -> None:
        self.mark = uuid4().hex[:10]
        self.email = f"{self.mark}@courriel.example"
        self.portal = given.actor(portal, role=role, name=f"Nom {self.mark}")
        self.actor = uuid_in(self.portal.ask("{ viewer { id } }")["viewer"]["id"])
        self.account = given.insert(portal, "account", actor_id=self.actor, email=self.email, created_at="now")
        given.sql(
            portal,
            "INSERT INTO __tenant__.identity VALUES ('https://idp.example', %s, %s, now())",
            f"subject {self.mark}",
            self.account,
        )
        given.insert(portal, "session", account_id=self.account, host="a", digest=self.mark, created_at="now",
                     renewed_at="now")  # fmt: skip
        given.insert(portal, "invitation", email=self.email, role="MEMBER", created_at="now", expires_at="tomorrow")
        given.insert(portal, "sign_in_code", email=self.email, digest="0", tries=0, expires_at="tomorrow")
        given.insert(portal, "mail", kind="SIGN_IN_CODE", email=self.email, about_id=uuid4(), attempts=0,
                     created_at="now", due_at="tomorrow", good_until="tomorrow")  # fmt: skip

    def takes_part(self, given: Given, activity: str, aid: str, idea: str) -> None:
        """Publish, revise, reply and vote."""
        text = {"title": f"Titre {self.mark}", "body": f"Corps {self.mark}"}
        self.proposal = acting.published(self.portal, activity, **text, location=PLACE)
        self.offer = acting.published(self.portal, aid, "OFFER", **text, location=PLACE)
        acting.revise(self.portal, self.proposal, title=f"Autre titre {self.mark}")
        acting.comment(self.portal, idea, f"Réponse {self.mark}")
        acting.cast(self.portal, idea, "SUPPORT", idempotencyKey=f"key {self.mark}")
        keep = "mutation($input: DraftKeepInput!) { draftKeep(input: $input) { userErrors { code } } }"
        self.portal.ask(keep, input={"activity": aid, "kind": "OFFER", **text, "location": PLACE})


@pytest.fixture
def scene(given: Given, town: Portal) -> tuple[str, str, str]:
    """An idea box, mutual aid, and somebody else's idea."""
    activity = given.activity(town, kind="IDEA_BOX", vote_method="SUPPORT")
    aid = given.activity(town, kind="MUTUAL_AID", location_rule="REQUIRED", expires_after_days=30)
    idea = acting.published(given.actor(town), activity, title="Idée d'un autre")
    return activity, aid, idea


def counts_hold(given: Given, portal: Portal, *activities: str) -> None:
    """Statistics and map equal a recount."""
    given.fold(portal)
    for activity in activities:
        by_status = "SELECT status, count(*) FROM __tenant__.contribution WHERE activity_id = %s GROUP BY 1"
        assert counts(given, portal, activity) == dict(given.sql(portal, by_status, uuid_in(activity)))
        on_map = "SELECT coalesce(sum(count), 0) FROM __tenant__.cell_count WHERE level = 8 AND activity_id = %s"
        there = "SELECT count(*) FROM __tenant__.contribution WHERE activity_id = %s AND status = 'OPEN' AND cell > 0"
        shown, open_ = (given.sql(portal, text, uuid_in(activity))[0][0] for text in (on_map, there))
        assert shown == open_


# The list -------------------------------------------------------------------------------------------------------------


def test_every_column_that_names_a_person_is_in_the_list() -> None:
    named = set()
    for table in tenant_metadata.sorted_tables:
        for column in table.columns:
            targets = {key.target_fullname.rsplit(".", 2)[-2] for key in column.foreign_keys}
            if targets & {"actor", "account"} or column.name in ("email", "actor_id"):
                named.add((table.name, column.name))
    listed = {(personal.table(trace.model).name, trace.key) for trace in TRACES}
    assert named - listed - {("account", "email")} == set(), "say in models/personal.py what erasing does to it"
    assert listed - named == set()


def test_what_is_blanked_or_told_is_there() -> None:
    for trace in TRACES:
        columns = personal.table(trace.model).c
        assert {trace.key, *trace.told, *trace.blank} <= set(columns.keys()), trace
        assert (trace.fate is Fate.BLANKED) == bool(trace.blank)
        assert columns[trace.key].nullable or trace.fate is not Fate.NOBODYS, "nobody's is null"
        assert trace.by is not Whose.ACTOR or trace.key.endswith("_id")


# Erasure --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("remains", ["BLANK", "KEEP"])
def test_erasure_leaves_no_trace_in_any_table_answer_export_or_log(
    given: Given, town: Portal, scene: tuple[str, str, str], caplog: pytest.LogCaptureFixture, remains: str
) -> None:
    someone = Someone(given, town)
    someone.takes_part(given, *scene)
    administrator = given.actor(town, role="ADMIN")
    assert dump(given, town).count(someone.mark) >= 12
    with caplog.at_level(logging.DEBUG):
        answer = erase(someone.portal, f" {someone.email.upper()} ", remains)
        assert answer == {"actor": {"name": "Compte supprimé", "role": "MEMBER"}, "userErrors": []}
        given.sql(town, "DELETE FROM __tenant__.mail WHERE kind = 'ACCOUNT_ERASED'")  # As when it was sent.
        export = town.client.get(
            "/export/contributions.jsonl",
            headers={"host": town.host, "authorization": f"Bearer {token(given, administrator, 'EXPORT')[1]}"},
        ).text
    left = dump(given, town)
    found = [line for line in left.splitlines() if someone.mark in line]
    texts = {"BLANK": 0, "KEEP": 3}[remains]  # Two contributions and a reply, as nobody's.
    assert len(found) == texts, found
    assert someone.mark not in caplog.text
    assert (someone.mark in export) == (remains == "KEEP")
    for private in (someone.email, f"Nom {someone.mark}", f"subject {someone.mark}", "48.117313", "1.677831"):
        assert private not in left + export
    read = town.ask("query($text: String) { contributions(search: $text, status: null) { totalCount } }",
                    text=someone.mark)  # fmt: skip
    assert read["contributions"]["totalCount"] == (2 if remains == "KEEP" else 0)


def test_votes_stay_counted_as_nobodys_and_counts_equal_a_recount(
    given: Given, town: Portal, scene: tuple[str, str, str]
) -> None:
    someone = Someone(given, town)
    someone.takes_part(given, *scene)
    erase(someone.portal, someone.email)
    idea = town.ask("query($id: ID!) { contribution(id: $id) { tally { supportCount } } }", id=scene[2])
    assert idea["contribution"]["tally"]["supportCount"] == 1
    votes = given.sql(town, "SELECT actor_id FROM __tenant__.vote WHERE contribution_id = %s", uuid_in(scene[2]))
    assert votes == [(None,)]
    status = "SELECT status, outcome, cell, title FROM __tenant__.contribution WHERE author_id = %s"
    assert given.sql(town, status, someone.actor) == [("CLOSED", "WITHDRAWN", None, "Contribution effacée")] * 2
    counts_hold(given, town, *scene[:2])


def test_kept_texts_stay_where_they_were_and_what_wants_its_author_ends(
    given: Given, town: Portal, scene: tuple[str, str, str]
) -> None:
    someone = Someone(given, town)
    someone.takes_part(given, *scene)
    erase(someone.portal, someone.email, "KEEP")
    proposal, offer = given.row(town, someone.proposal), given.row(town, someone.offer)
    assert (proposal["status"], proposal["cell"] is None, proposal["exact_lat"]) == ("OPEN", False, None)
    assert (offer["status"], offer["cell"], offer["exact_lat"]) == ("CLOSED", None, None)
    shown = town.ask("query($id: ID!) { contribution(id: $id) { author { name } } }", id=someone.proposal)
    assert shown["contribution"]["author"]["name"] == "Compte supprimé"
    counts_hold(given, town, *scene[:2])


def test_whoever_is_erased_is_signed_out_everywhere_and_may_come_back_as_somebody_new(
    given: Given, town: Portal
) -> None:
    someone = Someone(given, town)
    erase(someone.portal, someone.email)
    for name in ("account", "identity", "session"):
        column = {"account": "actor_id", "identity": "account_id", "session": "account_id"}[name]
        own = someone.actor if name == "account" else someone.account
        assert given.sql(town, f"SELECT 1 FROM __tenant__.{name} WHERE {column} = %s", own) == []
    kinds = given.sql(town, "SELECT kind, payload FROM __tenant__.event WHERE subject_id = %s", someone.actor)
    assert kinds == [("ACCOUNT_ERASED", {"contributions": "BLANK"})]
    assert mails(given, town, someone.email) == ["ACCOUNT_ERASED"]


@pytest.mark.parametrize("typed", ["", "oui", "nobody@courriel.example"])
def test_erasure_that_is_not_confirmed_changes_nothing(given: Given, town: Portal, typed: str) -> None:
    someone = Someone(given, town)
    before = unsealed(given, town)
    assert erase(someone.portal, typed) == {"actor": None, "userErrors": refused("NOT_CONFIRMED", "confirmation")}
    after = unsealed(given, town)
    assert set(before.pop("notice")) <= set(after.pop("notice"))  # The worker tells others of theirs meanwhile.
    assert after == before
    assert "ACCOUNT_ERASED" not in mails(given, town, someone.email)


def test_person_without_an_address_types_their_name(given: Given, town: Portal) -> None:
    person = given.actor(town, name="Sans Adresse")
    assert erase(person, "sans adresse")["userErrors"] == []


def test_last_administrator_and_machines_are_not_erased(given: Given, rennes: Portal) -> None:
    portal = given.tenant(rennes, f"erase-{uuid4().hex[:8]}", "commune-35238")
    administrator = given.actor(portal, role="ADMIN", name="Mairie")
    assert erase(administrator, "Mairie")["userErrors"] == refused("LAST_ADMINISTRATOR", "confirmation")
    machine = given.actor(portal, role="MODERATOR")
    actor = uuid_in(machine.ask("{ viewer { id } }")["viewer"]["id"])
    text = token(given, administrator, "MODERATE")[1]
    from dataclasses import replace

    assert erase(replace(machine, token=text), "x")["userErrors"] == refused("IS_MACHINE", "actor")
    given.actor(portal, role="ADMIN")
    assert erase(administrator, "Mairie")["userErrors"] == []
    made = given.sql(portal, "SELECT revoked_at IS NOT NULL, created_by_id FROM __tenant__.api_token")
    assert made == [(True, None)]
    assert isinstance(actor, UUID)


def test_erasing_needs_somebody(given: Given, town: Portal) -> None:
    with given.nothing_written(town):
        assert erase(town, "x")["userErrors"] == refused("UNAUTHENTICATED", None)


REASONED = {"category": "OTHER_VIOLATION_TC", "ground": "TERMS", "rule": "Charte, article 3", "facts": "Il injurie."}
ENDED = {"DECLINED", "WITHDRAWN", "LAPSED", "DONE", "CANCELLED"}


def leaves(given: Given, portal: Portal, someone: Someone, activity: str, aid: str) -> dict[str, int]:
    """Rows of somebody of every kind and state whose words are blanked, each with and without what may be absent; how
    many there are of each table."""
    moderator, other = (
        uuid_in(given.actor(portal, role=role).ask("{ viewer { id } }")["viewer"]["id"])
        for role in ("MODERATOR", "MEMBER")
    )
    person, made = someone.actor, Counter[str]()
    words: dict[str, object]

    def row(table: str, **columns: object) -> UUID:
        made[table] += 1
        return given.insert(portal, table, **columns)

    statuses = {status: None if status not in WITHHELD_STATUSES else "OPEN" for status in ContributionStatus}
    for status, before in statuses.items():
        id_ = uuid_in(acting.published(someone.portal, activity))
        outcome = "WITHDRAWN" if status is ContributionStatus.CLOSED else None
        given.sql(
            portal,
            "UPDATE __tenant__.contribution SET status = %s, status_before = %s, outcome = %s WHERE id = %s",
            status.value, before, outcome, id_,
        )  # fmt: skip
    offers = [uuid_in(acting.published(someone.portal, aid, "OFFER", location=PLACE)) for _ in ExchangeStatus]
    about = [uuid_in(acting.published(someone.portal, activity)) for _ in DecisionAction]
    for id_, action in zip(about, DecisionAction, strict=True):
        case_ = given.insert(portal, "moderation_case", contribution_id=id_, state="DECIDED", urgency=0,
                             report_count=1, version=1, opened_at="now", changed_at="now")  # fmt: skip
        for words in ({}, {"explanation": "Parce que.", "seen_title": "Vu"}):
            until = {"suspended_until": "tomorrow"} if action is DecisionAction.SUSPEND else {}
            new = {"redacted_title": "Titre", "redacted_body": "…"} if action is DecisionAction.REDACT and words else {}
            decision = row(
                "moderation_decision", case_id=case_, author_id=person, moderator_id=moderator, action=action.value,
                is_detected_automatically=False, source="VOLUNTARY", seen_body="Vu", decided_at="now",
                **until, **words, **new, **(REASONED if action in moderation.REASONED else {}),
            )  # fmt: skip
            answer = {"outcome": "UPHELD", "reply": "Nous maintenons.", "decider_id": moderator, "decided_at": "now"}
            row("appeal", decision_id=decision, appellant_id=person, reason="Je conteste cela.", created_at="now",
                **(answer if words else {}))  # fmt: skip
        for words in ({}, {"quote": "cela", "explanation": "Parce que."}):
            row("report", case_id=case_, reporter_id=person, category="OTHER_VIOLATION_TC", created_at="now",
                receipt=uuid4().hex[:9], is_trusted=False, decision_id=decision if words else None, **words)  # fmt: skip
    for place, state_ in enumerate(AmendmentState):
        words = {"answer": "Oui.", "decided_at": "now"} if state_ in DECIDED else {}
        settled = {"settled_words": "deux"} if state_ in ACCEPTED else {}
        row("amendment", contribution_id=about[place], author_id=person, activity_id=uuid_in(activity), version=1,
            article=place + 1, starts=0, ends=2, old_words="un", new_words="trois", state=state_.value,
            **words, **settled)  # fmt: skip
    for state in ShownStatus:
        row("comment", contribution_id=about[0], author_id=person, body="Oui", published_at="now", status=state.value,
            is_redacted=False, is_unseen=False)  # fmt: skip
    for offer, status_ in zip(offers, ExchangeStatus, strict=True):
        for author, proposer in ((person, other), (other, person)):
            words = {"note": "Bonjour", "place": "Au parc", "place_precision": "POINT"} if author == person else {}
            exchange = row("exchange", contribution_id=offer, author_id=author, proposer_id=proposer, is_urgent=False,
                           status=status_.value, proposed_at="now", changed_at="now",
                           ended_at="now" if status_.value in ENDED else None, **words)  # fmt: skip
            for state_ in ShownStatus:
                row("message", exchange_id=exchange, author_id=person, body="Bonjour", status=state_.value,
                    sent_at="now", masked="B…" if state_ is ShownStatus.HELD else None)  # fmt: skip
        given.sql(portal, "UPDATE __tenant__.contribution SET accepted_count = 2 WHERE id = %s", offer)
    return made


@pytest.mark.parametrize("remains", ["BLANK", "KEEP"])
def test_erasure_passes_every_check_whatever_the_person_left_in_whichever_state(
    given: Given, rennes: Portal, remains: str
) -> None:
    portal = given.tenant(rennes, f"left-{uuid4().hex[:8]}", "commune-35238")
    activity = given.activity(portal, kind="IDEA_BOX")
    aid = given.activity(portal, kind="MUTUAL_AID", location_rule="REQUIRED", expires_after_days=30)
    someone = Someone(given, portal)
    made = leaves(given, portal, someone, activity, aid)
    blanked = {trace.name for trace in TRACES if trace.fate is Fate.BLANKED and not trace.section}
    assert made.keys() | {"contribution"} == blanked, "say in `leaves` what a person leaves of it"
    assert erase(someone.portal, someone.email, remains)["userErrors"] == []
    decided = """SELECT action, facts, explanation, seen_title, seen_body, redacted_title, redacted_body
      FROM __tenant__.moderation_decision WHERE author_id = %s"""
    facts = {action: "Ce texte a été effacé." if action in moderation.REASONED else None for action in DecisionAction}
    left = [
        (action.value, facts[action], None, None, "Ce texte a été effacé.", None, None) for action in DecisionAction
    ]
    assert sorted(given.sql(portal, decided, someone.actor)) == sorted(left * 2)
    quoted = "SELECT count(*), count(quote), count(explanation), count(reporter_id) FROM __tenant__.report"
    assert given.sql(portal, quoted) == [(made["report"], 0, 0, 0)]
    said = "SELECT reason, count(*), count(reply), count(appellant_id) FROM __tenant__.appeal GROUP BY 1"
    assert given.sql(portal, said) == [("Ce texte a été effacé.", made["appeal"], made["appeal"] // 2, 0)]
    assert given.sql(portal, "SELECT DISTINCT note, place, place_precision FROM __tenant__.exchange") == [(None,) * 3]
    assert given.sql(portal, "SELECT DISTINCT body, masked FROM __tenant__.message") == [
        ("Ce message a été effacé.", None)
    ]
    bodies = given.sql(portal, "SELECT DISTINCT body FROM __tenant__.comment WHERE author_id = %s", someone.actor)
    assert bodies == [("Ce commentaire a été effacé." if remains == "BLANK" else "Oui",)]


# The copy -------------------------------------------------------------------------------------------------------------


def test_own_account_is_seen_by_its_owner_alone(given: Given, town: Portal) -> None:
    someone, administrator = Someone(given, town), given.actor(town, role="ADMIN")
    read = "{ account { email warnedAt } }"
    assert someone.portal.ask(read)["account"] == {"email": someone.email, "warnedAt": None}
    assert town.ask(read)["account"] is administrator.ask(read)["account"] is None


def test_account_is_not_told_to_the_site_of_a_widget_nor_ended_there(given: Given, rennes: Portal) -> None:
    portal = given.tenant(rennes, f"widget-{uuid4().hex[:8]}", "commune-35238")
    caller = world(given, portal).callers["widget member"]
    assert caller.ask("{ viewer { name } account { email } }")[1]["data"]["account"] is None
    text = 'mutation { accountErase(input: {contributions: BLANK, confirmation: "Voisine"}) { userErrors { code } } }'
    assert caller.ask(text)[1]["data"]["accountErase"]["userErrors"] == [{"code": "FORBIDDEN"}]


def signed_in_as(given: Given, portal: Portal, someone: Someone) -> Browser:
    """A browser with a session of the person's."""

    async def start() -> str:
        async with given.database.transaction(portal.number) as transaction:
            return await session.start(transaction, someone.account, portal.host)

    browser = Browser(portal.client, portal.host)
    browser.cookies[cookie.SECURE_NAME] = given.run(start())
    return browser


def test_copy_has_all_that_is_the_persons_and_nothing_of_others(
    given: Given, town: Portal, scene: tuple[str, str, str]
) -> None:
    someone = Someone(given, town)
    someone.takes_part(given, *scene)
    acting.comment(given.actor(town), someone.proposal, "Parole d'autrui")
    browser = signed_in_as(given, town, someone)
    answer = browser.get("/moi/donnees.json")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    copied = answer.json()
    assert set(copied) == {"portal", "at", "actor", *(trail.name for trail in TRACES if trail.told)}
    assert copied["account"][0]["email"] == someone.email
    assert {found["title"] for found in copied["contribution"]} == {
        f"Autre titre {someone.mark}", f"Titre {someone.mark}"}  # fmt: skip
    assert copied["contribution"][0]["exact_lat"] == PLACE["lat"]
    assert [found["body"] for found in copied["comment"]] == [f"Réponse {someone.mark}"]
    assert [(found["contribution"], found["choice"]) for found in copied["vote"]] == [("Idée d'un autre", "SUPPORT")]
    assert copied["identity"][0]["subject"] == f"subject {someone.mark}"
    assert "Parole d'autrui" not in answer.text and "digest" not in answer.text
    html = browser.get("/moi/donnees.html").text
    for text in (someone.email, f"Autre titre {someone.mark}", f"Réponse {someone.mark}"):
        assert text in html
    assert "Parole d'autrui" not in html and "</html>" in html
    assert '<html lang="en">' in browser.get("/en/moi/donnees.html").text


def test_copy_of_many_rows_is_whole(
    given: Given, town: Portal, scene: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = Someone(given, town)
    given.sql(
        town,
        "INSERT INTO __tenant__.comment (id, contribution_id, author_id, body, published_at)"
        " SELECT gen_random_uuid(), %s, %s, 'Réponse ' || n, now() FROM generate_series(1, 401) n",
        uuid_in(scene[2]),
        someone.actor,
    )
    rows = signed_in_as(given, town, someone).get("/moi/donnees.json").json()["comment"]
    assert {row["body"] for row in rows} == {f"Réponse {n}" for n in range(1, 402)}
    assert len(rows) == 401


def test_copy_is_for_persons_in_browsers_alone(given: Given, town: Portal) -> None:
    someone = Someone(given, town)
    stranger = Browser(town.client, town.host).get("/moi/donnees.json")
    assert stranger.status_code == 401
    signed = {"host": town.host, "authorization": f"Bearer {someone.portal.token}"}
    assert town.client.get("/moi/donnees.json", headers=signed).status_code == 401


def test_every_section_of_the_copy_has_words() -> None:
    assert {"actor", *(trail.name for trail in TRACES if trail.told)} - copy_word.COPIED.keys() == set()


# The page -------------------------------------------------------------------------------------------------------------


def test_person_is_erased_by_the_page_and_signed_out(given: Given, town: Portal) -> None:
    someone = Someone(given, town)
    browser = signed_in_as(given, town, someone)
    page = browser.get("/moi/donnees").text
    assert someone.email in page
    wrong = browser.submit("/moi/donnees", {"form": "Erase", "contributions": "BLANK", "confirmation": "non"})
    assert wrong.status_code == 422 and "La confirmation ne correspond pas" in wrong.text
    done = browser.submit("/moi/donnees", {"form": "Erase", "contributions": "KEEP", "confirmation": someone.email})
    assert (done.status_code, done.headers["location"]) == (303, "/compte-efface")
    assert "Votre compte est effacé" in browser.get("/compte-efface").text
    assert browser.get("/moi/donnees").status_code == 303
    assert browser.get("/moi/donnees.json").status_code == 401
