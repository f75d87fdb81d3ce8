"""The page of measures: two periods drawn, told in a table and on the map, to take away; for moderators."""

import csv
import io
import re
from datetime import date, timedelta
from zipfile import ZipFile

import pytest

from models.measure import DEFINITIONS
from portal import desk_word, measured, word
from portal.chart import Bar, Chart, ticks
from portal.measured import Measured
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import INSERTED, Given
from tests.test_export_http import made as api_token
from tests.test_measure import COUNTS, grouped, idea, opened, reply, totals, vote
from tests.test_page_portal import signed_in

TODAY = date(2026, 3, 31)


def asked(**fields: str) -> Measured:
    return measured.asked({name: [text] for name, text in fields.items()}, TODAY)


# What an address asks for ---------------------------------------------------------------------------------------------


def test_address_without_days_asks_for_thirty_days_and_those_before() -> None:
    assert asked() == Measured(date(2026, 3, 2), TODAY, date(2026, 1, 31), date(2026, 3, 1), "DAY")


@pytest.mark.parametrize(
    ("fields", "period", "before"),
    [
        ({"du": "2026-03-01", "au": "2026-03-07"}, ("2026-03-01", "2026-03-07"), ("2026-02-22", "2026-02-28")),
        ({"du": "2026-03-07", "au": "2026-03-01"}, ("2026-03-01", "2026-03-07"), ("2026-02-22", "2026-02-28")),
        ({"du": "2026-03-30"}, ("2026-03-30", "2026-03-31"), ("2026-03-28", "2026-03-29")),
        (
            {"du": "2024-02-29", "au": "2024-02-29", "avec": "an"},
            ("2024-02-29", "2024-02-29"),
            ("2023-02-28", "2023-02-28"),
        ),
        (
            {"du": "2026-03-01", "au": "2026-03-07", "avec": "autre", "du2": "2025-01-01", "au2": "2025-01-31"},
            ("2026-03-01", "2026-03-07"),
            ("2025-01-01", "2025-01-31"),
        ),
        ({"du": "hier", "au": "2026-02-30"}, ("2026-03-02", "2026-03-31"), ("2026-01-31", "2026-03-01")),
    ],
)
def test_address_names_two_periods(fields: dict[str, str], period: tuple[str, str], before: tuple[str, str]) -> None:
    found = asked(**fields)
    assert (str(found.first), str(found.last)) == period
    assert (str(found.before_first), str(found.before_last)) == before


@pytest.mark.parametrize("fields", [
    {"du": "0001-01-01", "au": "9999-12-31"},
    {"du": "9999-12-31"},
    {"au": "0001-01-01", "avec": "an"},
    {"du": "2026-03-01", "avec": "autre", "du2": "9999-12-31", "au2": "0001-01-01"},
])  # fmt: skip
def test_no_address_leaves_the_calendar_or_asks_for_too_much(fields: dict[str, str]) -> None:
    found = asked(**fields)
    for first, last in ((found.first, found.last), (found.before_first, found.before_last)):
        assert date.min < first <= last < date.max - timedelta(days=1)
        assert (last - first).days < measured.LONGEST_DAYS


@pytest.mark.parametrize(
    ("days", "by", "shown"),
    [
        (30, "", "DAY"),
        (62, "x", "DAY"),
        (63, "", "WEEK"),
        (1000, "", "MONTH"),
        (401, "DAY", "WEEK"),
        (400, "DAY", "DAY"),
        (1000, "ZONE", "ZONE"),
    ],
)
def test_breakdown_is_as_fine_as_can_be_read(days: int, by: str, shown: str) -> None:
    assert asked(du=str(TODAY - timedelta(days=days - 1)), au=str(TODAY), par=by).by == shown


def test_change_is_told_in_per_cent_where_that_says_something() -> None:
    pairs = [(30, 20), (10, 20), (20, 20), (5, 0), (None, 3), (3, None), (1000, 2)]
    assert [measured.change(*pair) for pair in pairs] == [50, -50, 0, None, None, None, None]


# Charts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "is_time", "expected"),
    [
        (1, False, [0, 1]),
        (4, False, [0, 1, 2, 3, 4]),
        (7, False, [0, 2, 4, 6, 8]),
        (183, False, [0, 50, 100, 150, 200]),
        (90, True, [0, 30, 60, 90]),
        (4_000, True, [0, 1440, 2880, 4320]),
    ],
)
def test_axis_has_round_figures_up_to_the_largest(most: float, is_time: bool, expected: list[float]) -> None:
    assert ticks(most, is_time=is_time) == expected


