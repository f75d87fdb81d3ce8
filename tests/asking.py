"""Operations that ask for any field or send any field of an input, made from the contract and a small catalogue."""

from datetime import UTC, datetime, timedelta
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_required_argument,
    is_required_input_field,
)

from tests.callers import SITE, Ids
from tests.operation import CONTRACT, REQUIRED, call, root_fields

BOX = {"south": 48.10, "west": -1.69, "north": 48.12, "east": -1.66}
BOUNDS = {"south": 48.0, "west": -1.8, "north": 48.2, "east": -1.5}
GIVEN: dict[str, Any] = {
    "givenNames": "Ma",
    "code": "MATRICE",
    "phone": "06 12 34 56 78",
    "count": 1,
    "familyName": "Trice",
    "bornOn": "1970-01-01",
    "address": "1 rue de la Matrice",
    "bounds": BOUNDS,
    "zoom": 12,
    "search": "rennes",
    "kind": "PROPOSAL",
    "title": "Une matrice",
    "contactData.text": "Appelez le 06 12 34 56 78",
    "similarProposals.title": "Un banc sur la place",
    "body": "Un texte.",
    "choice": "FOR",
    "outcome": "WITHDRAWN",
    "role": "MEMBER",
    "email": "matrice@b.example",
    "name": "Matrice",
    "depth": 0,
    "origins": [SITE],
    "scopes": ["READ"],
    "expiresAt": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
    "confirmation": "Ni adresse ni nom",
    "version": 1,
    "documents": [{"name": "Matrice", "document": "{ portal { slug } }"}],
    "visibility": "PUBLIC",
    "opensAt": "2026-01-01T00:00:00+00:00",
    "locationRule": "OPTIONAL",
    "activityCreate.kind": "IDEA_BOX",
    "deskEntryPublish.kind": "REQUEST",
    "hasConsent": True,
    "aliveRequests": 5,
    "startsAt": (datetime.now(UTC) + timedelta(days=20)).isoformat(),
    "endsAt": (datetime.now(UTC) + timedelta(days=21)).isoformat(),
    "places": 5,
    "isMinor": False,
    "hasCome": True,
    "deskEntryTakeOver.code": "AUCUN",
    "path": "/projets/matrice",
    "token": "aucun",
    "exchangeDispute.note": "Un mot.",
    "quietFrom": 21,
    "quietUntil": 8,
    "mine": "DAILY",
    "followed": "WEEKLY",
    "isDone": True,
    "answer": "YES",
    "reason": "Une raison qui suffit.",
    "reply": "Une réponse qui suffit.",
    "appealDecide.outcome": "UPHELD",
    "groupBy": "SPACE",
    "year": 2031,
    "criteria": {"search": "xylolalie"},
    "bulkChangeCheck.kind": "ASSIGNEE",
    "firstDay": "2026-01-01",
    "lastDay": "2035-12-31",
    "reportSubmit.category": "OTHER_VIOLATION_TC",
    "moderationDecide.action": "NOTHING",
    "primaryColor": "#1b3f8b",
    "secondaryColor": "#e4572e",
    "font": "Lora",
    "locales": ["fr"],
    "bodies": [{"locale": "fr", "body": "Un texte."}],
    "portalTextPublish.version": 0,
    "service": "La mairie",
    "description": "Un four en briques sur sa dalle.",
    **dict.fromkeys(("responsePhotoDescribe.digest", "responsePhotoRemove.digest"), "matrice"),
    "function": "Ingénieure",
    "phases": [],
    "url": "https://outil.matrice.example/parvis",
    "topic": 1,
    "other": 2,
    "webhookRegister.kinds": ["CONTRIBUTION_PUBLISHED"],
    "webhookReplay.since": "2026-01-01T00:00:00+00:00",
    "webhookReplay.until": "2026-01-02T00:00:00+00:00",
    "word": "arnaque",
    "mark": "0",
    "words": "Des mots qui suffisent.",
    "explanation": "Une explication qui suffit.",
    "color": "#1d4ed8",
    "organisationCreate.kind": "SERVICE",
    "zoneDraw.name": "Dessiné",
    "features": [
        "MUTUAL_AID",
        "MARKETPLACE",
        "IDEA_BOX",
        "CONSULTATION",
        "DEBATE",
        "PETITION",
        "PARTICIPATORY_BUDGET",
        "SURVEY",
    ],
    "zoneRename.name": "Renommé",
    "key": "Matrice",
    "host": "participer.matrice.example",
    **dict.fromkeys(("portalHostCheck.host", "portalHostRemove.host"), "demande.matrice.example"),
    "origin": "https://matrice.example",
    "slug": "matrice",
    "slugs": ["matrice"],
    "identityProviderAdd.slug": "nouveau",
    "preset": "GENERIC",
    "issuer": "https://id.matrice.example",
    "client": "parvis",
    "clientSecret": "un secret",
    "levels": [{"signatures": 1, "promise": "ANSWER"}],
    "petitionRulePublish.version": 0,
    "edition": 0,
    **dict.fromkeys(("surveyFormPublish.edition", "surveyFormDiscard.edition"), 1),
    "answers": [{"question": "q1", "text": "Oui"}],
    "surveyFormSave.questions": [{"kind": "TEXT", "title": "Un mot ?"}],
    "surveyQuestionSave.question": {"kind": "TEXT", "title": "Un mot ?"},
    **dict.fromkeys(("surveyQuestionMove.question", "surveyQuestionRemove.question"), "q2"),
    "place": 1,
    "textVersionPrepare.version": 1,
    "amendmentPropose.version": 1,
    "article": 1,
    "number": 1,
    "amendmentDecide.decision": "REJECTED",
    "amendmentDecide.answer": "Une réponse qui suffit.",
    "sessionOn": "2030-01-01",
    "isOnHonour": True,
    "isValid": True,
    "isCounted": True,
    "rank": 1,
    "signedOn": str(datetime.now(UTC).date()),
    "isEnabled": True,
    "isOn": True,
    "isLeftOut": False,
    "territoryRuleSet.reader": "matrix-there",
    "territoryWordsSet.words": [{"key": "courses", "word": "Faire ses courses"}],
    "sender": "matrix-there",
    "zoneMovePropose.to": "matrix-there",
    "isAccepted": True,
    "isGiven": True,
    "isTaken": True,
    "portalOriginRemove.origin": "https://www.matrice.example",
    **dict.fromkeys(("signatures", "envelopes", "valid"), 0),
    **dict.fromkeys((f"exchange{name}.reason" for name in ("Decline", "Withdraw", "Cancel")), "OTHER"),
}
"""A value for each argument and each field of an input that is required, by its name, or its mutation's and its own."""

