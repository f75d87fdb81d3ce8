"""A tenant with everybody who may call it, and with one object of each type for them to call for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from auth import operator_token, widget_token
from geo import privacy
from tests import (
    acting,
    amending,
    analysing,
    exchanged,
    judged,
    missioned,
    moving,
    petitioning,
    polled,
    surveying,
    telling,
)
from tests.conftest import Portal
from tests.given import Given, uuid_in

SITE = "https://www.example.fr"
PLACE = {"lat": 48.11, "lng": -1.66}
DOCUMENT = "{ portal { title } }"

CALLERS = (
    "anonymous",
    "member",
    "author",
    "editor",
    "valuator",
    "moderator",
    "administrator",
    "operator",
    "router",
    "router for moderator",
    "read token",
    "contribute token",
    "moderate token",
    "widget",
    "widget member",
)
"""Everybody who may call. The author made all that is there, the editor edits its spaces, the valuator evaluates in them; a widget's member signed in through its pop-up."""

STRANGERS = tuple(name for name in CALLERS if name not in ("anonymous", "operator"))
"""Those of them who are nobody at another tenant; an operator is one at every tenant."""

OF = {"public": "PUBLIC", "members": "MEMBERS", "draft": "DRAFT"}
"""What can be called for: the things in a space of each visibility."""

Ids = Mapping[str, str]


@dataclass(frozen=True)
class Caller:
    """Who calls: a portal with or without a token, and the headers that go with it."""

    portal: Portal
    headers: Mapping[str, str] = field(default_factory=dict)

    def ask(self, query: str, at: Portal | None = None) -> tuple[int, dict[str, Any]]:
        """Status and JSON of the answer to an operation; `at` another portal, if that is given."""
        token = {"authorization": f"Bearer {self.portal.token}"} if self.portal.token else {}
        headers = {"host": (at or self.portal).host, **token, **self.headers}
        answer = self.portal.client.post("/graphql", json={"query": query}, headers=headers)
        return answer.status_code, answer.json()


@dataclass(frozen=True)
class World:
    """The tenant, its callers, and the ids to call for: by what they are of, then by the contract's type."""

    portal: Portal
    callers: Mapping[str, Caller]
    ids: Mapping[str, Ids]


def world(given: Given, portal: Portal) -> World:
    """Fill an empty tenant."""
    people = {
        "anonymous": portal,
        "member": given.actor(portal, name="Voisine"),
        "author": given.actor(portal, name="Autrice"),
        "editor": given.actor(portal, name="Animatrice"),
        "valuator": given.actor(portal, name="Évaluatrice"),
        "moderator": given.actor(portal, role="MODERATOR", name="Modératrice"),
        "administrator": given.actor(portal, role="ADMIN", name="Mairie"),
    }
    shared = _administered(given, people)  # First: what is published gets its zone when it is.
    callers = {name: Caller(found) for name, found in people.items()} | _machines(given, people, shared["Widget"])
    ids = {of: shared | _published(given, people) for of in OF}
    told = telling.followed_by(given, people["author"], people["member"], ids["public"])
    ids = {of: called | told for of, called in ids.items()}
    ids |= {of: ids["public"] | {"Contribution": ids["public"][of]} for of in ("request", "argument", "shop")}
    editor, valuator = (
        uuid_in(people[name].ask("{ viewer { id } }")["viewer"]["id"]) for name in ("editor", "valuator")
    )
    for of in OF:
        given.insert(portal, "polling_agent", desk_id=uuid_in(ids[of]["PollingDesk"]), actor_id=editor, given_at="now")
    ids["poll"] = ids["public"] | {"Activity": ids["public"]["ballotCast.activity"]}
    for of, visibility in OF.items():
        space = uuid_in(ids[of]["ParticipatorySpace"])
        for actor in (editor, uuid_in(shared["Actor"])):
            given.insert(portal, "space_role", space_id=space, actor_id=actor, kind="EDITOR", given_at="now")
        for actor in (valuator, uuid_in(shared["Actor"])):
            given.insert(portal, "space_role", space_id=space, actor_id=actor, kind="VALUATOR", given_at="now")
        give = "UPDATE __tenant__.contribution SET assignee_id = %s WHERE id = %s"
        given.sql(portal, give, uuid_in(shared["Organisation"]), uuid_in(ids[of]["Contribution"]))
        change = "UPDATE __tenant__.participatory_space SET visibility = %s WHERE id = %s"
        given.sql(portal, change, visibility, uuid_in(ids[of]["ParticipatorySpace"]))
    named = {"activity": "Activity", "category": "Category", "zone": "Zone", "assignee": "Actor"}
    kept = {name: str(uuid_in(ids["public"][type_])) for name, type_ in named.items()}
    filters = json.dumps([{"name": "Matrice", **kept}])
    given.sql(portal, "UPDATE __tenant__.account SET filters = %s::jsonb", filters)
    return World(portal, callers, ids)