def chart(*figures: tuple[float | None, float | None], least: int = 5) -> Chart:
    bars = [Bar(f"groupe {rank}", *figure) for rank, figure in enumerate(figures)]
    return Chart(bars, lambda value: f"{value:g}", "moins de 5", least)


def test_columns_are_as_high_as_their_figures_and_few_people_look_alike() -> None:
    svg = chart((10, 8), (20, 4), (None, None), (0, 0)).in_time("Votes")
    wide = svg[: svg.index("</svg>")]
    heights = [float(found) for found in re.findall(r'<rect class="now"[^>]* height="([\d.]+)"', wide)]
    assert heights[0] * 2 == pytest.approx(heights[1], abs=0.2) and heights[2] == 0
    assert wide.count('class="few"') == 1
    assert "groupe 2 : moins de 5" in wide and "groupe 1 : 20" in wide
    assert wide.count('<path class="before" d="M') == 1 and "nan" not in svg
    assert 'role="img" aria-label="Votes"' in wide


def test_line_of_the_other_period_breaks_where_nothing_is_told() -> None:
    svg = chart((1, 8), (1, None), (1, 7), (1, 6)).in_time("x")
    [line] = re.findall(r'class="before" d="([^"]+)"', svg[: svg.index("</svg>")])
    assert line.count("M") == 2


def test_chart_of_nothing_and_of_much_is_drawn() -> None:
    assert chart().in_time("x").count("<svg") == chart().by_group("x").count("<svg") == 2
    assert "<rect" not in chart(*[(n, n) for n in range(400)]).in_time("x")
    assert chart(*[(n, n) for n in range(30)]).by_group("x").count('class="now"') == 2 * 20


def test_labels_of_a_chart_are_escaped() -> None:
    bars = [Bar("<script>", 1.0)]
    for svg in (Chart(bars, str).by_group('"><b>'), Chart(bars, str).in_time('"><b>')):
        assert "<script>" not in svg and "<b>" not in svg


# The page -------------------------------------------------------------------------------------------------------------


def page(portal: Portal, query: str = "", role: str = "ADMIN") -> str:
    answer = signed_in(Browser(portal.client, portal.host), role).get(f"/gestion/mesures{query}")
    assert answer.status_code == 200
    return str(answer.text)


def figures(text: str) -> list[str]:
    """What the tiles say, one after the other."""
    tiles = re.search(r'<ul class="tiles".*?</ul>', text, re.DOTALL)
    assert tiles
    found = re.findall(r"<strong>(.*?)</strong>", tiles[0], re.DOTALL)
    return [re.sub(r"<[^>]+>|\s", "", each) for each in found]


def test_page_says_what_the_contract_says(rennes: Portal) -> None:
    today = date.fromisoformat(re.findall(r'id="au" name="au" type="date" value="([^"]+)"', page(rennes))[0])
    first = today - timedelta(days=19)
    counted = totals(rennes.moderator(), first, today)
    told = figures(page(rennes, f"?du={first}&au={today}", "MODERATOR"))
    assert told[:5] == [str(counted[name]) for name in COUNTS[:5]]
    text = page(rennes, f"?du={first}&au={today}&par=KIND&mesure=VOTES")
    rows = grouped(rennes.moderator(), "KIND", first, today)
    table = text[text.index('<table class="measures">') :]
    for kind, row in rows.items():
        line = re.search(rf'<th scope="row">{word.KINDS_MANY[str(kind)]}</th>(.*?)</tr>', table, re.DOTALL)
        assert line and f"<td>{row['contributions']}</td>" in line[1]
    assert text.count('<svg class="chart') == 2 and 'aria-current="true"' in text
    assert 'class="hexmap"' in text


def test_page_defines_every_measure_in_the_language_of_its_reader(rennes: Portal) -> None:
    french = page(rennes).replace("’", "'")
    english = signed_in(Browser(rennes.client, rennes.host), "ADMIN").get("/en/gestion/mesures").text
    for definition in DEFINITIONS.values():
        assert definition.french.name in french
        assert definition.english.definition in english.replace("&#39;", "'")


