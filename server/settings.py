"""Settings: the only module that reads the environment."""

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auth import text_limit
from database import url
from server import cluster_list
from server.cluster_list import ClusterListError, NamedCluster

SECRET_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?")
"""What a secret's file may be called: no path leads out of the directory."""


COST = 6_000_000
"""A minute of one core of the database: a cost of 1 is about 10 µs of it (decision 0013)."""

LEAST_CONNECTIONS = 2
"""To each cluster: one is not enough for a job beside a request."""

CHANGES = 600
"""Two hundred people who vote at once through one address, three times."""


PLANNING_MS = 3_000
"""A minute of new documents from one client: a twentieth of one core, some hundred pages that nobody asked for yet."""

REPLICA_LAG_S = 10
"""As old as kept answers may be; both together are 20 s at most."""


class SettingsError(Exception):
    """A setting is wrong; the message names it and says what is wanted."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How one process runs. Every setting has an environment variable; see `docs/settings.md`."""

    data: Path
    """Where the embedded PostgreSQL and the secret live (PARVIS_DATA)."""

    database_url: str | None = field(repr=False)
    """A libpq URL of a real cluster (DATABASE_URL or DATABASE_URL_FILE); None: the embedded PostgreSQL."""

    connections: int
    """Connections per process (PARVIS_CONNECTIONS)."""

    secret: str = field(repr=False)
    """What tokens are signed with (PARVIS_SECRET or PARVIS_SECRET_FILE, or made once in the data directory)."""

    is_demo: bool
    """Demonstration mode (PARVIS_DEMO=1): development tokens are accepted and `<slug>.localhost` is served."""

    log_format: str
    """`text` for people, `json` for machines (PARVIS_LOG)."""

    admin_url: str | None = field(default=None, repr=False)
    """The same cluster for a login that migrates and provisions (DATABASE_ADMIN_URL or DATABASE_ADMIN_URL_FILE)."""

    clusters: tuple[NamedCluster, ...] = ()
    """Other clusters, to which tenants may move (PARVIS_CLUSTERS or PARVIS_CLUSTERS_FILE)."""

    is_introspective: bool = True
    """Whether everybody may look into the schema and open GraphiQL (PARVIS_INTROSPECTION=1)."""

    hsts_s: int = 0
    """For how many seconds browsers shall come by HTTPS alone, 0 to say nothing (PARVIS_HSTS_SECONDS)."""

    cost_per_minute: int = 0
    """What one client's operations may cost a minute, 0 for no limit (PARVIS_COST_PER_MINUTE)."""

    changes_per_minute: int = 0
    """How many mutations one address may send a minute, 0 for no limit (PARVIS_CHANGES_PER_MINUTE)."""

    planning_ms_per_minute: int = 0
    """How long the process may read and plan new documents for one client a minute, 0 for no limit
    (PARVIS_PLANNING_MS_PER_MINUTE)."""

    plan_cache_mb: int = 24
    """Memory for documents and plans (PARVIS_PLAN_CACHE_MB)."""

    answer_cache_mb: int = 16
    """Memory for answers to anonymous queries, 0 to keep none (PARVIS_ANSWER_CACHE_MB)."""

    live_per_person: int = 40
    """How many sockets and subscriptions a person may hold (PARVIS_LIVE_PER_PERSON)."""

    live_per_address: int = 400
    """How many an address may hold (PARVIS_LIVE_PER_ADDRESS)."""

    live_in_all: int = 20_000
    """How many the process holds (PARVIS_LIVE_IN_ALL)."""

    migrations_at_once: int = 4
    """Tenants that a new version migrates at once, each over a connection of its own (PARVIS_MIGRATIONS_AT_ONCE)."""

    replica_url: str | None = field(default=None, repr=False)
    """A copy of the cluster for anonymous reads (DATABASE_REPLICA_URL or DATABASE_REPLICA_URL_FILE)."""

    replica_lag_s: int = REPLICA_LAG_S
    """How many seconds it may be behind and still be asked (PARVIS_REPLICA_LAG_SECONDS)."""

    smtp_url: str | None = field(default=None, repr=False)
    """The mail server, `smtps://user:password@host` or `smtp://…` (PARVIS_SMTP_URL); None: no mail is sent."""

    mail_from: str = "parvis@localhost"
    """The sender of mails (PARVIS_MAIL_FROM)."""

    dkim_key: str | None = field(default=None, repr=False)
    """The RSA key in PEM that signs mails (PARVIS_DKIM_KEY or PARVIS_DKIM_KEY_FILE); None: the mail server signs."""

    dkim_selector: str = "parvis"
    """Below which name of the sender's domain the public key is (PARVIS_DKIM_SELECTOR)."""

    secrets: Path | None = None
    """A directory with one file a secret, for example of identity providers' clients (PARVIS_SECRETS_DIR)."""

    geocoder_url: str | None = None
    """The base of a service that finds postal addresses (PARVIS_GEOCODER_URL); None: none is asked."""

    tile_url: str | None = None
    """The squares of a detailed map, with {z}, {x} and {y} in their address (PARVIS_TILE_URL); None: no such map."""

    tile_credit: str = ""
    """Whose map that is (PARVIS_TILE_CREDIT)."""

    operator_host: str | None = None
    """The host's name under which operators find their page (PARVIS_OPERATOR_HOST); None: there is none."""

    host_target: str | None = None
    """The name to which the names of portals lead (PARVIS_HOST_TARGET); None: their addresses are not compared."""

    preview_origin: str | None = None
    """The origin of its own at which widgets are previewed (PARVIS_PREVIEW_ORIGIN); None: they are not, but in the
    demonstration."""

    sms_url: str | None = None
    """Where the gateway of text messages takes them (PARVIS_SMS_URL); None: none are sent."""

    sms_authorization: str | None = field(default=None, repr=False)
    """The header `Authorization` for it (PARVIS_SMS_AUTHORIZATION or PARVIS_SMS_AUTHORIZATION_FILE)."""

    sms_prefixes: tuple[str, ...] = text_limit.PREFIXES
    """The countries to which they go, by their codes (PARVIS_SMS_PREFIXES)."""

    sms_per_day: int = text_limit.PER_DAY
    """How many each tenant may send in a day (PARVIS_SMS_PER_DAY)."""

    traces_url: str | None = None
    """Where a collector takes traces by OTLP over HTTP (PARVIS_TRACES_URL); None: none are written."""

    traces_percent: int = 10
    """How many of a hundred operations are traced (PARVIS_TRACES_PERCENT)."""

    slow_statement_ms: int = 0
    """From which duration on the log tells of a statement with its plan, 0 for never (PARVIS_SLOW_STATEMENT_MS)."""

    model_url: str | None = None
    """Where a language model answers chats as OpenAI's do, whole (PARVIS_MODEL_URL); None: none is asked."""

    model_name: str = ""
    """Which model is asked there (PARVIS_MODEL_NAME)."""

    model_key: str | None = field(default=None, repr=False)
    """Its key (PARVIS_MODEL_KEY or PARVIS_MODEL_KEY_FILE); None: it wants none."""

    allows_private_urls: bool = False
    """Identity providers and webhooks may be in our own network, without HTTPS (PARVIS_ALLOW_PRIVATE_URLS=1)."""


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises SettingsError."""
    env = os.environ if environment is None else environment
    data, is_demo = Path(env.get("PARVIS_DATA", ".parvis")).resolve(), _flag(env, "PARVIS_DEMO")
    database_url, admin_url = _url(env, "DATABASE_URL"), _url(env, "DATABASE_ADMIN_URL")
    _check_pair(database_url, admin_url)
    changes, planning = (0, 0) if is_demo else (CHANGES, PLANNING_MS)
    return Settings(
        data=data,
        database_url=database_url,
        **_connections(env),
        secret=_confidential(env, "PARVIS_SECRET") or _kept_secret(data / "secret"),
        is_demo=is_demo,
        admin_url=admin_url,
        is_introspective=_flag(env, "PARVIS_INTROSPECTION", default=is_demo),
        hsts_s=_number(env, "PARVIS_HSTS_SECONDS", default=0, low=0, high=10**9),
        cost_per_minute=_number(env, "PARVIS_COST_PER_MINUTE", default=0 if is_demo else COST, low=0, high=10**12),
        changes_per_minute=_number(env, "PARVIS_CHANGES_PER_MINUTE", default=changes, low=0, high=10**9),
        planning_ms_per_minute=_number(env, "PARVIS_PLANNING_MS_PER_MINUTE", default=planning, low=0, high=60_000),
        plan_cache_mb=_number(env, "PARVIS_PLAN_CACHE_MB", default=24, low=4, high=100_000),
        answer_cache_mb=_number(env, "PARVIS_ANSWER_CACHE_MB", default=16, low=0, high=100_000),
        live_per_person=_number(env, "PARVIS_LIVE_PER_PERSON", default=40, low=1, high=10**6),
        live_per_address=_number(env, "PARVIS_LIVE_PER_ADDRESS", default=400, low=1, high=10**6),
        live_in_all=_number(env, "PARVIS_LIVE_IN_ALL", default=20_000, low=0, high=10**6),
        replica_url=_url(env, "DATABASE_REPLICA_URL"),
        smtp_url=_smtp(env, "PARVIS_SMTP_URL"),
        mail_from=env.get("PARVIS_MAIL_FROM", "parvis@localhost"),
        dkim_key=_confidential(env, "PARVIS_DKIM_KEY"),
        dkim_selector=env.get("PARVIS_DKIM_SELECTOR", "parvis"),
        secrets=Path(env["PARVIS_SECRETS_DIR"]).resolve() if env.get("PARVIS_SECRETS_DIR") else None,
        geocoder_url=_service(env, "PARVIS_GEOCODER_URL", allows_http=_flag(env, "PARVIS_ALLOW_PRIVATE_URLS")),
        tile_url=_tiles(env, "PARVIS_TILE_URL", allows_http=_flag(env, "PARVIS_ALLOW_PRIVATE_URLS")),
        tile_credit=env.get("PARVIS_TILE_CREDIT", ""),
        operator_host=env.get("PARVIS_OPERATOR_HOST", "").strip().lower() or None,
        host_target=env.get("PARVIS_HOST_TARGET", "").strip().lower() or None,
        preview_origin=_preview(env),
        **_sms(env) | _model(env),
        **_watching(env),
        allows_private_urls=_flag(env, "PARVIS_ALLOW_PRIVATE_URLS"),
    )


def _connections(env: Mapping[str, str]) -> dict[str, Any]:
    """How many connections a process has, how many of them a migration, how old a replica may be; and the other
    clusters, which share the connections, two at least each."""
    connections = _number(env, "PARVIS_CONNECTIONS", default=16, low=LEAST_CONNECTIONS, high=500)
    try:
        clusters = cluster_list.read(_confidential(env, "PARVIS_CLUSTERS"))
    except ClusterListError as error:
        raise SettingsError(f"PARVIS_CLUSTERS is wrong: {error}") from error
    if (wanted := LEAST_CONNECTIONS * (len(clusters) + 1)) > connections:
        raise SettingsError(f"PARVIS_CONNECTIONS is too low for {len(clusters) + 1} clusters: {wanted} are wanted")
    return {
        "connections": connections,
        "clusters": clusters,
        "replica_lag_s": _number(env, "PARVIS_REPLICA_LAG_SECONDS", default=REPLICA_LAG_S, low=1, high=300),
        "migrations_at_once": _number(env, "PARVIS_MIGRATIONS_AT_ONCE", default=4, low=1, high=64),
    }


_ORIGIN = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(:[1-9][0-9]{0,4})?")


def _preview(env: Mapping[str, str]) -> str | None:
    """An origin of the installation. Raises SettingsError."""
    origin = env.get("PARVIS_PREVIEW_ORIGIN", "").strip().lower().removesuffix("/")
    if origin and not _ORIGIN.fullmatch(origin):
        raise SettingsError("PARVIS_PREVIEW_ORIGIN is no origin, as in https://apercu.example.fr")
    return origin or None


def _check_pair(database_url: str | None, admin_url: str | None) -> None:
    if admin_url and not database_url:
        raise SettingsError("DATABASE_ADMIN_URL is set without DATABASE_URL: both are wanted, or neither")


def _number(env: Mapping[str, str], name: str, *, default: int, low: int, high: int) -> int:
    text = env.get(name, str(default))
    if not text.isdecimal() or not low <= int(text) <= high:
        raise SettingsError(f"{name} is {text!r}: a number from {low} to {high} is wanted")
    return int(text)


def _flag(env: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    text = env.get(name, "1" if default else "0")
    if text not in ("0", "1"):
        raise SettingsError(f"{name} is {text!r}: 0 or 1 is wanted")
    return text == "1"


def _choice(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    text = env.get(name, choices[0])
    if text not in choices:
        raise SettingsError(f"{name} is {text!r}: one of {', '.join(choices)} is wanted")
    return text


def _confidential(env: Mapping[str, str], name: str) -> str | None:
    """A value that nobody else may see: the variable's, or that of the file which `<name>_FILE` names."""
    text, file = env.get(name), env.get(f"{name}_FILE")
    if not file:
        return text or None
    if text:
        raise SettingsError(f"{name} and {name}_FILE are both set: one of them is wanted")
    try:
        secret = Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}_FILE is {file!r}, which cannot be read: a text file is wanted") from error
    if not secret:
        raise SettingsError(f"{name}_FILE is {file!r}, which is empty")
    return secret


