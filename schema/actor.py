"""Actors in the contract: who acts on a portal."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import counting.polling_desk
import models.actor
import office.zone_move
import resolvers.actor
import resolvers.actor_block
import resolvers.assignment
import resolvers.contribution
import resolvers.draft
import resolvers.exchange
import resolvers.follow
import resolvers.ident
import resolvers.mission
import resolvers.moderation
import resolvers.notice
import resolvers.organisation_member
import resolvers.penalty
import resolvers.report
import resolvers.review
import resolvers.second_step
import resolvers.shop
import resolvers.sight
import resolvers.sign_up
import resolvers.space_role
import resolvers.vote
import resolvers.vouch
from auth.viewer import Audience
from models.activity import EXCHANGED, VOTING
from models.actor import ActorKind, Role
from models.tenant import Feature
from planner import field
from planner.directive import audience, feature
from planner.who import ADMINISTRATOR
from schema.enumeration import described
from schema.error import UserError, user_errors
from schema.idempotency import idempotency_key
from schema.later import (
    LaterContribution,
    LaterExchange,
    LaterParticipatorySpace,
    LaterPollingDesk,
    LaterSignUp,
    LaterWithheldContribution,
)
from schema.page import After, Connection, First

if TYPE_CHECKING:
    from schema.actor_block import ActorBlock
    from schema.draft import Draft
    from schema.follow import Follow
    from schema.moderation import ModerationDecision
    from schema.notice import Notice
    from schema.report import Report
    from schema.shop import Shop
    from schema.vote import Vote
    from schema.vouch import Vouch

described(
    ActorKind,
    "What kind of actor it is.",
    {
        "CITIZEN": "A person («citoyen·ne»).",
        "ASSOCIATION": "An association.",
        "MERCHANT": "A shop («commerce»).",
        "PRODUCER": "A farmer or another producer («producteur»).",
        "INSTITUTION": "A public body, for example the collectivité itself.",
        "SERVICE": "A service of the collectivité («service»).",
        "CHAMBER": "A chamber of trades, of commerce or of agriculture («chambre consulaire»).",
    },
)
described(
    Role,
    "What an actor may do on the portal.",
    {
        "MEMBER": "Publishes, comments and votes.",
        "MODERATOR": "Also sees drafts and the authors of requests without a name, and moderates.",
        "ADMIN": "Also administers the portal.",
    },
)


@field.stored(models.actor.Actor, visible=resolvers.sight.everyone)
class Actor:
    """Who acts on a portal («acteur»), as the public sees it."""

    id: strawberry.ID = field.expression(resolvers.ident.of("actor"), "Opaque id.")
    kind: ActorKind = field.column("What kind of actor it is.")
    name: str = field.column("The name shown to the public.")
    role: Role | None = field.expression(
        resolvers.actor.role, "What the actor may do; null unless it is the viewer or the viewer is a moderator."
    )
    is_held_back: bool = field.expression(
        resolvers.actor.is_held_back,
        "Whether the viewer, who has another role on the portal, acts as a member for now: in a widget, or because the"
        " portal demands a second step of signing in (`secondStepSet`). False for everybody else.",
    )
    created_at: datetime = field.column("Since when the actor is on the portal.")
    suspended_until: datetime | None = field.expression(
        resolvers.penalty.suspended_until,
        "Until when moderators have suspended what the actor publishes; null when they have not, and for everybody but"
        " the actor and moderators.",
    )
    organisations: list["Actor"] = field.many(
        resolvers.organisation_member.organisations,
        "The organisations for which the actor speaks, by name; empty for anybody but the actor and administrators.",
        size=3,
    )
    members: list["Actor"] = field.many(
        resolvers.organisation_member.members,
        "Who speaks for an organisation, by name; empty for anybody but these and administrators.",
        size=5,
    )
    waiting: list[LaterWithheldContribution] = field.many(
        resolvers.review.of_actor,
        "What the viewer has published that waits for a moderator, the newest first; empty for everybody else.",
        size=3,
    )
    drafts: list[Annotated["Draft", strawberry.lazy("schema.draft")]] = field.many(
        resolvers.draft.of_actor,
        "What the viewer is still writing, also for organisations, the last changed first; empty for everybody else,"
        " moderators too.",
        size=3,
    )
    is_editor: bool = field.expression(resolvers.space_role.is_editor, "Whether the actor edits a space at least.")
    is_of_team: bool = field.expression(
        resolvers.assignment.is_of_team,
        "Whether contributions can be given to the actor to work on; false for everybody but the actor and moderators.",
    )
    is_trusted_flagger: bool = field.column(
        "Whether the portal has named the actor a trusted flagger («signaleur de confiance»), whose reports come first."
    )
    has_second_step: bool = field.expression(
        resolvers.second_step.has,
        "Whether signing in as the actor takes a code of a telephone, too; false for everybody but administrators.",
        marks=audience(Audience.ADMINISTRATOR),
    )
    is_valuator: bool = field.expression(
        resolvers.space_role.is_valuator,
        "Whether the actor evaluates in a space at least; false for everybody but the actor and administrators.",
    )
    valuated_spaces: list[LaterParticipatorySpace] = field.many(
        resolvers.space_role.valuated_spaces,
        "The spaces in which the actor evaluates, by title; empty for anybody but the actor and administrators.",
        size=5,
    )
    edited_spaces: list[LaterParticipatorySpace] = field.many(
        resolvers.space_role.spaces,
        "The spaces that the actor edits, by title; empty for anybody but the actor and administrators.",
        size=5,
    )
    polling_desks: list[LaterPollingDesk] = field.many(
        counting.polling_desk.kept_by,
        "The desks of votes that the actor keeps, by name; empty for anybody but the actor.",
        size=5,
    )

    mission_hours: int = field.expression(
        resolvers.mission.hours,
        "How many whole hours volunteers have come for, to the missions of an organisation; 0 for a person.",
        marks=feature(Feature.MUTUAL_AID),
    )
    shop: Annotated["Shop", strawberry.lazy("schema.shop")] | None = field.refers(
        "id",
        "What a seller says of opening hours, pick-up points and delivery; null where it says nothing.",
        to="actor_id",
        marks=feature(Feature.MARKETPLACE),
    )
    may_revise_shop: bool = field.expression(
        resolvers.shop.may_revise,
        "Whether the viewer may say what the shop says: as a merchant, a producer or an association, or for one.",
        marks=feature(Feature.MARKETPLACE),
    )
    vouches: list[Annotated["Vouch", strawberry.lazy("schema.vouch")]] = field.many(
        resolvers.vouch.of_actor,
        "Who stands for a seller, the oldest first.",
        size=3,
        marks=feature(Feature.MARKETPLACE),
    )

    claimable_count: int = field.expression(
        office.zone_move.claimable_count,
        "How many contributions moved here from another portal that were published with the viewer's address and wait"
        " for `zoneMoveClaim`; 0 for everybody else.",
    )
    unread_notice_count: int = field.expression(
        resolvers.notice.unread_count,
        "How many of the viewer's notices are not read, 100 where there are more; 0 for everybody else.",
    )

    @field.declared(field.Connection(resolvers.notice.of_actor))
    def notices(
        self, first: First = 20, after: After = None
    ) -> Connection[Annotated["Notice", strawberry.lazy("schema.notice")]]:
        """What the viewer was told, the newest first; empty for everybody else."""

    @field.declared(field.Connection(resolvers.follow.of_actor))
    def follows(
        self, first: First = 20, after: After = None
    ) -> Connection[Annotated["Follow", strawberry.lazy("schema.follow")]]:
        """What the viewer follows, the last first; empty for everybody else, moderators too."""

    @field.declared(field.Connection(resolvers.contribution.of_actor))
    def contributions(self, first: First = 20, after: After = None) -> Connection[LaterContribution]:
        """What the actor published, of any status, newest first; requests without a name only for the actor and for
        moderators."""

    @field.declared(field.Connection(resolvers.vote.of_actor), directives=feature(*VOTING))
    def votes(
        self, first: First = 20, after: After = None
    ) -> Connection[Annotated["Vote", strawberry.lazy("schema.vote")]]:
        """The actor's own votes, the last cast first; empty for everybody else, moderators too: a vote is a secret."""

    @field.declared(field.Connection(resolvers.report.of_actor))
    def reports(
        self, first: First = 20, after: After = None
    ) -> Connection[Annotated["Report", strawberry.lazy("schema.report")]]:
        """What the viewer reported, the newest first; empty for everybody else, moderators too."""

    @field.declared(field.Connection(resolvers.moderation.of_author))
    def decisions(
        self, first: First = 20, after: After = None
    ) -> Connection[Annotated["ModerationDecision", strawberry.lazy("schema.moderation")]]:
        """What moderators decided about the viewer's own content, the newest first; empty for everybody else."""

    @field.declared(field.Connection(resolvers.exchange.of_actor), directives=feature(*EXCHANGED))
    def exchanges(
        self,
        is_waiting: Annotated[
            bool | None, field.argument("Only those that wait for the viewer's answer, or only others.")
        ] = None,
        contribution: Annotated[strawberry.ID | None, field.argument("Only those about this contribution.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[LaterExchange]:
        """The viewer's own exchanges and those of organisations for which the viewer speaks, those that changed last
        first; empty for everybody else."""

    @field.declared(field.Connection(resolvers.sign_up.of_actor), directives=feature(Feature.MUTUAL_AID))
    def sign_ups(self, first: First = 20, after: After = None) -> Connection[LaterSignUp]:
        """The viewer's own sign-ups for missions, the newest first; empty for everybody else, moderators too."""

    @field.declared(field.Connection(resolvers.actor_block.of_actor), directives=feature(*EXCHANGED))
    def blocks(
        self, first: First = 20, after: After = None
    ) -> Connection[Annotated["ActorBlock", strawberry.lazy("schema.actor_block")]]:
        """Whom the viewer has blocked, the last first; empty for everybody else, moderators too."""


@strawberry.type
class ActorQuery:
    viewer: Actor | None = strawberry.field(
        description="The signed-in actor; null for an anonymous visitor.",
        metadata={field.SOURCE: field.One(resolvers.actor.viewer)},
    )

    @field.declared(field.One(resolvers.ident.by_argument("actor")))
    def actor(self, id: Annotated[strawberry.ID, field.argument("Its id.")]) -> Actor | None:
        """An actor; null when there is none of this id."""

    @field.declared(field.Connection(resolvers.actor.listed), directives=audience(Audience.ADMINISTRATOR))
    def actors(
        self,
        search: Annotated[
            str | None, field.argument("Only whose name has these letters, accents and case aside.")
        ] = None,
        role: Annotated[Role | None, field.argument("Only in this role.")] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Actor]:
        """The people of the portal, the newest first, without machines and those who were erased. For
        administrators."""


@strawberry.input(description="A role to give.", directives=audience(Audience.ADMINISTRATOR))
class RoleChangeInput:
    actor: strawberry.ID = field.reference(models.actor.Actor, "Whose role.")
    role: Role = strawberry.field(description="The new role, higher or lower.")
    idempotency_key: str | None = idempotency_key()


@field.payload("actor_id")
class RoleChangePayload:
    """The answer to `roleChange`."""

    actor: Actor | None = field.refers("actor_id", "The actor in the new role; null when it was refused.")
    user_errors: list[UserError] = user_errors()


@strawberry.type
class ActorMutation:
    @field.action(resolvers.actor.change_role, who=ADMINISTRATOR)
    def role_change(self, input: Annotated[RoleChangeInput, field.argument("Whose, and which.")]) -> RoleChangePayload:
        """Change what an actor may do; the last administrator stays one. For administrators."""
