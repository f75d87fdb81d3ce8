"""Settings: every variable is checked at the start, and the message names it."""

import os
import stat
from pathlib import Path

import pytest

from database.replica import MOST_LAG_S
from server import settings
from server.cluster import Cluster
from server.cluster_list import NamedCluster
from server.settings import Settings, SettingsError

SECRET = {"PARVIS_SECRET": "s"}


def test_defaults_are_an_embedded_cluster_without_demonstration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings.read(SECRET) == Settings(
        data=tmp_path / ".parvis",
        database_url=None,
        connections=16,
        secret="s",
        is_demo=False,
        log_format="text",
        cost_per_minute=6_000_000,
        changes_per_minute=600,
        planning_ms_per_minute=3_000,
        is_introspective=False,
    )


def test_every_setting_has_its_variable(tmp_path: Path) -> None:
    environment = {
        "PARVIS_DATA": str(tmp_path / "d"),
        "DATABASE_URL": "postgresql:///x",
        "PARVIS_CONNECTIONS": "3",
        "PARVIS_MIGRATIONS_AT_ONCE": "8",
        "PARVIS_SECRET": "s",
        "PARVIS_DEMO": "1",
        "PARVIS_LOG": "json",
    }
    assert settings.read(environment) == Settings(
        data=tmp_path / "d",
        database_url="postgresql:///x",
        connections=3,
        migrations_at_once=8,
        secret="s",
        is_demo=True,
        log_format="json",
    )


def test_process_environment_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARVIS_SECRET", "from the environment")
    monkeypatch.setenv("PARVIS_CONNECTIONS", "7")
    assert (settings.read().secret, settings.read().connections) == ("from the environment", 7)


CONFIDENTIAL = [
    ("DATABASE_URL", "database_url", "postgresql://parvis:pass@db/parvis"),
    ("DATABASE_ADMIN_URL", "admin_url", "postgresql://admin:pass@db/parvis"),
    ("PARVIS_SECRET", "secret", "geheim"),
]


@pytest.mark.parametrize(("name", "field", "value"), CONFIDENTIAL)
def test_what_is_confidential_may_lie_in_a_file_and_is_not_shown(
    tmp_path: Path, name: str, field: str, value: str
) -> None:
    file = tmp_path / "file"
    file.write_text(f"{value}\n")
    others = SECRET | {"DATABASE_URL": "postgresql:///x"}
    found = settings.read(others | {f"{name}_FILE": str(file), name: ""})
    assert getattr(found, field) == value
    assert value not in repr(found)


