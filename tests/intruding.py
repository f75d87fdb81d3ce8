"""Intruding: for each root field of the public contract inputs that name another tenant's objects."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.twin import LATITUDES, LONGITUDE

Ids = Mapping[str, str]
Case = Callable[[Ids], dict[str, Any]]

BOUNDS = {"south": 48.0, "west": -1.7, "north": 48.3, "east": -1.5}
PLACE = {"lat": LATITUDES["dehors"], "lng": LONGITUDE}
JUDGED = ("Report", "ModerationDecision", "WithheldContribution", "Exchange", "Message")
OBJECTS = ("Contribution", "Zone", "Actor", "Category", "Activity", "ParticipatorySpace", "Comment", "Vote")


def entity(type_: str) -> Case:
    """The argument that asks for one entity of a type."""
    return lambda ids: {"representations": [{"__typename": type_, "id": ids[type_]}]}


def like(id_: str, kind: str) -> str:
    """An id of another type of the same tenant."""
    return f"{kind}_{id_.partition('_')[2]}"


QUERIES: dict[str, list[Case]] = {
    "_service": [lambda _: {}],
    "_entities": [  # One by one: all at once cost too much, since the content of files does.
        entity(name) for name in OBJECTS
    ],
    "actor": [lambda ids: {"id": ids["Actor"]}],
    "portal": [lambda _: {}],
    "viewer": [lambda _: {}],
    "zones": [lambda _: {}],
    "zone": [lambda ids: {"id": ids["Zone"]}],
    "zoneMoves": [lambda _: {}],
    "movedContribution": [lambda ids: {"id": ids["Contribution"]}],
    "spaces": [lambda _: {}],
    "space": [lambda ids: {"id": ids["ParticipatorySpace"]}],
    "activity": [lambda ids: {"id": ids["Activity"]}],
    "contribution": [lambda ids: {"id": ids["Contribution"]}],
    "contributions": [
        lambda ids: {"activity": ids["Activity"], "first": 8},
        lambda ids: {"zone": ids["Zone"], "first": 8},
        lambda ids: {"categories": [ids["Category"]], "first": 8},
    ],
    "similarProposals": [
        lambda ids: {"activity": ids["avis"], "title": "Fontaine " + ids["old path"].rpartition("/")[2]}
    ],
    "hexagons": [lambda ids: {"bounds": BOUNDS, "zoom": 12, "activity": ids["Activity"]}],
    "territoryPublications": [lambda _: {"first": 5}],
    "territoryHexagons": [lambda _: {"bounds": BOUNDS, "zoom": 12}],
    "territoryWords": [lambda _: {}],
    "missions": [lambda _: {}],
    "missionSlot": [lambda ids: {"id": ids["MissionSlot"]}],
    "collectivite": [lambda _: {"inseeCode": "35238"}],
    "contributionAt": [lambda ids: {"path": ids["old path"]}],
    "collectivites": [lambda _: {"inseeCode": "35238"}],
    "places": [lambda _: {"search": "quartier"}],
    "contactData": [lambda _: {"text": "06 12 34 56 78"}],
    "account": [lambda _: {}],
    "assignedContributions": [lambda _: {"first": 5}],
    "contributionsToEvaluate": [lambda _: {"first": 5}],
    "deskEntries": [lambda _: {"first": 5}],
    "draft": [lambda ids: {"id": ids["Draft"]}],
    "trustedFlaggers": [],  # For administrators: tests/matrix.tsv.
    "team": [lambda _: {"first": 5}],
    "consents": [lambda _: {}],
    "comment": [lambda ids: {"id": ids["Comment"]}],
    "report": [lambda ids: {"id": ids["Report"]}],
    "moderationDecision": [lambda ids: {"id": ids["ModerationDecision"]}],
    "moderationNotices": [lambda _: {}],
    "moderationReport": [lambda _: {"year": 2026}],
    "exchange": [lambda ids: {"id": ids["Exchange"]}],
    "message": [lambda ids: {"id": ids["Message"]}],
    "shops": [lambda _: {}],
    "mailPreference": [lambda _: {}],
    "pollingDesk": [lambda ids: {"id": ids["PollingDesk"]}],
    "nudge": [lambda ids: {"token": ids["Exchange"]}],  # A link is no id: tests/test_nudge.py.
    "voteFile": [lambda ids: {"activity": ids["avis"], "name": "rule.json"}],
    "analysis": [lambda ids: {"id": like(ids["Activity"], "analysis")}],
    "analyses": [lambda ids: {"space": ids["ParticipatorySpace"]}, lambda ids: {"activity": ids["Activity"]}],
    "withheldContribution": [lambda ids: {"id": ids["WithheldContribution"]}],
}
"""The arguments of each root field of `Query` that name objects by the ids given."""

OFFER = {"kind": "OFFER", "title": "Intrusion", "body": "Intrusion", "location": PLACE}
OPENS = "2026-01-01T00:00:00+00:00"


MUTATIONS: dict[str, list[Case]] = {
    "contributionPublish": [
        lambda ids: {**OFFER, "activity": ids["Activity"]},
        lambda ids: {**OFFER, "activity": ids["own Activity"], "category": ids["Category"]},
        lambda ids: {
            "kind": "ARGUMENT",
            "title": "Intrusion",
            "body": "Intrusion",
            "activity": ids["own avis"],
            "about": ids["Contribution"],
            "side": "FOR",
        },
    ],
    "documentSee": [
        lambda ids: {
            "desk": ids["PollingDesk"],
            "givenNames": "Intrus",
            "familyName": "Intrusion",
            "bornOn": "1980-01-01",
            "email": "intrus@b.example",
        }
    ],
    "signingMark": [lambda ids: {"desk": ids["PollingDesk"], "name": "Intrusion", "bornOn": "1980-01-01"}],
    "pollingBallotsType": [lambda ids: {"desk": ids["PollingDesk"], "batch": 1, "ballots": [{"text": "1"}]}],
    "pollingRecordWrite": [
        lambda ids: {
            "desk": ids["PollingDesk"],
            "totals": [],
            **dict.fromkeys(("signatures", "envelopes", "blank"), 1),
            **dict.fromkeys(("valid", "spoilt"), 0),
        }
    ],
    "contributionRevise": [
        lambda ids: {"contribution": ids["Contribution"], "title": "Intrusion"},
        lambda ids: {"contribution": ids["own Contribution"], "category": ids["Category"]},
    ],
    "spaceRevise": [
        lambda ids: {
            "space": ids["ParticipatorySpace"],
            "version": 1,
            "title": "Intrusion",
            "visibility": "PUBLIC",
            "opensAt": OPENS,
        }
    ],
    "activityCreate": [lambda ids: {"space": ids["ParticipatorySpace"], "kind": "IDEA_BOX", "title": "Intrusion"}],
    "activityRevise": [
        lambda ids: {
            "activity": ids["Activity"],
            "version": 1,
            "title": "Intrusion",
            "opensAt": OPENS,
            "locationRule": "NONE",
        }
    ],
    "phasesPlan": [lambda ids: {"activity": ids["Activity"], "version": 1, "phases": []}],
    "activitiesOrder": [lambda ids: {"space": ids["ParticipatorySpace"], "activities": []}],
    "categoryAdd": [lambda ids: {"activity": ids["Activity"], "name": "Intrusion"}],
    "categoryRename": [lambda ids: {"category": ids["Category"], "name": "Intrusion"}],
    "categoryGuard": [lambda ids: {"category": ids["Category"], "notice": "Intrusion"}],
    "categoryNest": [lambda ids: {"category": ids["Category"], "depth": 0}],
    "categoryRemove": [lambda ids: {"category": ids["Category"]}],
    "categoriesOrder": [lambda ids: {"activity": ids["Activity"], "categories": []}],
    "proposalStatusAdd": [lambda ids: {"activity": ids["Activity"], "name": "Intrusion", "color": "#000000"}],
    "proposalStatusRevise": [
        lambda ids: {
            "proposalStatus": like(ids["Activity"], "proposalstatus"),
            "version": 1,
            "name": "Intrusion",
            "color": "#000000",
        }
    ],
    "proposalStatusRemove": [lambda ids: {"proposalStatus": like(ids["Activity"], "proposalstatus")}],
    "proposalStatusesOrder": [lambda ids: {"activity": ids["Activity"], "proposalStatuses": []}],
    "officialResponsePublish": [
        lambda ids: {"contribution": ids["Contribution"], "service": "Intrusion", "body": "Intrusion"}
    ],
    "officialResponseRevise": [
        lambda ids: {
            "officialResponse": like(ids["Contribution"], "officialresponse"),
            "version": 1,
            "service": "Intrusion",
            "body": "Intrusion",
        }
    ],
    "responsePhotoDescribe": [
        lambda ids: {
            "officialResponse": like(ids["Contribution"], "officialresponse"),
            "digest": "0",
            "description": "Intrusion, intrusion",
        }
    ],
    "responsePhotoRemove": [
        lambda ids: {
            "officialResponse": like(ids["Contribution"], "officialresponse"),
            "digest": "0",
            "reason": "Intrusion",
        }
    ],
    "contributionAssign": [
        lambda ids: {"contribution": ids["Contribution"]},
        lambda ids: {"contribution": ids["own Contribution"], "assignee": ids["Actor"]},
    ],
    "activityGuard": [lambda ids: {"activity": ids["Activity"], "aliveRequests": 1}],
    "contributionEvaluate": [
        lambda ids: {"contribution": ids["Contribution"], "feasibility": "FEASIBLE", "reason": "Intrusion"}
    ],
    "deskEntryPublish": [
        lambda ids: {
            "organisation": ids["Actor"],
            "activity": ids["Activity"],
            "kind": "REQUEST",
            "hasConsent": True,
            "title": "Intrusion",
            "body": "Intrusion",
        }
    ],
    "deskEntryPrintSlip": [lambda ids: {"contribution": ids["Contribution"]}],
    "deskEntryForget": [lambda ids: {"deskEntry": like(ids["Contribution"], "deskentry")}],
    "deskEntryTakeOver": [],  # A slip's code is no id: tests/test_desk_entry.py.
    "missionRevise": [lambda ids: {"contribution": ids["Contribution"]}],
    "missionSlotAdd": [
        lambda ids: {
            "contribution": ids["Contribution"],
            "startsAt": "2035-01-01T09:00:00Z",
            "endsAt": "2035-01-01T12:00:00Z",
            "places": 1,
        }
    ],
    "missionSlotRevise": [lambda ids: {"slot": ids["MissionSlot"], "places": 1}],
    "missionSlotCancel": [lambda ids: {"slot": ids["MissionSlot"]}],
    "signUpMake": [lambda ids: {"slot": ids["MissionSlot"], "isMinor": False}],
    "signUpWithdraw": [lambda ids: {"signUp": like(ids["Contribution"], "signup")}],
    "signUpMark": [lambda ids: {"signUp": like(ids["Contribution"], "signup"), "hasCome": True}],
    "draftKeep": [lambda ids: {"activity": ids["Activity"], "kind": "OFFER"}],
    "draftDiscard": [lambda ids: {"draft": like(ids["Contribution"], "draft")}],
    "noteAdd": [lambda ids: {"contribution": ids["Contribution"], "body": "Intrusion"}],
    "noteRemove": [lambda ids: {"note": like(ids["Contribution"], "note")}],
    "contributionPause": [lambda ids: {"contribution": ids["Contribution"]}],
    "contributionResume": [lambda ids: {"contribution": ids["Contribution"]}],
    "contributionClose": [lambda ids: {"contribution": ids["Contribution"], "outcome": "FULFILLED"}],
    "commentPublish": [lambda ids: {"contribution": ids["Contribution"], "body": "Intrusion"}],
    "voteCast": [lambda ids: {"contribution": ids["Contribution"], "choice": "FOR"}],
    "voteWithdraw": [lambda ids: {"contribution": ids["Contribution"]}],
    "ballotCast": [
        lambda ids: {"activity": ids["Activity"], "isBlank": True},
        lambda ids: {
            "activity": ids["own Activity"],
            "votes": [{"contribution": ids["Contribution"], "choice": "SUPPORT"}],
        },
    ],
    "proofByCode": [lambda ids: {"activity": ids["Activity"], "code": "INTRUSION"}],
    "proofPhoneCodeSend": [lambda ids: {"activity": ids["Activity"], "phone": "06 12 34 56 78"}],
    "proofByPhone": [lambda ids: {"activity": ids["Activity"], "code": "123456"}],
    "proofByIdentity": [lambda ids: {"activity": ids["Activity"]}],
    "proofByList": [
        lambda ids: {
            "activity": ids["Activity"],
            "givenNames": "Intrus",
            "familyName": "Intrusion",
            "bornOn": "1980-01-01",
        }
    ],
    "codeBallotCast": [lambda ids: {"activity": ids["Activity"], "code": "INTRUSION", "isBlank": True}],
    "proofDeclare": [
        lambda ids: {
            "activity": ids["Activity"],
            "givenNames": "Intrus",
            "familyName": "Intrusion",
            "bornOn": "1980-01-01",
            "address": "1 rue d'Ailleurs",
            "isOnHonour": True,
        }
    ],
    "ballotWithdraw": [lambda ids: {"activity": ids["Activity"]}],
    "ballotAppeal": [lambda ids: {"activity": ids["Activity"], "words": "Une intrusion."}],
    **{
        f"petition{name}": [lambda ids: {"contribution": ids["Contribution"]}]
        for name in ("Admit", "Open", "Acknowledge", "Sponsor", "Leave")
    },
    "petitionAuthorJoin": [lambda ids: {"contribution": ids["Contribution"], "code": "INTRUSION"}],
    **{
        f"petition{name}": [lambda ids: {"contribution": ids["Contribution"]}]
        for name in ("SampleAnnounce", "SampleDraw", "SampleMatch", "Revalidate")
    },
    "petitionInvalidate": [lambda ids: {"contribution": ids["Contribution"], "reason": "Une intrusion."}],
    "petitionSignatureCheck": [lambda ids: {"contribution": ids["Contribution"], "rank": 1, "isValid": True}],
    "petitionSignatureAppeal": [lambda ids: {"contribution": ids["Contribution"], "words": "Une intrusion."}],
    "petitionSheetType": [lambda ids: {"contribution": ids["Contribution"], "signedOn": "2026-01-01", "total": 1}],
    "petitionSign": [
        lambda ids: {
            "contribution": ids["Contribution"],
            "givenNames": "Intrus",
            "familyName": "Intrusion",
            "bornOn": "1980-01-01",
            "isOnHonour": True,
        }
    ],
    "petitionRefuse": [lambda ids: {"contribution": ids["Contribution"], "reason": "Une intrusion."}],
    "petitionSchedule": [lambda ids: {"contribution": ids["Contribution"], "sessionOn": "2030-01-01"}],
    "petitionAnswer": [lambda ids: {"contribution": ids["Contribution"], "answer": "Intrusion"}],
    "petitionRulePublish": [
        lambda ids: {"activity": ids["Activity"], "version": 0, "levels": [{"signatures": 1, "promise": "ANSWER"}]}
    ],
    "surveyFormSave": [lambda ids: {"activity": ids["Activity"], "edition": 1, "questions": []}],
    "surveyQuestionSave": [
        lambda ids: {"activity": ids["Activity"], "edition": 1, "question": {"kind": "TEXT", "title": "Intrusion"}}
    ],
    "surveyQuestionMove": [lambda ids: {"activity": ids["Activity"], "edition": 1, "question": "q2", "place": 1}],
    "surveyQuestionRemove": [lambda ids: {"activity": ids["Activity"], "edition": 1, "question": "q2"}],
    **{
        name: [lambda ids: {"activity": ids["Activity"], "edition": 1}]
        for name in ("surveyFormPublish", "surveyFormDiscard")
    },
    "surveyFormDuplicate": [lambda ids: {"activity": ids["Activity"], "edition": 1, "source": ids["Activity"]}],
    "surveyAnswerSave": [lambda ids: {"activity": ids["Activity"], "version": 1}],
    "surveyAnswerSend": [
        lambda ids: {"activity": ids["Activity"], "version": 1, "answers": [{"question": "q1", "text": "Intrusion"}]}
    ],
    "surveyAnswerEnter": [
        lambda ids: {"activity": ids["Activity"], "version": 1, "answers": [{"question": "q1", "text": "Intrusion"}]}
    ],
    "surveyAnswerDiscard": [lambda ids: {"activity": ids["Activity"]}],
    "surveyResultPublish": [lambda ids: {"activity": ids["Activity"]}],
    "textVersionPrepare": [lambda ids: {"activity": ids["Activity"], "version": 0, "source": "# Intrusion"}],
    "textVersionPublish": [
        lambda ids: {"activity": ids["Activity"], "draft": ids["Activity"].replace("activity_", "textversion_")}
    ],
    "textVersionDiscard": [lambda ids: {"activity": ids["Activity"]}],
    "amendmentPropose": [
        lambda ids: {"activity": ids["Activity"], "version": 1, "article": 1, "title": "Intrusion", "body": "Intrusion"}
    ],
    "amendmentDecide": [
        lambda ids: {"contribution": ids["Contribution"], "decision": "REJECTED", "answer": "Une intrusion."}
    ],
    "secondStepSet": [lambda _: {"code": "000000"}],
    "secondStepRemove": [lambda ids: {"actor": ids["Actor"]}],
    "sessionsRevoke": [lambda ids: {"actor": ids["Actor"]}],
    "exchangePropose": [lambda ids: {"contribution": ids["Contribution"], "body": "Intrusion"}],
    "exchangeAccept": [lambda ids: {"exchange": ids["Exchange"]}],
    **{
        f"exchange{name}": [lambda ids: {"exchange": ids["Exchange"], "reason": "OTHER"}]
        for name in ("Decline", "Withdraw", "Cancel")
    },
    "exchangeDispute": [lambda ids: {"exchange": ids["Exchange"], "note": "Intrusion"}],
    "exchangeConfirm": [lambda ids: {"exchange": ids["Exchange"]}],
    "messageSend": [lambda ids: {"exchange": ids["Exchange"], "body": "Intrusion"}],
    "messagesRead": [lambda ids: {"exchange": ids["Exchange"]}],
    "actorBlock": [lambda ids: {"exchange": ids["Exchange"]}],
    "actorUnblock": [lambda ids: {"block": like(ids["Exchange"], "actorblock")}],
    "shopRevise": [lambda ids: {"onBehalfOf": ids["Actor"]}, lambda ids: {"zones": [ids["Zone"]]}],
    "vouchGive": [lambda ids: {"actor": ids["Actor"], "onBehalfOf": ids["Actor"]}],
    "vouchWithdraw": [lambda ids: {"vouch": like(ids["Exchange"], "vouch")}],
    "nudgeAnswer": [],
    "mailPreferenceRevise": [],
    "followStart": [
        lambda ids: {"contribution": ids["Contribution"]},
        lambda ids: {"activity": ids["Activity"]},
        lambda ids: {"space": ids["ParticipatorySpace"]},
        lambda ids: {"zone": ids["Zone"]},
        lambda ids: {"category": ids["Category"]},
    ],
    "followStop": [lambda ids: {"follow": like(ids["Contribution"], "follow")}],
    "zoneMoveConsent": [lambda ids: {"zoneMove": like(ids["Zone"], "zonemove"), "isGiven": True}],
    "zoneMoveClaim": [],  # It names nothing: it is about whoever asks.
    "noticesRead": [lambda ids: {"notice": like(ids["Contribution"], "notice")}],
    "accountErase": [],  # They name nothing: they are about whoever asks.
    "consentGive": [],
    "consentWithdraw": [],
    "appealSubmit": [
        lambda ids: {"reason": "Une intrusion.", "decision": ids["ModerationDecision"]},
        lambda ids: {"reason": "Une intrusion.", "report": ids["Report"]},
    ],
    "reportSubmit": [
        lambda ids: {"category": "VIOLENCE", "isGoodFaith": True, "contribution": ids["Contribution"]},
        lambda ids: {"category": "VIOLENCE", "isGoodFaith": True, "comment": ids["Comment"]},
    ],
}
"""The inputs of each mutation in which an id is another tenant's."""
