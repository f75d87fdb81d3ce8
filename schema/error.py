"""User errors in the contract: refusals that a person can act on."""

from typing import Any

import resolvers.refusal
from models.refusal import ErrorCode
from planner.field import column, parts, value
from schema.enumeration import described

described(
    ErrorCode,
    "Why something was refused. Codes are only ever added.",
    {
        "UNAUTHENTICATED": "Sign in first.",
        "FORBIDDEN": "Your role does not allow it.",
        "NOT_FOUND": "It does not exist, or you may not see it.",
        "BAD_ID": "This is not an id of this API.",
        "BAD_CURSOR": "This cursor is not from this list in this order.",
        "BAD_PAGE_SIZE": "The page size is out of range.",
        "BAD_INPUT": "The input contradicts itself or is out of range.",
        "BAD_LOCATION": "The place is missing, or not wanted here.",
        "TOO_SHORT": "The text is too short.",
        "TOO_LONG": "The text is too long.",
        "REQUIRED": "This field is needed here.",
        "KIND_NOT_ACCEPTED": "The activity does not take this kind of contribution.",
        "CHOICE_NOT_ACCEPTED": "The activity's vote does not know this choice.",
        "VOTING_NOT_OPEN": "The activity has no vote, or it is not open now.",
        "ACTIVITY_NOT_OPEN": "The activity is not open now.",
        "CONTRIBUTION_NOT_OPEN": "The contribution is closed or has expired.",
        "EXACT_LOCATION_NOT_ALLOWED": "A citizen's exact position is never published.",
        "OUTSIDE_TERRITORY": "The place is far outside of the portal's territory.",
        "IDEMPOTENCY_KEY_REUSED": "The idempotency key was used for another request.",
        "LAST_ADMINISTRATOR": "The portal would have no administrator left.",
        "IMPORT_STATE": "The import is not in a state in which this can be done.",
        "IS_MACHINE": "The actor is a machine's: revoke its token, or make one with other scopes.",
        "CONFLICT": "Somebody else changed it since it was read: read it again, and decide anew.",
        "LIMIT_REACHED": "There are as many of them as may be.",
        "IN_USE": "Something else still uses it.",
        "NOT_CONFIRMED": "What confirms it was not typed as asked.",
        "ALREADY_REPORTED": "The asker has reported it already, and is still to be answered.",
        "TOO_MANY_REPORTS": "The asker has sent as many reports today as one may.",
        "OWN_CONTENT": "Moderators do not decide on what they published themselves.",
        "ACTION_NOT_POSSIBLE": "This cannot be decided of what is in this state.",
        "APPEAL_NOT_POSSIBLE": "The decision cannot be contested, any more or again.",
        "OWN_DECISION": "An appeal is answered by another moderator than the one who decided.",
        "SUSPENDED": "Moderators have suspended what the actor publishes; `explanation` says until when.",
        "CONTENT_REDACTED": "A moderator has redacted these words, and its author does not change them.",
        "PETITION_FIXED": "The city has decided on the petition, and its title, text and place no longer change.",
        "PETITION_LEVEL_REACHED": "A petition has reached a level that would be another one.",
        "SURVEY_RULE": "A condition names no earlier question that decides, or none of its options.",
        "SURVEY_ANSWERED": "The question was answered, and its kind stays.",
        "SURVEY_CHOICES": "So many may not be chosen, or not ranked like this.",
        "SURVEY_EMPTY": "The form has no question yet.",
        "SURVEY_SENT": "The actor has sent an answer already.",
        "SURVEY_OPEN": "The survey is still open.",
        "SURVEY_COUNTED": "Results of the survey were published: nothing is answered any more.",
        "SURVEY_BEGUN": "People are answering the survey: who may answer stays as it is.",
        "SURVEY_NETWORK": "So many answers without account came from this network within the hour.",
        "AMENDMENTS_OVERLAP": "An amendment that is accepted changes the same words; `explanation` names it.",
        "WORDING_UNCHANGED": "These are the words that are there already.",
        "TEXT_OUTDATED": "The city has decided otherwise since this version of the text was prepared.",
        "BAD_TEXT_SOURCE": "This is no text of articles; `explanation` says from which line on.",
        "SIGNED_THIS_QUARTER": "This elector has signed a petition by the law in this quarter, or this one before.",
        "REDACTION_ADDS": "A redaction takes words away, each time with the mark […], and adds none.",
        "BAD_COLOR": "This is not a colour of the form #rrggbb.",
        "BAD_LINK": "This address is none of a web page.",
        "BAD_EMAIL": "This is not an e-mail address.",
        "BAD_IMAGE": "This is not a whole PNG, JPEG or WebP picture, or it holds something else.",
        "IMAGE_TOO_LARGE": "The picture has too many bytes or pixels.",
        "CHARTER_NOT_ACCEPTED": "Agree to the portal's charter first, in its newest version.",
        "BALLOT_TOO_SMALL": "The ballot says less than the activity's rule wants.",
        "BALLOT_TOO_LARGE": "The ballot says more than the activity's rule allows.",
        "ALREADY_VOTED": "This person has voted already, online or at a desk: one person votes once.",
        "PROOF_NEEDED": "The vote asks for a proof first: see `Activity.proofRule`.",
        "BAD_CODE": "This code is not of this vote, or was revoked.",
        "NOT_ON_LIST": "Nobody of this name and birth date can prove it by the list; why is not told.",
        "NOT_CERTIFIED": "No identity of the viewer was certified by a provider within the hour.",
        "TOO_MANY_TRIES": "Too many wrong tries today.",
        "PROOF_USED": "This proof was used already, with another account or at a desk: one person votes once.",
        "PROOFS_DO_NOT_MIX": "One person could vote twice: EMAIL, PHONE and CODE stand alone, without others or desks.",
        "BAD_PHONE": "This is not the number of a mobile telephone.",
        "PHONE_NOT_SERVED": "No text messages go to the country of this number.",
        "PHONE_CODE_WRONG": "This is not the code that the text message said. It counts as a try.",
        "PHONE_CODE_OVER": "No code waits: it is ten minutes old, or was tried five times, or none was asked for.",
        "SMS_NOT_OFFERED": "The installation sends no text messages.",
        "SMS_NOT_SENT": "The gateway of text messages did not take it: try again.",
        "SMS_LIMIT_REACHED": "The portal has sent as many text messages today as it may.",
        "TOO_YOUNG": "The person is younger than the vote asks, on the day that it names.",
        "OUTSIDE_ZONE": "The vote is of those who live in another zone.",
        "WRONG_KEY": "This key does not open this urn.",
        "NO_ACCOUNT": "No account has this address.",
        "RECORD_DOES_NOT_ADD_UP": "The sums of a desk's record are not right.",
        "BATCHES_DIFFER": "Two people have not typed each batch of paper ballots alike yet.",
        "VOTE_BEGUN": "Ballots were cast: projects, costs and the rule of the vote stay as they are.",
        "BAD_GEOJSON": "The file is not GeoJSON in UTF-8.",
        "NO_FEATURE": "The file has no feature that can be drawn, or too many.",
        "FILE_TOO_LARGE": "The file has too many bytes or positions.",
        "BAD_GEOMETRY": "The outline is not a closed polygon.",
        "TOO_MANY_VERTICES": "The outline has too many positions.",
        "WRONG_CRS": "The coordinates are not degrees of longitude and latitude (WGS 84).",
        "OVER_MERIDIAN": "The outline crosses the 180th meridian.",
        "SELF_CROSSING": "The outline crosses itself.",
        "ZONE_TOO_LARGE": "The area is larger than a zone may be.",
        "ZONE_TOO_SMALL": "The area is smaller than a block of houses.",
        "NAME_TAKEN": "Something else has this name.",
        "ALREADY_PROPOSED": "The asker has answered it already, and the answer is still alive.",
        "TOO_MANY_PROPOSALS": "Somebody who is new has as many answers under way as one may at first.",
        "EXCHANGE_STATE": "The exchange is not in a state for this: the other was faster, or its time is over.",
        "CAPACITY_TAKEN": "More are accepted than there would be places.",
        "THREAD_NOT_OPEN": "The asker cannot write now: the other has not answered, or the time after the end is over.",
        "ORGANISATIONS_ONLY": "Only associations and other organisations help in this category.",
        "ADULTS_ONLY": "The mission takes no minors.",
        "CONSENT_NEEDED": "A minor signs up with the consent of a guardian.",
        "AGE_NEEDED": "Whoever acts in the activity declares to be as old as it asks.",
        "SEALED_ONLY": "Medicines are carried in a sealed packet only, and whoever publishes or answers says so.",
        "ALREADY_SIGNED_UP": "The person has signed up for this slot already.",
        "SLOT_OVER": "The slot is over, has begun or was called off, or the sign-up has ended.",
        "TOO_MANY_REQUESTS": "A person has as many requests alive as the activity allows.",
        "CODE_USED": "The code of a slip was used already, is too old, is none of this portal's, or is of what is"
        " closed or withheld.",
        "LINK_USED": "The link of a mail was used already, is too old, or is none of this portal's.",
        "NOT_OF_TEAM": "The actor is not of the city's team, so that nothing is given to it to work on.",
        "BAD_HOST": "This is not a public host's name.",
        "LAST_HOST": "The portal would have no name left by which it is reached.",
        "BAD_ISSUER": "This is no address of an identity provider on the public Internet.",
        "OWN_CONTRIBUTION": "Somebody answers what is their own.",
        "OWN_ANSWER": "Somebody would take over what they have answered.",
        "NOT_AUTHOR": "Only its author, or a member of the organisation that published it, may do this.",
        "OTHER_PARTY": "This is for the other of the two in an exchange.",
        "SELLERS_ONLY": "Only merchants, producers and associations have shops.",
        "VOUCHERS_ONLY": "Only chambers, institutions and services vouch for sellers, and take back what they gave.",
        "SLOT_NEEDED": "The mission has slots to come: people sign up for one of them.",
        "CONTRIBUTION_PAUSED": "Its author has paused it: nobody new answers it now.",
        "TOO_MANY_PROPOSALS_TODAY": "Somebody who is new has answered as many today as one may at first.",
        "AGREEMENT_NEEDED": "The person for whom a desk writes has not agreed.",
        "BAD_ORIGIN": "This is not a site: https:// and a host, without a path.",
    },
)


@value
class UserError:
    """Why something was refused, for the person who asked."""

    code: ErrorCode = column("What programs read.")
    field: str | None = column("The input's field that it is about, its parents before it with dots; null: the whole.")
    message: str = column("A sentence in English for developers, with the limit that was not kept.")
    explanation: str = column(
        "What went wrong and what to do next, for the person who asked: in the first language of the header"
        " Accept-Language that there is, else in the portal's."
    )


def user_errors() -> Any:
    """The field `userErrors` of every payload."""
    return parts(resolvers.refusal.rows, "Why it was refused; empty when it was done.", size=1)