def _published(given: Given, people: Mapping[str, Portal]) -> dict[str, str]:
    """A space with what the author published in it, commented, voted on and reported."""
    author = people["author"]
    space = given.space(author)
    activity = given.activity(author, kind="CONSULTATION", vote_method="OPINION", space=space)
    help_ = given.activity(author, kind="MUTUAL_AID", space=space)
    market = given.activity(author, kind="MARKETPLACE", space=space)
    category = given.category(author, activity)
    proposal = acting.published(author, activity, category=category, location=PLACE)
    argument = acting.published(author, activity, "ARGUMENT", about=proposal, side="FOR")
    request = acting.published(author, help_, "REQUEST", isAnonymous=True, location=PLACE)
    for contribution in (proposal, request):
        acting.comment(author, contribution)
    exact = {**PLACE, "precision": "EXACT", "address": "1, rue du Marché"}
    shop = acting.published(given.actor(author, "MERCHANT"), market, "LISTING", location=exact)
    acting.cast(author, argument, "FOR")
    poll = given.activity(author, vote_method="APPROVAL", vote_least=1, vote_most=3, space=space)
    cast = f'mutation {{ ballotCast(input: {{activity: "{poll}", isBlank: true}}) {{ ballot {{ id }} }} }}'
    ballot = author.ask(cast)["ballotCast"]["ballot"]["id"]
    counts = dict.fromkeys(("ballot_count", "blank_count", "reached_count", "spent_euros"), 0)
    result = given.insert(
        author,
        "vote_result",
        activity_id=uuid_in(activity),
        rule="GREEDY",
        is_decisive=True,
        counted_at="now",
        **counts,
    )
    given.sql(
        author,
        "INSERT INTO __tenant__.project_award VALUES (%s, %s, 1, %s, true, false, 1, 1, 1, 0, NULL, '{}')",
        result,
        result,
        uuid_in(proposal),
    )
    aside = given.insert(
        author,
        "set_aside",
        activity_id=uuid_in(poll),
        ballot_id=uuid_in(ballot),
        sign="MAILBOX",
        explanation="Deux comptes, une boîte.",
        set_aside_at="now",
    )
    desk = polled.polled(given, author, poll, uuid_in(acting.published(author, poll)))
    file = given.insert(
        author,
        "vote_file",
        activity_id=uuid_in(activity),
        name="Matrice",
        version=1,
        content="",
        digest="0",
        published_at="now",
    )
    pabulib = {"name": "vote.pb", "content": "", "digest": "0", "published_at": "now"}
    given.insert(author, "vote_file", activity_id=uuid_in(activity), version=1, **pabulib)
    show = f'{{ argument: contribution(id: "{argument}") {{ viewerVote {{ id }} }}'
    show += f' contribution(id: "{proposal}") {{ comments {{ nodes {{ id }} }} }} }}'
    found = author.ask(show)
    actors = [uuid_in(people[name].ask("{ viewer { id } }")["viewer"]["id"]) for name in ("author", "moderator")]
    met = exchanged.exchanged(given, author, help_, people["member"], uuid_in(request))
    return (
        met
        | missioned.missioned(given, author, help_, people["member"])
        | judged.judged(given, author, uuid_in(proposal), *actors)
        | {
            "ParticipatorySpace": space,
            "Activity": activity,
            "Category": category,
            "Contribution": proposal,
            "Comment": found["contribution"]["comments"]["nodes"][0]["id"],
            "Vote": found["argument"]["viewerVote"]["id"],
            **_answered(given, author, activity, proposal),
            **_entered(given, author, help_, actors[0]),
            **petitioning.petitioned(given, author, space),
            **surveying.surveyed(given, author, space, actors[0]),
            **amending.amended(given, author, space),
            **analysing.analysed(given, author, space, activity, proposal),
            "analysisStart.activity": given.activity(author),  # Without a text, whatever others publish.
            "Draft": _drafted(author, activity, category),
            "draftDiscard.draft": _drafted(author, activity, category),
            "Note": _noted(given, author, uuid_in(proposal), actors[0]),
            "noteRemove.note": _noted(given, author, uuid_in(proposal), actors[0]),
            "Ballot": ballot,
            "ProjectAward": f"projectaward_{author.number}_{result}",
            "VoteResult": f"voteresult_{author.number}_{result}",
            "SetAside": f"setaside_{author.number}_{aside}",
            **desk,
            "VoteFile": f"votefile_{author.number}_{file}",
            "ballotCast.activity": poll,
            "ballotWithdraw.activity": poll,
            "activityGuard.activity": help_,
            "contributionPause.contribution": acting.published(author, help_, "OFFER"),
            "contributionResume.contribution": _paused(author, help_),
            "argument": argument,
            "shop": shop,
            "request": request,
        }
    )