@pytest.mark.parametrize("by", measured.GROUPS)
def test_every_breakdown_has_its_table_and_its_drawing(rennes: Portal, by: str) -> None:
    text = page(rennes, f"?par={by}&mesure=PARTICIPANTS&avec=an")
    assert f'<th scope="col">{desk_word.MEASURE_GROUPS[by].replace(chr(39), "’")}</th>' in text
    assert text.count('<svg class="chart') == 2
    assert text.count('<th scope="row">') >= 2


def test_few_people_are_said_and_not_counted(given: Given, rennes: Portal) -> None:
    long_ago = "2020-05-05T12:00:00Z"
    about = idea(given, rennes, rennes.member(3), opened(given, rennes), long_ago)
    vote(given, rennes, [rennes.member(4), rennes.member(5)], about, long_ago)
    text = page(rennes, "?du=2020-05-01&au=2020-05-31&mesure=VOTES")
    assert figures(text)[:4] == ["moinsde5", "1", "0", "moinsde5"]
    assert text.count('class="few"') == 2  # One column in each drawing.
    given.sql(rennes, "DELETE FROM __tenant__.vote WHERE cast_at = %s", long_ago)


def test_dates_space_and_groups_that_are_none_are_the_usual_ones(rennes: Portal) -> None:
    usual = figures(page(rennes))
    assert figures(page(rennes, "?du=x&au=y&par=z&mesure=nothing&avec=w")) == usual
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    assert browser.get("/gestion/mesures?space=nothing").status_code == 404


# To take away ---------------------------------------------------------------------------------------------------------


def table(portal: Portal, query: str) -> list[list[str]]:
    answer = signed_in(Browser(portal.client, portal.host), "ADMIN").get(f"/export/measures.csv{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


def test_table_holds_both_periods_with_french_titles(given: Given, rennes: Portal) -> None:
    about = idea(given, rennes, rennes.member(3), opened(given, rennes), "2019-05-05T12:00:00Z")
    reply(given, rennes, rennes.member(4), about, "2019-05-05T12:30:00Z")
    head, *rows = table(rennes, "?du=2019-05-05&au=2019-05-06")
    assert head[:4] == ["Groupe", "Participants", "Contributions", "Réponses"]
    assert head[12] == "Participants, période comparée"
    few, nothing = ["moins de 5"] * 3, ["0", "0", "0", "0", "0", "", "0", "0"]
    assert rows == [
        ["2019-05-05", "moins de 5", "1", "1", "0", "0", "30", "0", "0", *few, *nothing, *few],
        ["2019-05-06", *nothing, *few, *nothing, *few],
    ]
    spaces = table(rennes, "?du=2019-05-05&au=2019-05-06&par=SPACE")
    assert [INSERTED.sub(r"\1", row[0]) for row in spaces] == ["Groupe", "Espace"]


@pytest.mark.parametrize("by", measured.GROUPS)
def test_every_breakdown_can_be_taken_away(rennes: Portal, by: str) -> None:
    head, *rows = table(rennes, f"?par={by}")
    assert rows and all(len(row) == len(head) and row[0] for row in rows)


@pytest.mark.parametrize("name", ["du", "au", "par", "avec", "du2", "au2"])
def test_table_of_a_filter_that_cannot_be_read_is_refused(rennes: Portal, name: str) -> None:
    browser = signed_in(Browser(rennes.client, rennes.host), "ADMIN")
    refused = browser.get(f"/export/measures.csv?{name}=zzz")
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_INPUT")
    assert browser.get(f"/export/measures.csv?{name}=").status_code == 200
    shown, usual = (browser.get(f"/gestion/mesures?{name}={text}").text for text in ("zzz", ""))
    assert "ne se lit pas" in shown and "/export/measures.csv" not in shown
    assert "ne se lit pas" not in usual and "/export/measures.csv" in usual


def test_workbook_opens_and_is_for_administrators_alone(rennes: Portal) -> None:
    path = "/export/measures.xlsx"
    answer = signed_in(Browser(rennes.client, rennes.host), "ADMIN").get(path)
    assert "xl/workbook.xml" in ZipFile(io.BytesIO(answer.content)).namelist()
    for role in ("MEMBER", "MODERATOR"):
        assert signed_in(Browser(rennes.client, rennes.host), role).get(path).status_code == 403
    headers = {"host": rennes.host, "authorization": f"Bearer {api_token(rennes, 'EXPORT')}"}
    assert rennes.client.get(path, headers=headers).status_code == 403
    assert signed_in(Browser(rennes.client, rennes.host), "ADMIN").get(f"{path}?space=x").status_code == 400