def _url(env: Mapping[str, str], name: str) -> str | None:
    """A libpq URL. A wrong one is not repeated, nor what libpq says of it: it may hold a password."""
    text = _confidential(env, name)
    if text is None:
        return None
    if not url.is_url(text):
        raise SettingsError(f"{name} is no URL of a database: postgresql://user@host:5432/database is wanted")
    return text


def _service(env: Mapping[str, str], name: str, *, allows_http: bool) -> str | None:
    """The address of another server."""
    text = env.get(name)
    if text and not re.fullmatch(r"https?://[!-~]+" if allows_http else r"https://[!-~]+", text):
        raise SettingsError(f"{name} is {text!r}: an address with https is wanted")
    return text or None


def _tiles(env: Mapping[str, str], name: str, *, allows_http: bool) -> str | None:
    """The address of squares of a map, with the places of their three numbers. It stands in a policy: no `;` or `,`."""
    text = _service(env, name, allows_http=allows_http)
    has_places = text is not None and all(text.count(part) == 1 for part in ("{z}", "{x}", "{y}"))
    if text and not (has_places and re.match(r"\w+://[\w.:-]+/", text)):
        raise SettingsError(f"{name} is {text!r}: an address with {{z}}, {{x}} and {{y}} after its host is wanted")
    return text