def _paused(author: Portal, activity: str) -> str:
    """An offer that its author has paused."""
    offer = acting.published(author, activity, "OFFER")
    assert acting.pause(author, offer)["userErrors"] == []
    return offer


PHOTO = {
    "photo": b"JPEG",
    "photo_small": b"JPEG",
    "photo_digest": "matrice",
    "photo_description": "Un four en briques.",
    "photo_width": 4,
    "photo_height": 3,
    "photo_at": "now",
    "photo_removed_at": "yesterday",
    "photo_removal": "Un visage",
}
"""A photo beside a response, where another was taken down."""


def _answered(given: Given, portal: Portal, activity: str, proposal: str) -> dict[str, str]:
    """A status, and the response that gave it."""
    rules = {"color": "#1d4ed8", "rank": 1, "is_open_to_votes": True, "is_open_to_comments": True}
    status = given.insert(portal, "proposal_status", activity_id=uuid_in(activity), name="Reçue", **rules)
    said = {"service": "La mairie", "body": "Bien reçu.", "published_at": "now", **PHOTO}
    response = given.insert(portal, "official_response", contribution_id=uuid_in(proposal), status_id=status, **said)
    return {
        "ProposalStatus": f"proposalstatus_{portal.number}_{status}",
        "OfficialResponse": f"officialresponse_{portal.number}_{response}",
    }


def _entered(given: Given, portal: Portal, activity: str, author: UUID) -> dict[str, str]:
    """What the author, as a member of a service, has entered for somebody."""
    service = given.insert(portal, "actor", kind="SERVICE", role="MEMBER", name="Accueil", created_at="now")
    given.insert(portal, "organisation_member", organisation_id=service, member_id=author, given_at="now")
    request = acting.published(portal, activity, "REQUEST", onBehalfOf=f"actor_{portal.number}_{service}")
    entry = given.insert(
        portal,
        "desk_entry",
        contribution_id=uuid_in(request),
        organisation_id=service,
        agent_id=author,
        contact="Le mardi",
        consented_at="now",
    )
    return {
        "DeskEntry": f"deskentry_{portal.number}_{entry}",
        "deskEntryPublish.organisation": f"actor_{portal.number}_{service}",
        "deskEntryPublish.activity": activity,
        "deskEntryPrintSlip.contribution": request,
        "deskEntryForget.deskEntry": f"deskentry_{portal.number}_{entry}",
    }