NAMED = {
    "activity": "Activity",
    "actor": "Actor",
    "apiToken": "ApiToken",
    "appeal": "Appeal",
    "bulkChange": "BulkChange",
    "case": "ModerationCase",
    "comment": "Comment",
    "contribution": "Contribution",
    "decision": "ModerationDecision",
    "block": "ActorBlock",
    "vouch": "Vouch",
    "follow": "Follow",
    "notice": "Notice",
    "message": "Message",
    "exchange": "Exchange",
    "slot": "MissionSlot",
    "signUp": "SignUp",
    "report": "Report",
    "watchedWord": "WatchedWord",
    "importRun": "ImportRun",
    "invitation": "Invitation",
    "widget": "Widget",
    "webhook": "Webhook",
    "analysis": "Analysis",
    "edit": "AnalysisEdit",
    "texts": "AnalysisText",
    "webhookDelivery": "WebhookDelivery",
    "setAside": "SetAside",
    "signature": "PetitionSignature",
    "desk": "PollingDesk",
    "zoneChange": "ZoneChange",
    "zoneMove": "ZoneMove",
    "pastVote": "PastVote",
    "batch": "Admission",
    "roll": "VoterRoll",
    "counted": "Activity",
}
"""The arguments and fields of inputs that name an object wherever they are, and of which type."""

IDS = NAMED | {
    "about": "Contribution",
    "into": "Contribution",
    "project": "Contribution",
    "activities": "Activity",
    "by": "Actor",
    "onBehalfOf": "Actor",
    "organisation": "Organisation",
    "officialResponse": "OfficialResponse",
    "draft": "Draft",
    "deskEntry": "DeskEntry",
    "note": "Note",
    "assignee": "Organisation",
    "proposalStatus": "ProposalStatus",
    "proposalStatuses": "ProposalStatus",
    "status": "ProposalStatus",
    "subject": "Contribution",
    "source": "Activity",
    "categories": "Category",
    "category": "Category",
    "space": "ParticipatorySpace",
    "spaces": "ParticipatorySpace",
    "zone": "Zone",
    "zones": "Zone",
}
"""All that do, but for `id`, which is of the type that is asked for."""

