"""Categories in the contract: the labels of an activity."""

import strawberry

import models.category
import resolvers.ident
from planner import field


@field.stored(models.category.Category, container=("activity_id", "Activity"))
class Category:
    """A label of an activity («catégorie»)."""

    id: strawberry.ID = field.expression(resolvers.ident.of("category"), "Opaque id.")
    slug: str = field.column("Its part of the portal's addresses.")
    name: str = field.column("Its name.")
