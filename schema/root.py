"""The whole contract: the roots put together from each concept's own fields."""

from functools import cache

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

import planner.source as planner
from schema.activity import ActivityQuery
from schema.actor import ActorQuery
from schema.collectivite import CollectiviteQuery
from schema.comment import CommentMutation
from schema.contribution import ContributionQuery
from schema.hexagon import HexagonQuery
from schema.portal import PortalQuery
from schema.publication import PublicationMutation
from schema.scalar import SCALARS
from schema.space import SpaceQuery
from schema.vote import VoteMutation
from schema.zone import ZoneQuery


@strawberry.type(description="What can be read.")
class Query(
    PortalQuery, SpaceQuery, ActivityQuery, ContributionQuery, HexagonQuery, ZoneQuery, CollectiviteQuery, ActorQuery
):
    pass


@strawberry.type(description="What can be changed; each in one transaction, with its refusals in `userErrors`.")
class Mutation(PublicationMutation, CommentMutation, VoteMutation):
    pass


contract = strawberry.federation.Schema(
    query=Query, mutation=Mutation, federation_version="2.9", config=StrawberryConfig(scalar_map=SCALARS)
)


def executable() -> GraphQLSchema:
    """The schema that the engine executes, with the federation's fields declared."""
    core: GraphQLSchema = contract._schema
    assert core.query_type is not None
    entities = core.query_type.fields["_entities"]
    entities.extensions["strawberry-definition"].metadata = {planner.SOURCE: planner.Entities()}
    return core


@cache
def sdl() -> str:
    """The contract as a client reads it, with the federation's keys, types sorted by name."""
    return contract.as_str() + "\n"
