"""The busiest tenants: few, of late, and by what the database did for them."""

from server.busiest import LISTED, WINDOW_S, Busiest, Share


def test_longest_are_listed_and_no_more_than_ten() -> None:
    busiest = Busiest()
    for tenant in range(1, 31):
        busiest.note(tenant, tenant / 1000, has_failed=tenant % 2 == 0)
    assert list(busiest.listed()) == list(range(30, 30 - LISTED, -1))
    assert busiest.listed()[30] == Share(1, 0.03, 1)


def test_what_is_older_than_two_windows_is_forgotten() -> None:
    now = [0.0]
    busiest = Busiest(lambda: now[0])
    busiest.note(1, 0.5, has_failed=False)
    now[0] = WINDOW_S
    busiest.note(2, 0.25, has_failed=False)
    busiest.note(1, 0.25, has_failed=True)
    assert busiest.listed() == {1: Share(2, 0.75, 1), 2: Share(1, 0.25, 0)}
    now[0] = 2 * WINDOW_S
    assert busiest.listed() == {1: Share(1, 0.25, 1), 2: Share(1, 0.25, 0)}
    now[0] = 4 * WINDOW_S
    assert busiest.listed() == {}