def _drafted(author: Portal, activity: str, category: str) -> str:
    """What the author still writes."""
    given = f'activity: "{activity}", category: "{category}", kind: PROPOSAL, location: {{lat: 48.1, lng: -1.67}}'
    kept = f"mutation {{ draftKeep(input: {{{given}}}) {{ draft {{ id }} }} }}"
    return str(author.ask(kept)["draftKeep"]["draft"]["id"])


def _noted(given: Given, portal: Portal, proposal: UUID, author: UUID) -> str:
    """A note of nobody's on a proposal, and an evaluation."""
    about = {"contribution_id": proposal, "concerned_id": author, "written_at": "now"}
    note = given.insert(portal, "note", body="Vu sur place.", **about)
    given.insert(portal, "note", body="Terrain communal.", feasibility="FEASIBLE", cost_euros=100, **about)
    return f"note_{portal.number}_{note}"


def _administered(given: Given, people: Mapping[str, Portal]) -> dict[str, str]:
    """What an administrator made, a zone, and an actor. Another widget than the callers' is there to be revoked."""
    portal, administrator = people["anonymous"], people["administrator"]
    shown = f'name: "Carte", origins: ["{SITE}"], activity: "{given.activity(portal)}"'
    widgets = [_made(administrator, "widgetRegister", shown) for _ in range(2)]
    wanted = 'name: "Outil", url: "https://outil.matrice.example/parvis", kinds: [CONTRIBUTION_PUBLISHED]'
    hooks = [_made(administrator, "webhookRegister", wanted) for _ in range(3)]
    administrator.ask(f'mutation {{ webhookRotate(input: {{webhook: "{hooks[0]}"}}) {{ webhook {{ id }} }} }}')
    document = f'documents: [{{name: "Accueil", document: "{DOCUMENT}"}}], widget: "{widgets[0]}"'
    register = f"mutation {{ trustedDocumentsRegister(input: {{{document}}}) {{ trustedDocuments {{ id }} }} }}"
    actor = given.insert(portal, "actor", kind="CITIZEN", role="MEMBER", name="Camille", created_at="now")
    return {
        **_imported(given, portal),
        "Widget": widgets[0],
        "widgetRevoke.widget": widgets[1],
        "Webhook": hooks[0],
        "webhookSwitch.webhook": hooks[1],
        "webhookRemove.webhook": hooks[2],
        "WebhookDelivery": _delivered(given, portal, hooks[0]),
        "ApiToken": token(given, administrator, "READ")[0],
        "Invitation": _made(administrator, "memberInvite", 'email: "a@b.example", role: MEMBER'),
        "TrustedDocument": administrator.ask(register)["trustedDocumentsRegister"]["trustedDocuments"][0]["id"],
        "Zone": _zone(given, portal),
        "WatchedWord": _watched(given, portal),
        "BulkChange": _bulk_change(given, portal, "CHECKED"),
        "bulkChangeConfirm.bulkChange": _bulk_change(given, portal, "CHECKED"),
        "bulkChangeUndo.bulkChange": _bulk_change(given, portal, "DONE", service="À refaire"),
        "zoneRemove.zone": _zone(given, portal, "Retiré"),
        **moving.made(given, portal),
        "ZoneChange": _zone_change(given, portal),
        "PastVote": _past_vote(given, portal),
        "Admission": f"admission_{portal.number}_{uuid4()}",
        "VoterRoll": f"voterroll_{portal.number}_{uuid4()}",
        "pastVoteRemove.pastVote": _past_vote(given, portal),
        "zoneChangeDiscard.zoneChange": _zone_change(given, portal),
        "Actor": f"actor_{portal.number}_{actor}",
        "Organisation": _organisation(given, portal, actor),
        **_market(given, portal, actor, uuid_in(administrator.ask("{ viewer { id } }")["viewer"]["id"])),
        **dict.fromkeys(
            (
                "contributionPublish.onBehalfOf",
                "amendmentPropose.onBehalfOf",
                "commentPublish.onBehalfOf",
                "exchangePropose.onBehalfOf",
                "vouchGive.onBehalfOf",
            ),
            _own(given, administrator),
        ),
    }


