"""Signatures that do not count: their signers are told why, contest it once, and are answered; what is put back counts."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

import mail.petition
from mail import letter
from models.base import table
from models.mail import Mail, MailKind
from resolvers import elector as electors
from tests.acting import refused
from tests.administering import do, done
from tests.conftest import Portal
from tests.given import Given, uuid_in
from tests.petitioning import elector, opened, read, ruled, sign_as, tended
from tests.test_page_petition import Visitor
from tests.test_sampling import closed
from tests.test_signature_doubt import WHY, aliases, erase, shown, signers

OWN = """query($id: ID!) { contribution(id: $id) { petition { viewerSignature { isSetAside isInvalid reason mayAppeal appeal
  reply } } } }"""
LISTED = """query($id: ID!) { contribution(id: $id) { petition { appealCount contestedSignatures { id sign reason rank appeal
  reply isCounted } } } }"""
WORDS = "Nous sommes deux dans cette famille à lire cette boîte."
REPLY = "Vous nous avez montré que vous êtes deux personnes."


@pytest.fixture
def admin(given: Given, town: Portal) -> Portal:
    return given.actor(town, role="ADMIN")


@pytest.fixture
def proposal(given: Given, town: Portal, admin: Portal) -> str:
    return opened(given.actor(town), admin, ruled(given, town, admin, isByLaw=True))


def own(who: Portal, proposal: str) -> dict[str, Any] | None:
    judged = who.ask(OWN, id=proposal)["contribution"]["petition"]["viewerSignature"]
    return judged and dict(judged)


def listed(who: Portal, proposal: str) -> dict[str, Any]:
    return dict(who.ask(LISTED, id=proposal)["contribution"]["petition"])


def set_aside(admin: Portal, proposal: str) -> dict[str, Any]:
    """All but the first signature of one mailbox; the group."""
    [doubt] = shown(admin, proposal)["signatureDoubts"]
    group = {"contribution": proposal, "sign": "MAILBOX", "mark": doubt["mark"]}
    done(admin, "petitionSignaturesSetAside", **group, explanation=WHY)
    return group


def waiting(given: Given, town: Portal, email: str) -> list[tuple[MailKind, bool, dict[str, Any]]]:
    """What was queued for an address and waits: its kind, whether it is wanted, and what it tells."""
    _mail = table(Mail)
    rows = select(_mail.c.email, _mail.c.kind, mail.petition.IS_WANTED, mail.petition.TOLD)
    every = given.run(given.database.rows(rows, town.number))
    return [(MailKind(kind), bool(wanted), dict(told or {})) for to, kind, wanted, told in every if to == email]


def queue(given: Given, town: Portal, kind: str, email: str, proposal: str) -> None:
    """A mail to a signer that waits: the worker has sent the one that was queued."""
    found = """SELECT s.id FROM __tenant__.petition_signature s JOIN __tenant__.account a ON a.actor_id = s.actor_id
      WHERE s.contribution_id = %s AND a.email = %s"""
    [[about]] = given.sql(town, found, uuid_in(proposal), email)
    later = {"attempts": 0, "created_at": "now", "due_at": "tomorrow", "good_until": "infinity"}
    given.insert(town, "mail", kind=kind, email=email, about_id=about, **later)


def test_signer_reads_why_contests_once_and_counts_again_on_the_gauge_and_for_levels(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    people = signers(given, town, proposal, *aliases(2))
    other = given.actor(town)
    moderator = given.actor(town, role="MODERATOR")
    set_aside(admin, proposal)
    assert read(town, proposal)["signatures"] == 1
    assert [own(who, proposal) for who in (people[0], other, town)] == [None, None, None]
    told = {"isSetAside": True, "isInvalid": False, "reason": WHY, "mayAppeal": True, "appeal": None, "reply": None}
    assert own(people[1], proposal) == told
    said = {"contribution": proposal, "words": WORDS}
    assert do(people[1], "petitionSignatureAppeal", **said | {"words": "Non."})["userErrors"] == refused(
        "TOO_SHORT", "words"
    )
    done(people[1], "petitionSignatureAppeal", **said)
    for who in (people[0], people[1], other):
        assert do(who, "petitionSignatureAppeal", **said)["userErrors"] == refused(
            "APPEAL_NOT_POSSIBLE", "contribution"
        )
    assert own(people[1], proposal) == told | {"mayAppeal": False, "appeal": WORDS}
    assert listed(people[1], proposal) == listed(town, proposal) == {"appealCount": 0, "contestedSignatures": []}
    there = listed(moderator, proposal)
    [one] = there["contestedSignatures"]
    assert (there["appealCount"], one["sign"], one["appeal"], one["isCounted"]) == (1, "MAILBOX", WORDS, False)
    answer = {"signature": one["id"], "isCounted": True, "reply": REPLY}
    assert do(moderator, "petitionSignatureAnswer", **answer | {"reply": "Oui."})["userErrors"] == refused(
        "TOO_SHORT", "reply"
    )
    done(moderator, "petitionSignatureAnswer", **answer)
    assert do(moderator, "petitionSignatureAnswer", **answer)["userErrors"] == refused("NOT_FOUND", "signature")
    assert own(people[1], proposal) == {
        "isSetAside": False, "isInvalid": False, "reason": None, "mayAppeal": False, "appeal": WORDS, "reply": REPLY
    }  # fmt: skip
    assert (read(town, proposal)["signatures"], shown(town, proposal)["setAsideCounts"]) == (2, [])
    tended(given, town, proposal, "REACHED", 1)
    assert listed(moderator, proposal)["appealCount"] == 0


def test_what_is_kept_out_is_answered_and_contested_anew_only_when_it_is_judged_anew(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    people = signers(given, town, proposal, *aliases(2))
    group = set_aside(admin, proposal)
    said = {"contribution": proposal, "words": WORDS}
    done(people[1], "petitionSignatureAppeal", **said)
    [one] = listed(admin, proposal)["contestedSignatures"]
    done(
        admin, "petitionSignatureAnswer", signature=one["id"], isCounted=False, reply="Personne n'a été vu à l'accueil."
    )
    judged = own(people[1], proposal)
    assert judged and (judged["isSetAside"], judged["mayAppeal"]) == (True, False)
    assert judged["reply"] == "Personne n'a été vu à l'accueil."
    assert (read(town, proposal)["signatures"], shown(town, proposal)["setAsideCounts"]) == (
        1,
        [{"sign": "MAILBOX", "count": 1}],
    )
    done(admin, "petitionSignaturesPutBack", **group, reason=REPLY)
    judged = own(people[1], proposal)
    assert judged and (judged["isSetAside"], judged["reason"], judged["reply"]) == (False, None, REPLY)
    set_aside(admin, proposal)
    done(people[1], "petitionSignatureAppeal", **said)


def test_signature_that_a_check_found_not_valid_is_contested_and_the_extrapolation_is_told_anew(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    people = signers(given, town, proposal, *(f"{uuid4().hex}@orange.fr" for _ in range(2)))
    done(admin, "petitionSampleAnnounce", contribution=proposal, percent=100)
    closed(given, town, proposal)
    done(admin, "petitionSampleDraw", contribution=proposal)
    figures = "query($id: ID!) { contribution(id: $id) { petition { sample { valid estimate } } } }"
    for rank in (1, 2):
        said = {"contribution": proposal, "rank": rank, "isValid": False, "reason": "Introuvable sur la liste."}
        done(admin, "petitionSignatureCheck", **said)
    assert town.ask(figures, id=proposal)["contribution"]["petition"]["sample"] == {"valid": 0, "estimate": 0}
    judged = own(people[0], proposal)
    assert judged and (judged["isSetAside"], judged["isInvalid"]) == (False, True)
    assert (judged["reason"], judged["mayAppeal"]) == ("Introuvable sur la liste.", True)
    done(people[0], "petitionSignatureAppeal", contribution=proposal, words=WORDS)
    [one] = listed(admin, proposal)["contestedSignatures"]
    assert (one["sign"], one["rank"] in (1, 2), one["reason"]) == (None, True, "Introuvable sur la liste.")
    done(admin, "petitionSignatureAnswer", signature=one["id"], isCounted=True, reply=REPLY)
    assert town.ask(figures, id=proposal)["contribution"]["petition"]["sample"] == {"valid": 1, "estimate": 1}
    again = {"contribution": proposal, "rank": one["rank"], "isValid": False, "reason": "Toujours introuvable."}
    done(admin, "petitionSignatureCheck", **again)
    judged = own(people[0], proposal)
    assert judged and (judged["mayAppeal"], judged["appeal"], judged["reply"]) == (True, None, None)


def test_mails_tell_what_is_judged_and_nothing_that_was_judged_otherwise_since(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    first, second = addresses = aliases(2)
    people = signers(given, town, proposal, *addresses)
    group = set_aside(admin, proposal)
    assert waiting(given, town, first) == [], "the first is kept"
    queue(given, town, "SIGNATURE_SET_ASIDE", second, proposal)
    [(_, is_wanted, told)] = [one for one in waiting(given, town, second) if one[0] is MailKind.SIGNATURE_SET_ASIDE][
        -1:
    ]
    assert (is_wanted, told["explanation"], told["is_checked"]) == (True, WHY, False)
    done(people[1], "petitionSignatureAppeal", contribution=proposal, words=WORDS)
    done(admin, "petitionSignaturesPutBack", **group, reason=REPLY)
    queue(given, town, "SIGNATURE_ANSWERED", second, proposal)
    mails = {kind: (is_wanted, told) for kind, is_wanted, told in waiting(given, town, second)}
    assert mails[MailKind.SIGNATURE_SET_ASIDE][0] is False
    is_wanted, told = mails[MailKind.SIGNATURE_ANSWERED]
    assert (is_wanted, told["is_counted"], told["reply"]) == (True, True, REPLY)


@pytest.mark.parametrize("locale", letter.LOCALES)
def test_subject_of_a_letter_tells_nothing_of_the_petition(locale: str) -> None:
    secret = {"about": "Une pétition secrète", "explanation": "Un motif", "reply": "Une raison"}
    for kind, word in ((MailKind.SIGNATURE_SET_ASIDE, "Un motif"), (MailKind.SIGNATURE_ANSWERED, "Une raison")):
        for is_ in (False, True):
            values = {**letter.SAMPLE, "title": "Rennes", **secret, "is_counted": is_, "is_checked": is_}
            subject, text = letter.written(kind, locale, values)
            assert not [said for said in secret.values() if said in subject]
            assert "Une pétition secrète" in text and word in text and "{" not in text


def test_words_go_with_their_signer_and_a_year_after_the_close(
    given: Given, town: Portal, admin: Portal, proposal: str
) -> None:
    addresses = aliases(3)
    people = signers(given, town, proposal, *addresses)
    set_aside(admin, proposal)
    for who in people[1:]:
        done(who, "petitionSignatureAppeal", contribution=proposal, words=WORDS)
    kept = "SELECT count(appeal) FROM __tenant__.petition_signature WHERE contribution_id = %s"
    erase(people[1], addresses[1])
    assert given.sql(town, kept, uuid_in(proposal)) == [(1,)]
    over = "opened_at = now() - interval '500 days', closes_at = now() - interval '380 days'"
    given.sql(town, f"UPDATE __tenant__.petition SET {over} WHERE contribution_id = %s", uuid_in(proposal))

    async def forget() -> None:
        async with given.database.transaction(town.number) as transaction:
            for statement in electors.FORGET:
                await transaction.execute(statement)

    given.run(forget())
    assert given.sql(town, kept, uuid_in(proposal)) == [(0,)]


def test_signer_and_moderator_do_it_by_forms(given: Given, town: Portal, admin: Portal, proposal: str) -> None:
    people = signers(given, town, proposal, *aliases(2))
    assert sign_as(given.actor(town), proposal, **elector()) == []
    set_aside(admin, proposal)
    page, desk = f"/contribution/{proposal}", f"/gestion/petitions/{proposal}/controle"
    signer, city = Visitor(people[1]), Visitor(given.actor(town, role="MODERATOR"))
    shown_ = signer.get(page).text
    assert WHY in shown_ and "Votre signature est comptée" not in shown_
    fields = {"form": "Contest", "contribution": proposal}
    refused_ = signer.submit(page, fields | {"words": "trop bref"})
    assert refused_.status_code == 422 and ">trop bref</textarea>" in refused_.text
    assert signer.submit(page, fields | {"words": WORDS}).status_code == 303
    assert "Une personne va vous répondre" in signer.get(page).text
    assert WORDS in city.get(desk).text and "contestation</b>" in city.get(f"/gestion/petitions/{proposal}").text
    [one] = listed(admin, proposal)["contestedSignatures"]
    fields = {"form": "Reply", "signature": one["id"], "isCounted": "true"}
    refused_ = city.submit(desk, fields | {"reply": "trop"})
    assert refused_.status_code == 422 and ">trop</textarea>" in refused_.text
    assert city.submit(desk, fields | {"reply": REPLY}).status_code == 303
    assert "Votre signature compte à nouveau" in signer.get(page).text and REPLY in signer.get(page).text
    assert read(town, proposal)["signatures"] == 3
