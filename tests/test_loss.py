"""What a form loses for good: the page asks first, with script and without; what can be said again, it does not."""

import re

import pytest
from graphql import FieldNode, OperationDefinitionNode, OperationType, parse

import web
from portal import document
from portal.screen import SCREENS

ENDING = re.compile(r"(Remove|Forget|Revoke|Erase|Undo|Delete|Discard)$")

LOST = {
    "admissionsRevoke", "analysisRemove", "analysisWordingRemove", "apiTokenRevoke", "bulkChangeUndo", "deskEntryForget",
    "draftDiscard", "identityProviderRemove", "importRunUndo", "logoRemove", "noteRemove", "pastVoteRemove",
    "petitionRollForget", "responsePhotoRemove", "surveyAnswerDiscard", "surveyFormDiscard", "surveyQuestionRemove",
    "textVersionDiscard", "voterRollRemove", "webhookRemove", "widgetRevoke", "zoneRemove",
}  # fmt: skip
"""Of the mutations that pages have: what somebody made, and nobody can take back."""

SAID_AGAIN = {
    "accountErase", "analysisEditUndo", "categoryRemove", "filterRemove", "importRunDiscard", "invitationRevoke",
    "organisationMemberRemove", "pollingAgentRemove", "portalHostRemove", "portalOriginRemove", "proposalStatusRemove",
    "secondStepRemove", "sessionsRevoke", "spaceEditorRemove", "spaceValuatorRemove", "trustedFlaggerRemove", "watchedWordRemove",
    "zoneChangeDiscard",
}  # fmt: skip
"""What is made again in a moment, or has a page of its own that asks (`accountErase`)."""


def forms(name: str) -> dict[str, str]:
    """The forms of a screen whose mutations take something away, by name, each with the mutation."""
    found = {}
    for node in parse(document.named(name).text).definitions:
        if isinstance(node, OperationDefinitionNode) and node.operation is OperationType.MUTATION:
            [root] = [each for each in node.selection_set.selections if isinstance(each, FieldNode)]
            if node.name is not None and ENDING.search(root.name.value):
                found[node.name.value] = root.name.value
    return found


TAKING = {(name, form): root for name in {one.name for one in SCREENS} for form, root in forms(name).items()}


def test_every_mutation_that_takes_away_is_lost_or_can_be_said_again() -> None:
    assert set(TAKING.values()) == LOST | SAID_AGAIN


@pytest.mark.parametrize(("name", "form"), sorted(at for at, root in TAKING.items() if root in LOST))
def test_page_asks_before_something_is_lost(name: str, form: str) -> None:
    text = (web.TEMPLATE / f"{name}.html").read_text("utf-8")
    begun = [text[: found.start()] for found in re.finditer(rf'begin\("{form}"', text)]
    assert begun or re.search(rf'lose\(\w+, "{form}"', text)
    assert all(before.count("<details") > before.count("</details>") for before in begun)


def test_name_in_service_is_not_taken_away_by_one_press() -> None:
    text = (web.TEMPLATE / "desk_hosts.html").read_text("utf-8")
    in_service = text.partition('id="noms"')[2].partition("</section>")[0]
    assert 'lose(form, "RemoveHost"' in in_service and 'begin("RemoveHost"' not in in_service
