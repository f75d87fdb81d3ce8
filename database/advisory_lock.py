"""Advisory locks of a transaction: the register of their numbers, which are ours by choice, and their two keys."""

from enum import IntEnum

from sqlalchemy import ColumnElement, Integer, bindparam, func, literal_column

Keys = tuple[ColumnElement[int], ColumnElement[int]]


class AdvisoryLock(IntEnum):
    """What is done by one at a time."""

    FOLD = 7461
    SEAL = 7462
    DELIVERY = 7463
    SPACES = 7464
    VOTE_RULE = 7465
    VOTER = 7466
    PAST_VOTES = 7467
    SURVEY = 7468
    ANSWERER = 7469
    ANSWER_CONTENT = 7470

    def in_tenant(self) -> Keys:
        """The keys in a whole tenant, `:tenant`."""
        return self._number(), bindparam("tenant", type_=Integer())

    def on(self, name: ColumnElement[str]) -> Keys:
        """The keys for what a text names."""
        return self._number(), func.hashtext(name)

    def _number(self) -> ColumnElement[int]:
        return literal_column(str(self.value), Integer)