ALSO: dict[str, dict[str, Any]] = {
    "zoneDraw": {"box": BOX},
    "zoneRedraw": {"box": BOX},
    "ballotCast": {"isBlank": True},
    "analysisTextsMove": {"into": 2},
    "territoryRuleSet": {"kinds": ["OFFER"]},
    "petitionSheetType": {"total": 1},
    "signingMark": {"name": "Matrice", "bornOn": "1970-01-01"},
    "pollingBallotsType": {"batch": 1, "ballots": [{"text": "1"}]},
    "officialResponsePublish": {"body": "C'est noté."},
    "surveyAnswerSend": {"answers": [{"question": "q1", "text": "Oui"}]},
    "textVersionPublish": {"reason": "Une raison qui suffit."},
}
"""What a mutation's input wants besides what it requires."""

CHOSEN: dict[str, dict[str, Any]] = {
    "collectivite": {"inseeCode": "35238"},
    "collectivites": {"inseeCode": "35238"},
    "territoryPreview": {"reader": "matrix-there", "kinds": ["OFFER", "REQUEST"]},
}
"""The arguments of root fields that require none of several."""

ROADS = {
    "Account": "account {{ {field} }}",
    "Activity": 'activity(id: "{Activity}") {{ {field} }}',
    "ActivityStatistics": 'activity(id: "{Activity}") {{ statistics {{ {field} }} }}',
    "Actor": 'contribution(id: "{Contribution}") {{ author {{ {field} }} }}',
    "ApiToken": "apiTokens {{ {field} }}",
    "Category": 'activity(id: "{Activity}") {{ categories {{ {field} }} }}',
    "Collectivite": 'collectivite(inseeCode: "35238") {{ {field} }}',
    "Comment": 'contribution(id: "{Contribution}") {{ comments {{ nodes {{ {field} }} }} }}',
    "Contribution": 'contribution(id: "{Contribution}") {{ {field} }}',
    "Distance": 'contribution(id: "{Contribution}") {{ distance(from: {{lat: 48.1, lng: -1.6}}) {{ {field} }} }}',
    "ProofRule": 'activity(id: "{Activity}") {{ proofRule {{ {field} }} }}',
    "ImportRemark": 'importRun(id: "{ImportRun}") {{ remarks {{ nodes {{ {field} }} }} }}',
    "TerritoryPublication": "territoryPublications {{ nodes {{ {field} }} }}",
    "ImportRun": 'importRun(id: "{ImportRun}") {{ {field} }}',
    "Invitation": "invitations {{ nodes {{ {field} }} }}",
    "Appeal": 'moderationCase(id: "{ModerationCase}") {{ appeals {{ nodes {{ {field} }} }} }}',
    "Evidence": 'moderationDecision(id: "{ModerationDecision}") {{ evidence {{ {field} }} }}',
    "ReportFigure": "moderationReport(year: 2031) {{ {field} }}",
    "Detection": 'moderationCase(id: "{ModerationCase}") {{ detections {{ {field} }} }}',
    "WatchedWord": "watchedWords {{ nodes {{ {field} }} }}",
    "ModerationNotice": "moderationNotices {{ nodes {{ {field} }} }}",
    "ModerationCase": 'moderationCase(id: "{ModerationCase}") {{ {field} }}',
    "ModerationDecision": 'moderationDecision(id: "{ModerationDecision}") {{ {field} }}',
    "Removal": 'withheldContribution(id: "{WithheldContribution}") {{ removal {{ {field} }} }}',
    "Report": 'report(id: "{Report}") {{ {field} }}',
    "WithheldContribution": 'withheldContribution(id: "{WithheldContribution}") {{ {field} }}',
    "JournalEntry": "journalEntries(first: 100) {{ nodes {{ {field} }} }}",
    "JournalEntry.contribution": "journalEntries(first: 100, kinds: CONTRIBUTION_PUBLISHED) {{ nodes {{ {field} }} }}",
    "JournalEntry.comment": "journalEntries(first: 100, kinds: COMMENT_PUBLISHED) {{ nodes {{ {field} }} }}",
    **{
        f"MeasureRow.{name}": f'measureRows(groupBy: {name.upper()}, firstDay: "2026-01-01", lastDay: "2035-12-31")'
        " {{ {field} }}"
        for name in ("space", "activity", "zone", "category", "cell")
    },
    "Location": 'contribution(id: "{Contribution}") {{ location {{ {field} }} }}',
    "Petition": 'contribution(id: "{petition}") {{ petition {{ {field} }} }}',
    "Contribution.petition": 'contribution(id: "{petition}") {{ {field} }}',
    "ConsultedText": 'activity(id: "{amended}") {{ text {{ {field} }} }}',
    "Activity.text": 'activity(id: "{amended}") {{ {field} }}',
    "TextVersion": 'activity(id: "{amended}") {{ text {{ version {{ {field} }} }} }}',
    "Amendment": 'contribution(id: "{amendment}") {{ amendment {{ {field} }} }}',
    "Contribution.amendment": 'contribution(id: "{amendment}") {{ {field} }}',
    "PetitionRule": 'activity(id: "{petitions}") {{ petitionRule {{ {field} }} }}',
    "Activity.petitionRule": 'activity(id: "{petitions}") {{ {field} }}',
    "SurveyForm": 'activity(id: "{survey}") {{ survey {{ writing {{ {field} }} }} }}',
    "SurveyAnswer": 'activity(id: "{survey}") {{ survey {{ viewerAnswer {{ {field} }} }} }}',
    "SurveyFile": 'activity(id: "{survey}") {{ survey {{ viewerAnswer {{ parts {{ file {{ {field} }} }} }} }} }}',
    "SurveyAnswerPart": 'activity(id: "{survey}") {{ survey {{ viewerAnswer {{ parts {{ {field} }} }} }} }}',
    "SurveyQuestion": 'activity(id: "{survey}") {{ survey {{ form {{ questions {{ {field} }} }} }} }}',
    "SurveyChannelCount": 'activity(id: "{survey}") {{ survey {{ channels {{ {field} }} }} }}',
    "SurveyPage": 'activity(id: "{survey}") {{ survey {{ page {{ {field} }} }} }}',
    "SurveyResult": 'activity(id: "{survey}") {{ survey {{ results {{ {field} }} }} }}',
    "SurveyCount": 'activity(id: "{survey}") {{ survey {{ results {{ counts {{ {field} }} }} }} }}',
    "Survey": 'activity(id: "{survey}") {{ survey {{ {field} }} }}',
    "Activity.survey": 'activity(id: "{survey}") {{ {field} }}',
    "OfficialResponse": 'contribution(id: "{Contribution}") {{ officialResponses {{ {field} }} }}',
    "DeskEntry": "deskEntries {{ nodes {{ {field} }} }}",
    "Draft": 'draft(id: "{Draft}") {{ {field} }}',
    "Note": 'contribution(id: "{Contribution}") {{ notes {{ nodes {{ {field} }} }} }}',
    "SavedFilter": "account {{ savedFilters {{ {field} }} }}",
    "BulkChange": 'bulkChange(id: "{BulkChange}") {{ {field} }}',
    "PublishedVote": 'activity(id: "{Activity}") {{ publishedBallot(receipt: "AAAA") {{ votes {{ {field} }} }} }}',
    "Ballot": 'activity(id: "{Activity}") {{ viewerBallot {{ {field} }} }}',
    "RuleTrial": 'activity(id: "{Activity}") {{ ruleTrial(pastVote: "{PastVote}") {{ {field} }} }}',
    "VoteResult": 'activity(id: "{Activity}") {{ results {{ {field} }} }}',
    "Turnout": 'activity(id: "{Activity}") {{ turnout {{ {field} }} }}',
    "TurnoutRow.desk": 'activity(id: "{Activity}") {{ turnout {{ rows(groupBy: DESK) {{ {field} }} }} }}',
    "TurnoutRow.zone": 'activity(id: "{Activity}") {{ turnout {{ rows(groupBy: ZONE) {{ {field} }} }} }}',
    "SetAside": 'activity(id: "{Activity}") {{ setAsideBallots {{ {field} }} }}',
    "PollingDesk": 'pollingDesk(id: "{PollingDesk}") {{ {field} }}',
    "PollingRecord": 'pollingDesk(id: "{PollingDesk}") {{ records {{ {field} }} }}',
    "PollingProject": 'pollingDesk(id: "{PollingDesk}") {{ projects {{ {field} }} }}',
    "PollingTyping": 'pollingDesk(id: "{PollingDesk}") {{ typings(batch: 1) {{ {field} }} }}',
    "PollingTotal": 'pollingDesk(id: "{PollingDesk}") {{ records {{ totals {{ {field} }} }} }}',
    "ProjectAward": 'activity(id: "{Activity}") {{ results {{ awards {{ {field} }} }} }}',
    "Exchange": 'exchange(id: "{Exchange}") {{ {field} }}',
    "Exchange.reason": 'exchange(id: "{EndedExchange}") {{ {field} }}',
    "Exchange.placeInLine": 'exchange(id: "{WaitingExchange}") {{ {field} }}',
    "ExchangePlace": 'exchange(id: "{Exchange}") {{ place {{ {field} }} }}',
    "Mission": 'contribution(id: "{mission}") {{ mission {{ {field} }} }}',
    "MissionSlot": 'missionSlot(id: "{MissionSlot}") {{ {field} }}',
    "SignUp": 'missionSlot(id: "{MissionSlot}") {{ signUps {{ nodes {{ {field} }} }} }}',
    "Contribution.mission": 'contribution(id: "{mission}") {{ {field} }}',
    "Actor.signUps": "viewer {{ {field} }}",
    "MailPreference": "mailPreference {{ {field} }}",
    "Dispute": "disputes {{ nodes {{ {field} }} }}",
    "ParticipatorySpace": 'activity(id: "{Activity}") {{ space {{ {field} }} }}',
    "Follow": "viewer {{ follows {{ nodes {{ {field} }} }} }}",
    "Wave": 'contribution(id: "{Contribution}") {{ wave {{ {field} }} }}',
    "Notice": "viewer {{ notices {{ nodes {{ {field} }} }} }}",
    "ActorBlock": "viewer {{ blocks {{ nodes {{ {field} }} }} }}",
    "Message": 'exchange(id: "{Exchange}") {{ messages {{ nodes {{ {field} }} }} }}',
    "Contribution.viewerExchange": 'contribution(id: "{exchange}") {{ {field} }}',
    "Actor.shop": 'actor(id: "{Farm}") {{ {field} }}',
    "Shop": "shops {{ nodes {{ {field} }} }}",
    "Portal": "portal {{ {field} }}",
    "TrustedDocument": "trustedDocuments {{ nodes {{ {field} }} }}",
    "Widget": "widgets {{ {field} }}",
    "Analysis": 'analysis(id: "{Analysis}") {{ {field} }}',
    "AnalysisText": 'analysis(id: "{Analysis}") {{ texts {{ nodes {{ {field} }} }} }}',
    "AnalysisEdit": 'analysis(id: "{Analysis}") {{ edits {{ nodes {{ {field} }} }} }}',
    "AnalysisTopic": 'analysis(id: "{Analysis}") {{ topics {{ {field} }} }}',
    "AnalysisQuote": 'analysis(id: "{Analysis}") {{ topics {{ quotes {{ {field} }} }} }}',
    "AnalysisVotedText": 'analysis(id: "{Analysis}") {{ opinions {{ consensus: texts(kind: CONSENSUS) {{ {field} }} }} }}',
    "AnalysisWording": 'analysis(id: "{Analysis}") {{ wording {{ {field} }} }}',
    "AnalysisRepresentation": 'analysis(id: "{Analysis}") {{ representation {{ {field} }} }}',
    "ZoneMove": "zoneMoves {{ nodes {{ {field} }} }}",
    "MovedContribution": 'movedContribution(id: "{MovedContribution}") {{ {field} }}',
    "StayingContributions": "zoneMoves {{ nodes {{ stays {{ {field} }} }} }}",
    "Webhook": 'webhook(id: "{Webhook}") {{ {field} }}',
    "WebhookDelivery": 'webhook(id: "{Webhook}") {{ deliveries {{ nodes {{ {field} }} }} }}',
}
"""How an object of each type is reached, or one that has a field."""


