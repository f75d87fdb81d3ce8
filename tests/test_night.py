"""The night of the bench: what its paper model reckons, and that its crowd asks again until it is answered."""

import asyncio
from uuid import uuid4

import pytest

from bench import crowd, night, paper
from bench.crowd import Asked, Crowd, Told
from bench.paper import UnitCost


def test_mix_is_reads_of_seven_in_ten() -> None:
    assert sum(night.MIX.values()) == 100
    assert sum(night.MIX[kind] for kind in night.READS) == 70
    assert [people for people, _ in night.CROWDS] == [64, 200, 500, 2_000]


def test_paper_model_reckons_the_busiest_minute() -> None:
    rates = paper.rates()
    assert round(rates["vote"], 2) == 59.52  # 10,000,000 / 56 days * 5 * 12 % an hour * 2
    assert round(rates["comment"], 2) == 11.31
    assert round(sum(rates[kind] for kind in paper.READS), 1) == 192.9
    costs = {kind: UnitCost(0.002, 0.001) for kind in rates}
    servers, postgres = paper.cores(costs)
    assert (round(servers, 3), round(postgres, 3)) == (0.879, 0.439)
    assert paper.foretold_s(costs, {"vote": 1_000, "list": 500}) == pytest.approx(4.5)


def told_by(*answers: bytes) -> tuple[Told, Asked]:
    """What one person is told of one vote by a server that gives these answers in turn, empty ones by hanging up."""
    asked = Asked("vote", b"POST / HTTP/1.1\r\n\r\n", (uuid4(), uuid4()))
    given = iter(answers)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (await reader.read(1_000)) and (said := next(given, b"")):
            writer.write(said)
        writer.close()

    async def run() -> Told:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            return await Crowd([port], lambda: asked).gather(1, 0.0, 0.0)

    return asyncio.run(run()), asked


def test_person_asks_again_after_a_broken_connection_and_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "AGAIN_S", 0.0)
    monkeypatch.setattr(crowd, "REFUSED_S", 0.0)
    monkeypatch.setattr(crowd, "SETTLED_S", 0.0)
    good = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
    away = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"
    told, asked = told_by(b"", away, good)
    assert (told.broken, told.refused, told.votes, told.unanswered) == (1, 1, [asked.vote], 0)
    assert len(told.seconds["vote"]) == 1


def test_what_nobody_answers_is_unanswered_and_a_refusal_in_words_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "AGAIN_S", 0.01)
    monkeypatch.setattr(crowd, "PATIENCE_S", 0.2)
    monkeypatch.setattr(crowd, "SETTLED_S", 0.0)
    told, _ = told_by()
    assert (told.unanswered, told.given_up, told.votes) == (1, 0, [])
    told, _ = told_by(b'HTTP/1.1 200 OK\r\ncontent-length: 31\r\n\r\n{"userErrors":[{"code":"CLOSED"}')
    assert (told.wrong.total(), told.votes) == (1, [])
