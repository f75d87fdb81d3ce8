"""Award terms («modalités d'attribution»): what a rule of award leaves open, as an activity says it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import FromClause, Select, select

from models import expected
from models.base import constant
from models.expected import Expected
from models.refusal import ErrorCode, Refusal, bad_input
from models.vote import VoteMethod
from models.vote_result import TERM_COLUMNS, TERM_LIMITS, TERMS_OF_EVERY_RULE, TERMS_OF_RULE, AwardRule, AwardTerms
from planner.context import FieldContext
from resolvers.vote_method import METHODS


def terms(row: FromClause, _context: FieldContext) -> Select[Any]:
    """What an activity says; no row where people do not vote by ballots."""
    whole = [constant(name) for name, method in METHODS.items() if not method.is_free]
    columns: list[Any] = [row.c[column].label(name) for column, name in TERM_COLUMNS.items()]
    return select(*columns).where(row.c.vote_method.in_(whole))


def columns(
    method: VoteMethod | None, rule: AwardRule | None, budget_euros: int | None, said: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What is stored of the terms of a rule. Raises Refusal for what is no part of it."""
    if rule is AwardRule.BY_CATEGORY and budget_euros is None:
        raise Refusal(ErrorCode.REQUIRED, "This rule spends a budget.", "voteRule.budgetEuros")
    if (method is None or METHODS[method].is_free) and AwardTerms(**(said or {})) != AwardTerms():
        raise bad_input("People do not vote by ballots here.", "awardTerms", expected.NOTHING)
    return of_rule(rule, said)


def of_rule(rule: AwardRule | None, said: Mapping[str, Any] | None) -> dict[str, Any]:
    """The terms of a rule for ballots of any method. Raises Refusal for what is no part of it."""
    given = AwardTerms(**(said or {}))
    possible = TERMS_OF_RULE[rule or AwardRule.GREEDY] | TERMS_OF_EVERY_RULE
    for column, name in TERM_COLUMNS.items():
        one = getattr(given, name)
        if one is not None and one is not False and name not in possible:
            raise _refused(name, "This rule has no such term.", expected.NOTHING)
        least, most = TERM_LIMITS.get(column, (0, 0))
        if most and one is not None and not least <= one <= most:
            raise _refused(name, f"It is {least:,} to {most:,}.", expected.number(least, most))
    return {column: getattr(given, name) for column, name in TERM_COLUMNS.items()}


def _refused(name: str, message: str, wanted: Expected) -> Refusal:
    first, *rest = name.split("_")
    return bad_input(message, f"awardTerms.{first}{''.join(map(str.capitalize, rest))}", wanted)