def operation(coordinate: str, ids: Ids) -> str:
    """The operation that asks for a field or sends a field of an input, as `Type.field`."""
    type_, _, name = coordinate.partition(".")
    if type_ == "Query":
        return query(name, ids)
    if type_ == "Mutation":
        return mutation(name, ids)
    if isinstance(CONTRACT.type_map[type_], GraphQLInputObjectType):
        return mutation(mutation_of(type_), ids, **{name: ids[NAMED[name]]})
    return below(type_, name, ids)


def query(name: str, ids: Ids, **arguments: Any) -> str:
    """A root field with the arguments that it requires, those that name objects, and what is given."""
    field = root_fields("Query")[name]
    given = dict(arguments) or dict(CHOSEN.get(name, {}))
    if name == "_entities":
        given.setdefault("representations", [{"__typename": "Contribution", "id": ids["Contribution"]}])
    for key, argument in field.args.items():
        if key in NAMED:
            given.setdefault(key, ids[NAMED[key]])
        elif key == "id" and not given:
            given[key] = ids[get_named_type(field.type).name]
        elif is_required_argument(argument):
            given.setdefault(key, GIVEN.get(f"{name}.{key}", GIVEN.get(key)))
    return f"{{ {call(name, field.args, given)} {selection(field)} }}"


