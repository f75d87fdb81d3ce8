"""Categories in the contract: the labels of an activity."""

import strawberry

import models.category
import planner.source as planner
import resolvers.ident


@planner.stored(models.category.Category, container=("activity_id", "Activity"))
class Category:
    """A label of an activity («catégorie»)."""

    id: strawberry.ID = planner.expression(resolvers.ident.of("category"), "Opaque id.")
    slug: str = planner.column("Its part of the portal's addresses.")
    name: str = planner.column("Its name.")