def _sms(env: Mapping[str, str]) -> dict[str, Any]:
    """What of the settings is about text messages."""
    return {
        "sms_url": _service(env, "PARVIS_SMS_URL", allows_http=_flag(env, "PARVIS_ALLOW_PRIVATE_URLS")),
        "sms_authorization": _header(env, "PARVIS_SMS_AUTHORIZATION"),
        "sms_prefixes": _prefixes(env, "PARVIS_SMS_PREFIXES"),
        "sms_per_day": _number(env, "PARVIS_SMS_PER_DAY", default=text_limit.PER_DAY, low=0, high=10**7),
    }


def _watching(env: Mapping[str, str]) -> dict[str, Any]:
    """What of the settings is about logs, traces and slow statements."""
    return {
        "log_format": _choice(env, "PARVIS_LOG", ("text", "json")),
        "traces_url": _service(env, "PARVIS_TRACES_URL", allows_http=True),
        "traces_percent": _number(env, "PARVIS_TRACES_PERCENT", default=10, low=1, high=100),
        "slow_statement_ms": _number(env, "PARVIS_SLOW_STATEMENT_MS", default=0, low=0, high=60_000),
    }


def _model(env: Mapping[str, str]) -> dict[str, Any]:
    """What of the settings is about a language model. Plain HTTP will do: it may be a program of this machine."""
    address = _service(env, "PARVIS_MODEL_URL", allows_http=True)
    name, key = env.get("PARVIS_MODEL_NAME", "").strip(), _header(env, "PARVIS_MODEL_KEY")
    if (address is None) == bool(name):
        raise SettingsError("PARVIS_MODEL_URL and PARVIS_MODEL_NAME belong together: both are wanted, or neither")
    if not re.fullmatch(r"[\w.:/@+-]{0,100}", name):
        raise SettingsError("PARVIS_MODEL_NAME is wrong: letters, digits and . : / @ + - are wanted, at most 100")
    return {"model_url": address, "model_name": name, "model_key": key}