def mutation(name: str, ids: Ids, **fields: Any) -> str:
    """A mutation with the fields that its input requires, and what is given."""
    field = root_fields("Mutation")[name]
    required = [key for key, found in input_of(field).fields.items() if is_required_input_field(found)]
    given = {key: _required(name, key, ids) for key in required} | ALSO.get(name, {}) | fields
    if name == "reportSubmit":
        given = {
            "isGoodFaith": True,
            **({} if {"comment", "message"} & given.keys() else {"contribution": ids["Contribution"]}),
            **given,
        }
    if name == "bulkChangeCheck":
        given |= {"kind": next((kind for kind in ("STATUS", "CATEGORY") if kind.lower() in fields), "ASSIGNEE")}
        given |= {"service": "La mairie"} if given["kind"] == "STATUS" else {}
    if name == "analysisStart" and not {"activity", "space"} & given.keys():
        given = {"activity": ids.get("analysisStart.activity", ids["Activity"]), **given}
    if name == "contributionAssign":
        given = {"assignee": ids["Organisation"], **given}
    if name == "shopRevise":
        given = {"onBehalfOf": ids["shopRevise.onBehalfOf"], **given}
    if name == "followStart" and not fields:
        given = {"cell": "88186318bbfffff"}
    if name == "appealSubmit" and "report" not in given:
        given = {"decision": ids["appealSubmit.decision"], **given}
    payload = "{ __typename userErrors { code field message } }"
    return f"mutation {{ {call(name, field.args, {'input': given})} {payload} }}"