def _bulk_change(given: Given, portal: Portal, state: str, **columns: str) -> str:
    """A bulk change of nothing."""
    counts = {"changed_count": 0, "kept_count": 0, "items": "[]"}
    change = given.insert(portal, "bulk_change", kind="ASSIGNEE", state=state, created_at="now", **counts, **columns)
    return f"bulkchange_{portal.number}_{change}"


def _market(given: Given, portal: Portal, member: UUID, administrator: UUID) -> dict[str, str]:
    """A producer with a shop, of whom the administrator is a member, and two services that vouch for it."""
    farm = given.insert(portal, "actor", kind="PRODUCER", role="MEMBER", name="Ferme", created_at="now")
    given.insert(portal, "organisation_member", organisation_id=farm, member_id=administrator, given_at="now")
    shop = given.insert(portal, "shop", actor_id=farm, opening_hours="[]", pick_up_points="[]", revised_at="now")
    vouches = [
        given.insert(
            portal, "vouch", actor_id=farm, given_at="now", voucher_id=uuid_in(_organisation(given, portal, member))
        )
        for _ in range(2)
    ]
    named = f"actor_{portal.number}_{farm}"
    return {
        "Shop": f"shop_{portal.number}_{shop}",
        "Vouch": f"vouch_{portal.number}_{vouches[0]}",
        "vouchWithdraw.vouch": f"vouch_{portal.number}_{vouches[1]}",
        "Farm": named,
        "vouchGive.actor": named,
        "shopRevise.onBehalfOf": named,
    }


def _watched(given: Given, portal: Portal) -> str:
    """A word that nobody writes."""
    word = given.insert(portal, "watched_word", word="xylolalie", is_stem=False, created_at="now")
    return f"watchedword_{portal.number}_{word}"


def _zone_change(given: Given, portal: Portal) -> str:
    """A file of no zones that waits."""
    nothing = dict.fromkeys(("properties", "zones", "remarks"), "[]")
    file = {"file_name": "a.geojson", "name_property": "nom", "done_after": UUID(int=0), "created_at": "now"}
    return f"zonechange_{portal.number}_{given.insert(portal, 'zone_change', state='DRAFT', **file, **nothing)}"


def _past_vote(given: Given, portal: Portal) -> str:
    """A vote without projects."""
    counts = {"budget_euros": 1, "project_count": 0, "ballot_count": 0}
    file = {"file_name": "a.pb", "title": "Budget", "content": "", "added_at": "now"}
    return f"pastvote_{portal.number}_{given.insert(portal, 'past_vote', **file, **counts)}"


def _own(given: Given, administrator: Portal) -> str:
    """An organisation of the administrator's."""
    return _organisation(given, administrator, uuid_in(administrator.ask("{ viewer { id } }")["viewer"]["id"]))


def _organisation(given: Given, portal: Portal, member: UUID) -> str:
    """A town service with a member."""
    service = given.insert(portal, "actor", kind="SERVICE", role="MEMBER", name="Voirie", created_at="now")
    given.insert(portal, "organisation_member", organisation_id=service, member_id=member, given_at="now")
    return f"actor_{portal.number}_{service}"


EDITION = {"is_taken": False, "before": None, "done": 0, "selected": None, "terms": [], "counts": {}}
"""A finished vote whose ballots were left out."""