@pytest.mark.parametrize("name", [name for name, *_ in CONFIDENTIAL])
def test_confidential_file_that_is_of_no_use_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(b"\xff")
    for file, says in (("empty", "is empty"), ("binary", "cannot be read"), ("none", "cannot be read")):
        with pytest.raises(SettingsError, match=f"^{name}_FILE is '{tmp_path / file}', which .*{says}"):
            settings.read({"PARVIS_DATA": str(tmp_path), f"{name}_FILE": str(tmp_path / file)})
    with pytest.raises(SettingsError, match=f"^{name} and {name}_FILE are both set"):
        settings.read({name: "postgresql:///x", f"{name}_FILE": str(tmp_path / "empty")})


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_ADMIN_URL"])
@pytest.mark.parametrize(
    "value",
    [
        "parvis:hunter2@db/parvis",
        "http://parvis:hunter2@db/parvis",
        "postgresql//parvis:hunter2@db/parvis",
        "postgresql://parvis:hunter2@db:port/parvis",
        "postgresql://parvis:hunter2@db:99999/parvis",
        "postgresql://parvis:hunter2@db/parvis?no_such_option=1",
        "postgresql://parvis:hunter2@[::1/parvis",
        "postgresql://parvis:hunter2%zz@db/parvis",
    ],
)
def test_malformed_url_is_refused_without_repeating_it(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        settings.read(SECRET | {name: value})
    assert str(refusal.value) == (f"{name} is no URL of a database: postgresql://user@host:5432/database is wanted")
    assert refusal.value.__context__ is None


@pytest.mark.parametrize(
    "value", ["postgresql:///x", "postgres://a@b:5432/c", "postgresql://a@b:1,c:2/d", "host=/tmp dbname=parvis"]
)
def test_whatever_libpq_understands_is_taken(value: str) -> None:
    assert settings.read(SECRET | {"DATABASE_URL": value}).database_url == value


def test_lag_of_a_replica_has_a_bound() -> None:
    assert settings.read(SECRET).replica_lag_s == MOST_LAG_S == 10
    assert settings.read(SECRET | {"PARVIS_REPLICA_LAG_SECONDS": "300"}).replica_lag_s == 300
    with pytest.raises(SettingsError, match=r"^PARVIS_REPLICA_LAG_SECONDS is '0': a number from 1 to 300 is wanted"):
        settings.read(SECRET | {"PARVIS_REPLICA_LAG_SECONDS": "0"})


def test_login_that_administers_wants_one_that_serves() -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_ADMIN_URL is set without DATABASE_URL"):
        settings.read(SECRET | {"DATABASE_ADMIN_URL": "postgresql:///x"})


def test_empty_database_url_means_the_embedded_cluster() -> None:
    assert settings.read(SECRET | {"DATABASE_URL": ""}).database_url is None


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        *(
            ("PARVIS_CONNECTIONS", value, "a number from 2 to 500")
            for value in ("abc", "", "1", "501", "-3", "2.5", " 4", "1e2", "0x10")
        ),
        *(("PARVIS_DEMO", value, "0 or 1") for value in ("yes", "true", "", "2", " 1")),
        *(("PARVIS_LOG", value, "one of text, json") for value in ("", "JSON", "xml")),
    ],
)
def test_wrong_value_is_refused_with_the_name_and_what_is_wanted(name: str, value: str, wanted: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        settings.read(SECRET | {name: value})
    assert str(refusal.value) == f"{name} is {value!r}: {wanted} is wanted"


@pytest.mark.parametrize("value", ["2", "500"])
def test_bounds_of_connections_are_possible(value: str) -> None:
    assert settings.read(SECRET | {"PARVIS_CONNECTIONS": value}).connections == int(value)


def test_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    environment = {"PARVIS_DATA": str(tmp_path / "new" / "data")}
    made = settings.read(environment).secret
    file = tmp_path / "new" / "data" / "secret"
    assert len(made) >= 32
    assert file.read_text() == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert settings.read(environment).secret == made
    assert settings.read({"PARVIS_DATA": str(tmp_path / "other")}).secret != made


def test_empty_secret_file_is_refused(tmp_path: Path) -> None:
    """Whatever is signed with an empty secret can be forged."""
    (tmp_path / "secret").touch()
    with pytest.raises(SettingsError, match="secret is empty"):
        settings.read({"PARVIS_DATA": str(tmp_path)})


def test_empty_secret_variable_is_no_secret(tmp_path: Path) -> None:
    assert len(settings.read({"PARVIS_DATA": str(tmp_path), "PARVIS_SECRET": ""}).secret) >= 32


def test_data_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(
        SettingsError, match=f"^cannot write {file}{os.sep}secret: File exists; set PARVIS_SECRET or PARVIS_DATA$"
    ):
        settings.read({"PARVIS_DATA": str(file)})


@pytest.mark.parametrize(
    ("value", "origin"),
    [
        ("", None),
        (" https://Apercu.Example.fr/ ", "https://apercu.example.fr"),
        ("https://a.fr:8443", "https://a.fr:8443"),
    ],
)
def test_origin_of_the_preview_is_written_as_browsers_do(value: str, origin: str | None) -> None:
    assert settings.read(SECRET | {"PARVIS_PREVIEW_ORIGIN": value}).preview_origin == origin


@pytest.mark.parametrize(
    "value", ["apercu.fr", "http://apercu.fr", "https://apercu.fr/x", "https://a.fr; script-src *", "*"]
)
def test_what_is_no_origin_is_no_preview(value: str) -> None:
    with pytest.raises(SettingsError, match=r"^PARVIS_PREVIEW_ORIGIN is no origin"):
        settings.read(SECRET | {"PARVIS_PREVIEW_ORIGIN": value})


# Other clusters

EAST, WEST = "postgresql://parvis:geheim@east/parvis", "postgresql://parvis@west/parvis"


def test_clusters_are_named_with_their_logins(tmp_path: Path) -> None:
    named = (NamedCluster("east", EAST, EAST), NamedCluster("west", WEST, f"{WEST}2"))
    text = f"# where they are\neast {EAST}\n\n  west {WEST} {WEST}2\n"
    assert settings.read(SECRET | {"PARVIS_CLUSTERS": text}).clusters == named
    assert settings.read(SECRET | {"PARVIS_CLUSTERS": f"east {EAST}; west {WEST} {WEST}2"}).clusters == named
    file = tmp_path / "clusters"
    file.write_text(text)
    assert settings.read(SECRET | {"PARVIS_CLUSTERS_FILE": str(file)}).clusters == named
    assert settings.read(SECRET | {"PARVIS_CLUSTERS": ""}).clusters == ()
    assert "geheim" not in repr(settings.read(SECRET | {"PARVIS_CLUSTERS": text}))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"main {EAST}", "cluster 1 has no name: .* not 'main', which is DATABASE_URL's"),
        (f"East {EAST}", "cluster 1 has no name"),
        (EAST, "cluster 1 has no name"),
        ("east", "'east' wants postgresql://"),
        ("east postgresql://east:geheim", "'east' wants postgresql://"),
        (f"east {EAST} {EAST} {EAST}", "'east' wants postgresql://"),
        (f"east {EAST};east {WEST}", "the name 'east' is there twice"),
    ],
)
def test_wrong_clusters_are_told_without_their_passwords(text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=f"^PARVIS_CLUSTERS is wrong: {says}") as refusal:
        settings.read(SECRET | {"PARVIS_CLUSTERS": text})
    assert "geheim" not in str(refusal.value)


def test_clusters_share_the_connections() -> None:
    two = SECRET | {"PARVIS_CLUSTERS": f"east {EAST};west {WEST}"}
    with pytest.raises(SettingsError, match=r"^PARVIS_CONNECTIONS is too low for 3 clusters: 6 are wanted"):
        settings.read(two | {"PARVIS_CONNECTIONS": "5"})
    others = settings.read(two | {"PARVIS_CONNECTIONS": "16"}).clusters
    pools = Cluster("postgresql:///main", "postgresql:///main", others=others).database(16).pools
    assert {name: pool.most for name, pool in pools.items()} == {"primary": 6, "east": 5, "west": 5}
