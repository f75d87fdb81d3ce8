"""What the commands change: tenants, the register of collectivités, and files."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

import schema.root
from models.seal import EMPTY_ROOT
from tests.command import Run, refusal, runner
from tests.own import BARE, HALF, METROPOLE, RENNES, Own
from tests.test_layout import PROJECT


@pytest.fixture(scope="module")
def run(own: Own, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return runner(own, tmp_path_factory.mktemp("data"))


# Tenants


def test_created_tenant_takes_name_and_centre_from_the_register(run: Run, own: Own) -> None:
    result = run(
        "tenant", "create", "--insee", "35238", "--host", "Fabrique.Example.FR", "--host", "www.fabrique.example.fr"
    )
    assert result.exit_code == 0, result.output
    number = own.value("SELECT number FROM platform.tenant WHERE slug = 'rennes'")
    assert result.output == f"tenant {number} (rennes) created: fabrique.example.fr, www.fabrique.example.fr\n"
    assert own.rows("SELECT title, collectivite_id, lat, lng FROM platform.tenant WHERE number = %s", number) == [
        ("Rennes", RENNES.id, RENNES.lat, RENNES.lng)
    ]
    again = run("tenant", "create", "--insee", "35238", "--host", "fabrique.example.fr")
    assert again.output == f"tenant {number} (rennes) was there already: fabrique.example.fr\n"
    other = run("tenant", "create", "--insee", "35238", "--host", "other.example.fr")
    assert refusal(other) == "Error: the tenant 'rennes' is there already, without the host 'other.example.fr'"


@pytest.mark.parametrize(
    ("option", "code", "record", "slug"),
    [
        ("--siren", "243500139", METROPOLE, "rennes-metropole"),
        ("--collectivite", METROPOLE.id, METROPOLE, "by-id"),
        ("--insee", "2A004", BARE, "l-hay-les-bains"),
        ("--insee", "2a004", BARE, "lower-case"),
    ],
)
def test_collectivite_is_found_by_any_of_its_codes(
    run: Run, own: Own, option: str, code: str, record: Any, slug: str
) -> None:
    given = () if slug in ("rennes-metropole", "l-hay-les-bains") else ("--slug", slug)
    result = run("tenant", "create", option, code, "--host", f"{slug}.example", *given)
    assert result.exit_code == 0, result.output
    assert own.rows("SELECT collectivite_id, title FROM platform.tenant WHERE slug = %s", slug) == [
        (record.id, record.name)
    ]


def test_created_tenant_takes_every_option(run: Run, own: Own) -> None:
    result = run(
        "tenant",
        "create",
        "--insee",
        "35238",
        "--host",
        "dressed.example",
        "--slug",
        "dressed",
        "--title",
        "L'entraide",
        "--origin",
        "https://a.example",
        "--origin",
        "https://b.example",
        "--primary-color",
        "#010203",
        "--secondary-color",
        "#040506",
        "--feature",
        "MARKETPLACE",
        "--feature",
        "DEBATE",
    )
    assert result.exit_code == 0, result.output
    assert own.rows(
        "SELECT title, origins, primary_color, secondary_color, features FROM platform.tenant WHERE slug = 'dressed'"
    ) == [("L'entraide", ["https://a.example", "https://b.example"], "#010203", "#040506", ["MARKETPLACE", "DEBATE"])]


def test_host_with_accents_is_kept_as_browsers_send_it(run: Run, own: Own) -> None:
    result = run(
        *("tenant", "create", "--insee", "35238", "--slug", "accent"),
        *("--host", "Hôtel-de-Ville.fr", "--origin", "https://évreux.fr"),
    )
    assert "created: xn--htel-de-ville-plb.fr" in result.stdout, result.output
    assert own.value("SELECT origins FROM platform.tenant WHERE slug = 'accent'") == ["https://xn--vreux-9ra.fr"]


@pytest.mark.parametrize(
    ("host", "says"),
    [
        ("é_a.fr", "Error: --host 'é_a.fr': not a host's name with accents: "),
        ("https://a.fr", "Error: host 'https://a.fr': a host's name is wanted, without scheme, port or path, as in "),
        ("a.fr:8000", "Error: host 'a.fr:8000': a host's name is wanted, without scheme, port or path, as in "),
    ],
)
def test_what_is_no_host_is_told_so(run: Run, host: str, says: str) -> None:
    assert refusal(run("tenant", "create", "--insee", "35238", "--slug", "none", "--host", host)).startswith(says)


def test_tenants_are_listed_with_state_title_and_hosts(run: Run, own: Own) -> None:
    number, _ = own.create("seen", "b.seen.example", "a.seen.example", title="Vue")
    assert run("tenant", "suspend", "seen").output == "seen is suspended\n"
    line = f"{number:>5}  SUSPENDED  seen                  Vue  (a.seen.example, b.seen.example)"
    assert line in run("tenant", "list").output.splitlines()
    assert run("tenant", "suspend", "seen", "--resume").output == "seen is active\n"
    assert line.replace("SUSPENDED", "ACTIVE   ") in run("tenant", "list").output.splitlines()


def test_list_of_nothing_says_so_where_no_pipe_reads(run: Run, own: Own) -> None:
    own.create("bare")
    for what in ("import", "provider"):
        result = run(what, "list", "bare")
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"no {what} yet\n")


def test_exported_tenant_can_be_deleted(run: Run, own: Own, tmp_path: Path) -> None:
    number, _ = own.create("leaver")
    file = tmp_path / "leaver.zip"
    result = run("tenant", "export", "leaver", str(file))
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert (
        result.output == f"{sum(manifest['rows'].values())} rows of {len(manifest['rows'])} tables written to {file}\n"
    )
    assert refusal(run("tenant", "export", "leaver", str(file))) == f"Error: {file} is there already"
    missing = tmp_path / "missing" / "leaver.zip"
    assert refusal(run("tenant", "export", "leaver", str(missing))) == f"Error: {missing}: No such file or directory"
    assert run("tenant", "delete", "leaver", "--yes", "leaver").output == "leaver is deleted\n"
    assert own.value("SELECT to_regnamespace(%s)", f"t_{number}") is None


# The register and the contract


def other(code: str, lat: float, lng: float) -> dict[str, object]:
    """An entry that says something else about everything."""
    centre = {"type": "Point", "coordinates": [lng, lat]}
    more = {"siren": "999999999", "population": 1, "codesPostaux": ["99999"], "centre": centre, "codeDepartement": "79"}
    return {"code": code, "nom": "Autre nom"} | more


def test_import_adds_and_completes_and_never_overwrites(run: Run, own: Own, tmp_path: Path) -> None:
    file = tmp_path / "communes.json"
    new = {"code": "79191", "nom": "Niort", "population": 60_074, "codeDepartement": "79", "codeRegion": "75"}
    file.write_text(json.dumps([other("35238", 0, 0), other("22113", 48.73, -3.46), other("2A004", 41.92, 8.73), new]))
    columns = "name, siren, population, postal_codes, lat, lng, position IS NOT NULL, parent_ids"
    text = f"SELECT {columns} FROM platform.collectivite WHERE id = %s"

    done = run("collectivites", "import", str(file), "--add")
    assert (done.output, done.exit_code) == ("4 read, 1 added, 2 completed\n", 0)

    [rennes], [half], [bare], [niort] = (own.rows(text, id_) for id_ in (RENNES.id, HALF.id, BARE.id, "commune-79191"))
    parents = list(RENNES.parent_ids)
    assert rennes == ("Rennes", RENNES.siren, 230_890, list(RENNES.postal_codes), RENNES.lat, RENNES.lng, True, parents)
    assert half == ("Lannion", HALF.siren, 20_158, ["22300"], 48.73, -3.46, True, [])
    assert bare == (BARE.name, "999999999", 1, ["99999"], 41.92, 8.73, True, [])
    assert niort == ("Niort", None, 60_074, [], None, None, False, ["departement-79", "region-75"])
    assert run("collectivites", "import", str(file)).output == "4 read, 0 added, 0 completed\n"


def test_import_leaves_out_and_names_what_the_register_does_not_have(run: Run, own: Own, tmp_path: Path) -> None:
    """An older file has communes that have merged since: 27058 and 27676 are both «Les Trois Lacs»."""
    file = tmp_path / "communes.json"
    file.write_text(json.dumps([other("35238", 0, 0), {"code": "27058", "nom": "Les Trois Lacs"}]))
    before = own.rows("SELECT * FROM platform.collectivite ORDER BY id")
    done = run("collectivites", "import", str(file))
    assert (done.stdout, done.exit_code) == ("2 read, 0 added, 0 completed\n", 0)
    assert done.stderr == (
        "1 left out, which the register does not have (merged or renumbered since?): Les Trois Lacs (27058)."
        " --add takes them all the same.\n"
    )
    assert own.rows("SELECT * FROM platform.collectivite ORDER BY id") == before


def square(west: float, south: float, side: float = 0.02) -> dict[str, object]:
    corners = [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]
    return {"type": "Polygon", "coordinates": [corners]}


def zones_file(tmp_path: Path, **shapes: object) -> str:
    file = tmp_path / "zones.geojson"
    features = [{"type": "Feature", "properties": {"nom": name}, "geometry": shape} for name, shape in shapes.items()]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return str(file)


def test_zones_are_drawn_and_what_is_left_out_is_named(run: Run, own: Own, tmp_path: Path) -> None:
    number, _ = own.create("zoned")
    names = f"SELECT name FROM t_{number}.zone ORDER BY name"
    file = zones_file(tmp_path, Nord=square(-1.69, 48.12), Sud=square(-1.69, 48.08), Est=square(-1.64, 48.10))
    done = run("tenant", "zones", "zoned", file, "--name-property", "nom")
    assert (done.stdout, done.stderr, done.exit_code) == (
        "3 zones, 0 contributions have another zone than before\n",
        "",
        0,
    )
    drawn = own.rows(f"SELECT id, cells FROM t_{number}.zone WHERE name = 'Sud'")
    file = zones_file(tmp_path, Nord=square(-1.69, 48.12), Sud=square(-1.69, 48.08, 0.0005), Loin=square(2.3, 48.8))
    done = run("tenant", "zones", "zoned", file, "--name-property", "nom")
    assert done.stdout == "1 zones, 0 contributions have another zone than before\n"
    assert done.stderr.splitlines() == [
        "left out: feature 2 (Sud): the area is smaller than a block (0.1 km²)",
        "left out: Loin: 304 km from the portal's centre, more than 150",
    ]
    assert done.exit_code == 3
    assert own.rows(names) == [("Nord",), ("Sud",)], "what was left out stays, what the file does not name goes"
    assert own.rows(f"SELECT id, cells FROM t_{number}.zone WHERE name = 'Sud'") == drawn


def test_zones_file_of_which_nothing_can_be_drawn_changes_nothing(run: Run, own: Own, tmp_path: Path) -> None:
    number, _ = own.create("unzoned")
    file = zones_file(tmp_path, Nord=square(48.12, -1.69))
    refused = run("tenant", "zones", "unzoned", file, "--name-property", "nom")
    assert refusal(refused) == (
        "Error: no feature can be drawn: Nord: latitude and longitude are swapped: GeoJSON has the longitude first"
    )
    assert own.rows(f"SELECT name FROM t_{number}.zone") == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "Error: The file is not JSON: see line 1, column 2."),
        ("[]", "Error: The file is an empty list."),
        ("{}", "Error: The file is not a list of communes."),
        ('[{"code": "35238"}]', "Error: Entry 1: no nom."),
        ('[{"code": "35238", "nom": "Rennes", "population": -1}]', "Error: Entry 1 ('Rennes'): population is -1."),
    ],
)
def test_damaged_file_is_refused_whole(run: Run, own: Own, tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "communes.json"
    file.write_text(text)
    before = own.rows("SELECT * FROM platform.collectivite ORDER BY id")
    assert refusal(run("collectivites", "import", str(file))) == says
    assert own.rows("SELECT * FROM platform.collectivite ORDER BY id") == before


def test_migrate_says_how_much_it_did(run: Run) -> None:
    assert run("migrate").output == "0 migrations applied\n"


def test_tables_of_open_data_are_written_as_they_are_committed(run: Run, tmp_path: Path) -> None:
    assert run("schema", "tables", str(tmp_path)).output == ""
    committed = PROJECT / "docs" / "open-data"
    written = {file.name: file.read_text("utf-8") for file in tmp_path.iterdir()}
    assert len(written) >= 3
    assert written == {name: (committed / name).read_text("utf-8") for name in written}


def test_contract_goes_to_standard_output_or_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "schema.graphql"
    assert run("schema", "export").stdout == schema.root.sdl()
    assert run("schema", "export", str(file)).output == ""
    assert file.read_text("utf-8") == schema.root.sdl()
    missing = tmp_path / "missing" / "schema.graphql"
    assert refusal(run("schema", "export", str(missing))) == f"Error: {missing}: No such file or directory"


# Journals and wishes


def test_journal_is_verified_and_what_was_inserted_is_told(run: Run, own: Own) -> None:
    number = own.create("sealed")[0]
    assert run("audit", "verify", "sealed").output == f"0:{EMPTY_ROOT}\n"
    own.rows(
        f"INSERT INTO t_{number}.event (id, kind, subject_id, payload, at, position)"
        " VALUES (gen_random_uuid(), 'ROLE_CHANGED', gen_random_uuid(), '{}', now(), 1)"
    )
    result = run("audit", "verify", "sealed", "--head", f"2:{EMPTY_ROOT}")
    assert (result.exit_code, result.stderr.splitlines()) == (1, [
        "Error: entry 1 stands behind the last seal: it was inserted",
        "entries 2 to 2 of the known head are missing",
    ])  # fmt: skip
    assert "a head is a number of events" in refusal(run("audit", "verify", "sealed", "--head", "1:x"), 2)


def test_features_are_switched_and_those_that_are_left_are_told(run: Run, own: Own) -> None:
    own.create("switched", features=("DEBATE", "PETITION"))
    result = run("tenant", "switch", "switched", "--on", "survey", "--off", "petition")
    assert result.output == "switched: debate, survey\n"
    assert own.value("SELECT features FROM platform.tenant WHERE slug = 'switched'") == ["DEBATE", "SURVEY"]
    assert "petition is in --on and in --off" in refusal(
        run("tenant", "switch", "switched", "--on", "petition", "--off", "petition"), 2
    )


def test_wishes_and_names_are_carried_out_by_a_command(run: Run, own: Own) -> None:
    own.rows(
        "INSERT INTO platform.tenant_wish (id, kind, slug, details, state, wished_by, created_at)"
        " VALUES (gen_random_uuid(), 'SUSPEND', 'sealed', '{}', 'WAITING', 'ops', now())"
    )
    assert run("tenant", "carry-out").output == (
        "1 wish settled\nno host name checked: set PARVIS_HOST_TARGET to where names have to lead\n"
    )
    assert own.value("SELECT state FROM platform.tenant WHERE slug = 'sealed'") == "SUSPENDED"
    assert run("tenant", "carry-out", PARVIS_HOST_TARGET="sites.example").output == (
        "0 wishes settled\n0 host names checked\n"
    )