def _header(env: Mapping[str, str], name: str) -> str | None:
    """What a header may say. A wrong one is not repeated: it is a secret."""
    text = _confidential(env, name)
    if text is not None and not re.fullmatch(r"[!-~]+( [!-~]+)*", text):
        raise SettingsError(f"{name} is wrong: letters, digits and signs of ASCII are wanted, such as `Bearer …`")
    return text


def _prefixes(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Codes of countries."""
    text = env.get(name, " ".join(text_limit.PREFIXES))
    prefixes = tuple(text.replace(",", " ").split())
    if not prefixes or not all(re.fullmatch(r"\+[1-9][0-9]{0,6}", each) for each in prefixes):
        raise SettingsError(f"{name} is {text!r}: codes of countries are wanted, such as `+33 +262`")
    return prefixes


def _smtp(env: Mapping[str, str], name: str) -> str | None:
    """The address may hold a password, so that a wrong one is not repeated."""
    text = _confidential(env, name)
    if text is not None and not re.match(r"smtps?://[^/\s]+/?$", text):
        raise SettingsError(f"{name} is wrong: smtp://host:port or smtps://user:password@host is wanted")
    return text


def secret_of(settings: Settings, name: str) -> str:
    """A secret by the name of its file in `settings.secrets`. Raises KeyError where there is none."""
    if settings.secrets is None or not SECRET_NAME.fullmatch(name):
        raise KeyError(name)
    try:
        return (settings.secrets / name).read_text("utf-8").strip()
    except OSError as error:
        raise KeyError(name) from error


def _kept_secret(file: Path) -> str:
    """A secret of this installation's own, made at the first start, readable by its owner alone."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with (
            suppress(FileExistsError),
            os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened,
        ):
            opened.write(secrets.token_urlsafe(32))
        kept = file.read_text("ascii")
    except OSError as error:
        raise SettingsError(f"cannot write {file}: {error.strerror}; set PARVIS_SECRET or PARVIS_DATA") from error
    if not kept:
        raise SettingsError(f"{file} is empty, as after a full disk: remove it, and a new one is made")
    return kept
