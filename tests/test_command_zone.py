"""The commands that move zones between portals, on an operator's word that both agreed."""

import pytest

from tests.command import Run, refusal, runner
from tests.own import Own

AGREED = ("--agreed-from", "Mme Roy", "--agreed-to", "M. Petit")
SQUARE = '{"type": "Polygon", "coordinates": [[[-1.69, 48.1], [-1.68, 48.1], [-1.68, 48.11], [-1.69, 48.1]]]}'


@pytest.fixture(scope="module")
def run(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return runner(own, tmp_path_factory.mktemp("data"))


def test_zone_moves_and_comes_back_on_an_operators_word(run: Run, own: Own) -> None:
    number, other = own.create("moves-from")[0], own.create("moves-to")[0]
    own.rows(f"INSERT INTO t_{number}.zone VALUES (gen_random_uuid(), 'Bourg', %s, '{{}}')", SQUARE)
    assert refusal(run("zone", "move", "moves-from", "Ailleurs", "moves-to", *AGREED)) == (
        "Error: moves-from has no zone 'Ailleurs'"
    )
    assert refusal(run("zone", "move", "moves-from", "Bourg", "nowhere", *AGREED)) == "Error: no tenant 'nowhere'"
    moved = run("zone", "move", "moves-from", "Bourg", "moves-to", *AGREED)
    assert moved.exit_code == 0, moved.output
    move, _, told = moved.output.partition(": ")
    assert told == "0 contributions moved\n"
    row = "SELECT from_number, to_number, state, proposed_by, accepted_by FROM platform.zone_move WHERE id = %s"
    assert own.rows(row, move) == [(number, other, "MOVED", "Mme Roy", "M. Petit")]
    assert f"{move}  moved      moves-from → moves-to  Bourg  0" in run("zone", "list").output
    assert run("zone", "revert", move).output == "0 contributions came back\n"
    assert own.rows(row, move)[0][2] == "REVERTED"
    assert refusal(run("zone", "settle", move)) == "Error: only a move that is done can be settled"
    again = run("zone", "move", "moves-from", "Bourg", "moves-to", *AGREED).output.partition(":")[0]
    assert again != move
    assert run("zone", "settle", again).output == "settled\n"
    assert own.rows(row, again)[0][2] == "SETTLED"
