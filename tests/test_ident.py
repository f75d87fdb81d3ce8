"""Ids: what one id says, and many at once say the same."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import ident
from models.refusal import ErrorCode, Refusal

ONE, OTHER = UUID("0199aaaa-0000-7000-8000-000000000001"), UUID("0199bbbb-0000-7000-8000-00000000000f")
OURS = st.uuids().map(lambda uuid: ident.encode("comment", 3, uuid))
FOREIGN = st.builds(ident.encode, st.sampled_from(["comment", "vote"]), st.integers(1, 40), st.uuids())
NO_IDS = (
    "",
    str(ONE),
    f"comment_3_{ONE}".upper(),
    f"comment_3_{ONE}\n",
    f"comment_3_{ONE}\ncomment_3_{OTHER}",
    f"comment_3_comment_3_{ONE}",
    f"comment_03_{ONE}",
    f"comment_3_{ONE.hex}",
    f"comment_3_{str(ONE)[:-1]}",
    f"comment_3_{str(ONE)[:-1]}g",
    f"comment_3_{ONE}0",
)


def one_by_one(texts: Sequence[str | None]) -> list[str | None]:
    found = (None if text is None else ident.decode("comment", 3, text) for text in texts)
    return [None if uuid is None else str(uuid) for uuid in found]


@given(st.lists(OURS | FOREIGN | st.none(), max_size=9))
def test_many_ids_say_what_each_says(texts: list[str | None]) -> None:
    assert list(ident.uuid_texts("comment", 3, texts)) == one_by_one(texts)


@pytest.mark.parametrize("wrong", NO_IDS)
def test_what_is_no_id_is_refused_among_many(wrong: str) -> None:
    good = [ident.encode("comment", 3, uuid) for uuid in (ONE, OTHER)]
    assert ident.uuid_texts("comment", 3, good) == [str(ONE), str(OTHER)]
    for texts in ([wrong], [wrong, *good], [*good, wrong], [*good, wrong, None]):
        with pytest.raises(Refusal) as refused:
            ident.uuid_texts("comment", 3, texts)
        assert (refused.value.code, refused.value.field) == (ErrorCode.BAD_ID, "id")


def test_texts_that_are_ids_only_together_are_refused() -> None:
    first, second = ident.encode("comment", 3, ONE), ident.encode("comment", 3, OTHER)
    for texts in ([f"{first}\n{second}", "comment_3_"], [first[:-1], f"{second}0"], [f"{first}\n", second[:-1]]):
        with pytest.raises(Refusal):
            ident.uuid_texts("comment", 3, texts)