def _imported(given: Given, portal: Portal) -> dict[str, str]:
    """Runs at rest: a trial with a remark, and others that can be confirmed, undone and forgotten."""
    counts = dict.fromkeys(("row", "accepted", "refused", "known", "kept"), 0)
    columns = {f"{name}_count": count for name, count in counts.items()} | {"done_rows": 0}
    activity = uuid_in(given.activity(portal))

    def run(state: str) -> str:
        uuid = given.insert(
            portal, "import_run", format="TABLE", state=state, file_name="a.csv", file_size=1, digest="", source="a",
            edition=json.dumps(EDITION),
            activity_id=activity, columns="[]", may_add_categories=True, created_at="now", **columns,
        )  # fmt: skip
        given.insert(portal, "import_remark", run_id=uuid, line=2, code="MISSING", column_name="titre", value="")
        return f"importrun_{portal.number}_{uuid}"

    acts = {"importRunConfirm": "DONE", "importRunUndo": "UNDONE", "importRunDiscard": "CHECKED"}
    return {"ImportRun": run("CHECKED")} | {f"{name}.importRun": run(state) for name, state in acts.items()}


def _zone(given: Given, portal: Portal, name: str = "Centre") -> str:
    """A zone around the published position of PLACE."""
    cells = privacy.blocks(privacy.publish(PLACE["lat"], PLACE["lng"], exact=False).cell)
    return f"zone_{portal.number}_{given.zone(portal, name, cells)}"


def _delivered(given: Given, portal: Portal, hook: str) -> str:
    """A trial of a webhook, which its receiver took."""
    times = dict.fromkeys(("due_at", "made_at"), "now")
    about = {"webhook_id": uuid_in(hook), "subject_id": uuid4(), "position": 0}
    return f"webhookdelivery_{portal.number}_{given.insert(portal, 'webhook_delivery', state='DELIVERED', attempts=1, **about, **times)}"


def _made(administrator: Portal, mutation: str, given: str) -> str:
    """The id of what a mutation of administrators makes."""
    object_ = {"widgetRegister": "widget", "webhookRegister": "webhook", "memberInvite": "invitation"}[mutation]
    ask = f"mutation {{ {mutation}(input: {{{given}}}) {{ {object_} {{ id }} userErrors {{ message }} }} }}"
    return str(administrator.ask(ask)[mutation][object_]["id"])


# Tokens --------------------------------------------------------------------------------------------------------------


def _machines(given: Given, people: Mapping[str, Portal], widget: str) -> dict[str, Caller]:
    """Those who call with a machine's token."""
    portal, administrator = people["anonymous"], people["administrator"]
    operator = given.run(operator_token.create(given.database, "astreinte", 30))[1]
    actor = uuid_in(people["member"].ask("{ viewer { id } }")["viewer"]["id"])
    given.insert(portal, "account", actor_id=actor, created_at="now")  # Who signs in has one.
    code = given.run(widget_token.hand_over(given.database, portal.number, uuid_in(widget), SITE, actor))
    tokens = {
        "operator": operator,
        "router": token(given, administrator, "ROUTER")[1],
        "read token": token(given, administrator, "READ")[1],
        "contribute token": token(given, administrator, "CONTRIBUTE")[1],
        "moderate token": token(given, administrator, "MODERATE")[1],
        "widget": _at_widget(portal, f"{widget}/token"),
        "widget member": _at_widget(portal, f"{widget}/session", code=code),
    }
    on_site = {"origin": SITE}
    callers = {
        name: Caller(replace(portal, token=text), on_site if "widget" in name else {}) for name, text in tokens.items()
    }
    callers["router for moderator"] = Caller(people["moderator"], {"parvis-router": tokens["router"]})
    return callers


def token(given: Given, administrator: Portal, scope: str) -> tuple[str, str]:
    """The id and the text of a new API token."""
    [(until,)] = given.sql(administrator, "SELECT now() + interval '30 days'")
    create = """mutation($input: ApiTokenCreateInput!) { apiTokenCreate(input: $input) { token apiToken { id } } }"""
    asked = {"name": f"Machine {scope}", "scopes": [scope], "expiresAt": until.isoformat()}
    made = administrator.ask(create, input=asked)["apiTokenCreate"]
    return made["apiToken"]["id"], made["token"]


def _at_widget(portal: Portal, path: str, **body: str) -> str:
    """The token that a page of the widget's site gets."""
    answer = portal.client.post(f"/widget/{path}", json=body, headers={"host": portal.host, "origin": SITE})
    return str(answer.json()["token"])