def usual(key: str, type_: GraphQLInputType) -> Any:
    """The value of that name; an enum's first where it is none of the enum's."""
    enum, value = get_named_type(type_), GIVEN.get(key)
    is_other = isinstance(enum, GraphQLEnumType) and not isinstance(value, list) and value not in enum.values
    return next(iter(enum.values)) if is_other and isinstance(enum, GraphQLEnumType) else GIVEN[key]


def below(type_: str, name: str, ids: Ids, **arguments: Any) -> str:
    """A field of an object that a root field leads to, with the arguments that it requires and what is given."""
    found = CONTRACT.type_map[type_]
    assert isinstance(found, GraphQLObjectType)
    field = found.fields[name]
    given = {key: REQUIRED[key] for key, argument in field.args.items() if is_required_argument(argument)} | arguments
    asked = f"{call(name, field.args, given)} {selection(field)}"
    road = ROADS.get(f"{type_}.{name}") or ROADS[type_]
    return f"{{ {road.format_map({**ids, 'field': asked})} }}"


def input_of(field: GraphQLField) -> GraphQLInputObjectType:
    """The input of a mutation."""
    found = get_named_type(field.args["input"].type)
    assert isinstance(found, GraphQLInputObjectType)
    return found


def mutation_of(input_: str) -> str:
    """The mutation that an input is for."""
    [name] = [key for key, field in root_fields("Mutation").items() if input_of(field).name == input_]
    return name


def selection(field: GraphQLField) -> str:
    """The least that can be asked of a field: whether there is anything."""
    target = get_named_type(field.type)
    if is_leaf_type(target):
        return ""
    is_connection = isinstance(target, GraphQLObjectType) and "nodes" in target.fields
    return "{ nodes { __typename } }" if is_connection else "{ __typename }"


def _required(mutation_: str, key: str, ids: Ids) -> Any:
    """What a mutation is given: the object that it names (its own, where it uses up what it names), or a value."""
    own = f"{mutation_}.{key}"
    if own in ids and key not in IDS:
        return ids[own]
    if key not in IDS or own in GIVEN:
        return GIVEN[own] if own in GIVEN else usual(key, input_of(root_fields("Mutation")[mutation_]).fields[key].type)
    found = ids.get(own, ids[IDS[key]])
    return (
        found.split()
        if is_list_type(get_nullable_type(input_of(root_fields("Mutation")[mutation_]).fields[key].type))
        else found
    )
