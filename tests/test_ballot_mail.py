"""Mails to voters: the receipt of a ballot without what it says; why it is set aside and how to contest; that it counts."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from mail import ballot, letter
from models import ident
from models.base import table
from models.mail import Mail, MailKind
from tests.browser import text_of
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.own import until
from tests.test_ballot import Poll, chosen
from tests.test_set_aside import PUT_ASIDE, RESTORE

DOUBTS = "query($id: ID!) { activity(id: $id) { ballotDoubts { sign mark } } }"
ASIDE = "query($id: ID!) { activity(id: $id) { setAsideBallots { id } viewerBallot { receipt } } }"


def voter(given: Given, town: Portal, email: str) -> Portal:
    """A member with an address."""
    made = given.actor(town)
    given.insert(
        town, "account", actor_id=uuid_in(made.ask("{ viewer { id } }")["viewer"]["id"]), email=email, created_at="now"
    )
    return made


def waiting(given: Given, town: Portal, email: str) -> list[tuple[MailKind, bool, dict[str, Any]]]:
    """What waits for an address: its kind, whether it is still wanted, and what it tells."""
    _mail = table(Mail)
    rows = select(_mail.c.email, _mail.c.kind, ballot.IS_WANTED, ballot.TOLD)
    every = given.run(given.database.rows(rows, town.number))
    return [(MailKind(kind), bool(wanted), dict(told or {})) for to, kind, wanted, told in every if to == email]


def sent(town: Portal, email: str, subject: str) -> str:
    """The text of the mail to an address with such a subject, once it was sent."""
    texts: list[str] = []

    def is_there() -> bool:
        mails = town.running.post.mails(email)
        texts[:] = [text_of(mail) for mail in mails if str(mail["Subject"]).startswith(subject)]
        return bool(texts)

    until(is_there)
    return texts[0]


@pytest.fixture
def poll(given: Given, town: Portal) -> Poll:
    return Poll(given, town, "APPROVAL", costs=20, vote_most=3, budget_euros=100)


def test_voter_gets_the_receipt_once_for_a_ballot_that_is_put_together(given: Given, town: Portal, poll: Poll) -> None:
    email = f"{uuid4().hex}@free.fr"
    member = voter(given, town, email)
    poll.cast(member, chosen(0))
    poll.cast(member, chosen(0, 1))
    receipt = member.ask(ASIDE, id=poll.activity)["activity"]["viewerBallot"]["receipt"]
    [(kind, is_wanted, told)] = waiting(given, town, email)
    assert (kind, is_wanted, told["receipt"]) == (MailKind.BALLOT_RECEIVED, True, receipt)
    assert set(told) == {"about", "activity_id", "receipt"}
    assert UUID(told["activity_id"]) == uuid_in(poll.activity)
    poll.withdraw(member)
    assert [is_wanted for _, is_wanted, _ in waiting(given, town, email)] == [False]


def test_refused_ballot_is_told_to_nobody(given: Given, town: Portal, poll: Poll) -> None:
    email = f"{uuid4().hex}@free.fr"
    assert poll.cast(voter(given, town, email), chosen(0, 1, 2, 3))["userErrors"] != []
    assert waiting(given, town, email) == []


@pytest.mark.parametrize("locale", letter.LOCALES)
@pytest.mark.parametrize("kind", ["BALLOT_RECEIVED", "BALLOT_SET_ASIDE", "BALLOT_RESTORED"])
def test_subject_of_a_ballots_mail_says_nothing_of_the_vote(locale: str, kind: str) -> None:
    secret = {"about": "Un budget secret", "receipt": "ABCD-EFGH", "explanation": "Un motif", "reply": "Une raison"}
    values = {**letter.SAMPLE, "title": "Rennes", **secret}
    subject, text = letter.written(MailKind(kind), locale, values)
    assert not [said for said in secret.values() if said in subject]
    assert "Un budget secret" in text
    shown = {"BALLOT_RECEIVED": "ABCD-EFGH", "BALLOT_SET_ASIDE": "Un motif", "BALLOT_RESTORED": "Une raison"}[kind]
    assert shown in text


def test_voters_are_told_why_their_ballot_is_set_aside_and_that_it_counts_again(
    given: Given, town: Portal, poll: Poll
) -> None:
    name = uuid4().hex
    first, second = f"{name}+1@free.fr", f"{name}+2@free.fr"
    members = [voter(given, town, email) for email in (first, second)]
    for member in members:
        poll.cast(member, chosen(0))
    admin = given.actor(town, role="ADMIN")
    [group] = admin.ask(DOUBTS, id=poll.activity)["activity"]["ballotDoubts"]
    said = {"activity": poll.activity, **group, "explanation": "Deux comptes, une seule boîte."}
    assert admin.ask(PUT_ASIDE, input=said)["ballotsSetAside"]["userErrors"] == []
    assert "Deux comptes, une seule boîte." in sent(town, second, "Votre bulletin est mis de côté")
    assert [kind for kind, _, _ in waiting(given, town, first)] == [MailKind.BALLOT_RECEIVED]
    [aside] = members[1].ask(ASIDE, id=poll.activity)["activity"]["setAsideBallots"]
    later = {"attempts": 0, "created_at": "now", "due_at": "tomorrow", "good_until": "infinity"}
    about = uuid_in(aside["id"])
    given.insert(town, "mail", kind="BALLOT_SET_ASIDE", email=second, about_id=about, **later)
    back = {"setAside": aside["id"], "reply": "Ce sont deux personnes."}
    assert admin.ask(RESTORE, input=back)["ballotRestore"]["userErrors"] == []
    assert "Ce sont deux personnes." in sent(town, second, "Votre bulletin compte à nouveau")
    mails = {kind: is_wanted for kind, is_wanted, _ in waiting(given, town, second)}
    assert mails[MailKind.BALLOT_SET_ASIDE] is False


def test_letter_leads_to_the_vote_and_to_its_receipt(server: Any, town: Portal, poll: Poll) -> None:
    letters = letter.Letters(
        server.registry, None, lambda _: "https://ville.example",  # type: ignore[arg-type]
        code=lambda *_: "", invitation_token=lambda *_: "", nudge_token=lambda *_: "",
        reader_token=lambda *_: "",
    )  # fmt: skip
    told = {"about": "Budget", "activity_id": str(uuid_in(poll.activity)), "receipt": "0123456789AB"}
    values = letters._of_ballot(town.record, told, "https://ville.example")
    assert values["receipt"] == "0123-4567-89AB"
    assert values["check_url"] == f"https://ville.example/recepisse/{poll.activity}"
    assert (
        values["url"] == f"https://ville.example/voter/{ident.encode('activity', town.number, uuid_in(poll.activity))}"
    )
