"""Export: everything that one tenant holds, and nothing of another, in one snapshot."""

import hashlib
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from demo.load import load
from models.base import tenant_metadata
from tenants import export
from tenants.archive import derived
from tenants.directory import ProvisioningError
from tests import twin
from tests.given import SQUARE
from tests.own import Own

WORDS = ("hirondelle", "martinet")
TABLES = sorted(table.name for table in tenant_metadata.sorted_tables)

SIGNED_IN = (
    "INSERT INTO t.identity_provider VALUES ('mairie', 'Mairie', 'GENERIC', 'https://id.example', 'parvis', 'mairie',"
    " '{openid}', '{}', '{}', true, now())",
    "INSERT INTO t.sign_in_attempt VALUES (now(), 'a@example.org', 1)",
    "INSERT INTO t.sign_in_code VALUES (gen_random_uuid(), 'a@example.org', 'digest', 0, now())",
    "INSERT INTO t.mail VALUES (gen_random_uuid(), 'SIGN_IN_CODE', 'a@example.org', gen_random_uuid(), 0, now(), now(), now())",
    "INSERT INTO t.waiting_form SELECT 'digest', 'form=Comment', now() + interval '1 hour'",
    "INSERT INTO t.account SELECT id, id, id || '@example.org', now() FROM t.actor",
    "INSERT INTO t.consent SELECT id, 'CHARTER', 2, now(), NULL FROM t.actor",
    "INSERT INTO t.invitation SELECT id, 'b@example.org', 'MODERATOR', id, now(), now(), NULL, NULL FROM t.actor",
    "INSERT INTO t.identity SELECT 'https://id.example', id, id, now() FROM t.account",
    "INSERT INTO t.session SELECT id, id, 'example.org', id, NULL, now(), now(), NULL, NULL FROM t.account",
)
"""A row in every table that signing in writes."""

MACHINES = (
    "INSERT INTO t.api_token SELECT gen_random_uuid(), 'Carte', 'digest', '{READ}', NULL, NULL, id, now(),"
    " now() + interval '1 day', NULL, NULL FROM t.actor LIMIT 1",
    "INSERT INTO t.widget SELECT id, 'Carte', '{https://example.org}', id, '{}', true, NULL, now(), NULL FROM t.activity",
    "INSERT INTO t.webhook (id, name, url, kinds, state, sealed_secret, since, stopped_at, created_at)"
    " SELECT id, 'Outil', 'https://outil.example/', '{VOTE_OPENED}', 'OFF', 'x', now(), now(), now() FROM t.widget LIMIT 1",
    "INSERT INTO t.webhook_delivery (id, webhook_id, subject_id, position, state, attempts, due_at, made_at)"
    " SELECT id, id, id, 0, 'DELIVERED', 1, now(), now() FROM t.webhook",
    "INSERT INTO t.hand_over SELECT actor.id, widget.id, 'https://example.org', actor.id, now()"
    " FROM (SELECT id FROM t.actor LIMIT 1) AS actor, (SELECT id FROM t.widget LIMIT 1) AS widget",
    "INSERT INTO t.trusted_document SELECT id, repeat('a', 64), 'Titre', '{ portal { title } }', id, now() FROM t.widget",
)
"""A row in every table that machines need."""

IMPORTED = (
    "INSERT INTO t.import_run SELECT gen_random_uuid(), 'TABLE', 'DONE', NULL, 'a.csv', 1, 'digest', 'ailleurs', id, '[]', true,"
    " 1, 1, 0, 0, 0, 1, NULL, now(), now(), NULL FROM t.activity LIMIT 1",
    "INSERT INTO t.import_chunk SELECT id, 0, 'a' FROM t.import_run",
    "INSERT INTO t.import_remark SELECT id, id, 2, 'titre', 'MISSING', NULL FROM t.import_run",
    "INSERT INTO t.imported_item SELECT 'ailleurs', 'CONTRIBUTION', '1', id, id, NULL, NULL FROM t.import_run",
    "INSERT INTO t.analysis (id, space_id, activity_id, state, attempts, edition, text_count, asked_at)"
    " SELECT id, space_id, id, 'QUEUED', 0, 0, 0, now() FROM t.activity LIMIT 1",
    "INSERT INTO t.analysis_text (id, analysis_id, rank, contribution_id, place, digest)"
    " SELECT a.id, a.id, 1, c.id, 'UNCLASSIFIED', '0' FROM t.analysis a, (SELECT id FROM t.contribution LIMIT 1) c",
    "INSERT INTO t.analysis_edit (id, analysis_id, number, change, made_at)"
    " SELECT id, id, 1, '{}', now() FROM t.analysis",
    "INSERT INTO t.declared_total SELECT id, 'SUPPORT', 1, 'ailleurs', 0 FROM t.contribution LIMIT 1",
)
"""A row in every table of imports."""

MODERATED = (
    "INSERT INTO t.moderation_case SELECT id, id, NULL, 'DECIDED', 1, 1, 1, now(), now() FROM t.contribution LIMIT 1",
    "INSERT INTO t.moderation_decision SELECT c.id, c.id, o.author_id, o.author_id, 'NOTHING', NULL, NULL, NULL, NULL, NULL,"
    " false, 'VOLUNTARY', o.title, o.body, now() FROM t.moderation_case c JOIN t.contribution o ON o.id = c.id",
    "INSERT INTO t.appeal SELECT id, id, author_id, 'Une raison qui suffit.', now(), NULL, NULL, NULL, NULL"
    " FROM t.moderation_decision",
    "INSERT INTO t.report SELECT id, id, author_id, 'VIOLENCE', NULL, NULL, '2222-2222', now(), id FROM t.moderation_decision",
    "INSERT INTO t.detection SELECT id, id, NULL, author_id, 'WORD', 'mot', NULL, now() FROM t.contribution LIMIT 1",
    "INSERT INTO t.evidence SELECT id, id, author_id, 'Nom', seen_title, seen_body, now(), repeat('0', 64), now(), now()"
    " FROM t.moderation_decision",
    "INSERT INTO t.watched_word VALUES (gen_random_uuid(), 'xylolalie', false, now())",
)
"""A row in every table of moderation."""

EXCHANGED = (
    "INSERT INTO t.exchange (id, contribution_id, author_id, proposer_id, status, is_urgent, proposed_at, changed_at)"
    " SELECT c.id, c.id, c.author_id, other.id, 'PROPOSED', false, now(), now()"
    " FROM t.contribution c JOIN t.actor other ON other.id <> c.author_id LIMIT 1",
    "INSERT INTO t.message SELECT id, id, proposer_id, 'Bonjour', NULL, 'PUBLISHED', now() FROM t.exchange",
    "INSERT INTO t.nudge SELECT id, 'HELPED', contribution_id, author_id, 1, now(), NULL, NULL FROM t.exchange",
    "INSERT INTO t.delivery_cell SELECT 613196570331971583, id FROM t.shop ON CONFLICT DO NOTHING",
    "INSERT INTO t.vouch SELECT id, author_id, proposer_id, now() FROM t.exchange",
    "INSERT INTO t.mission (id, contribution_id, organiser_id, revised_at)"
    " SELECT id, contribution_id, author_id, now() FROM t.exchange ON CONFLICT DO NOTHING",
    "INSERT INTO t.mission_slot (id, mission_id, starts_at, ends_at, capacity)"
    " SELECT id, id, now(), now() + interval '1 hour', 5 FROM t.mission ON CONFLICT DO NOTHING",
    "INSERT INTO t.sign_up (id, slot_id, organiser_id, actor_id, status, signed_up_at, changed_at)"
    " SELECT s.id, s.id, m.organiser_id, m.organiser_id, 'WAITING', now(), now()"
    " FROM t.mission_slot s JOIN t.mission m ON m.id = s.mission_id ON CONFLICT DO NOTHING",
    "INSERT INTO t.actor_block SELECT id, author_id, proposer_id, true, now() FROM t.exchange",
)
"""A row in every table of exchanges."""

PORTAL = (
    "INSERT INTO t.organisation_member SELECT gen_random_uuid(), one.id, other.id, now()"
    " FROM (SELECT min(id::text)::uuid AS id FROM t.actor) AS one, (SELECT max(id::text)::uuid AS id FROM t.actor) AS other",
    "INSERT INTO t.proposal_status SELECT gen_random_uuid(), id, 'Reçue', '#000000', 1, true, true, 1 FROM t.activity",
    "INSERT INTO t.official_response SELECT gen_random_uuid(), id, NULL, 'La mairie', 'Oui', NULL, now(), NULL, 1,"
    " '\\xffd8', '\\xff', 'digest', 'Un four en briques', 4, 3, now(), now(), 'Un visage'"
    " FROM t.contribution LIMIT 1",
    "INSERT INTO t.petition (id, contribution_id, state, submitted_at)"
    " SELECT id, id, 'SUBMITTED', now() FROM t.contribution LIMIT 1 ON CONFLICT DO NOTHING",
    "INSERT INTO t.petitioner SELECT id, id, author_id, 'SPONSOR', now() FROM t.contribution LIMIT 1",
    "INSERT INTO t.petition_sheet SELECT id, id, 1, 1, NULL, now(), 1, '{}', 0, NULL, NULL, NULL, NULL, now()"
    " FROM t.contribution LIMIT 1 ON CONFLICT DO NOTHING",
    "INSERT INTO t.petition_signature SELECT id, id, author_id, date '2026-10-01', NULL, NULL, '35238', now()"
    " FROM t.contribution LIMIT 1 ON CONFLICT DO NOTHING",
    "INSERT INTO t.petition_rule (id, activity_id, version, levels, admit_days, gather_days, acknowledge_days, answer_days, published_at) SELECT id, id, 1, '[{}]', 1, 1, 1, 1, now() FROM t.activity"
    " LIMIT 1 ON CONFLICT DO NOTHING",
    "INSERT INTO t.survey_form (id, activity_id, version, questions, changed_at, published_at)"
    " SELECT id, id, 1, '[]', now(), now() FROM t.activity LIMIT 1 ON CONFLICT DO NOTHING",
    "INSERT INTO t.survey_answer (id, activity_id, form_id, state, answers, changed_at)"
    " SELECT id, activity_id, id, 'DRAFT', '{}', now() FROM t.survey_form ON CONFLICT DO NOTHING",
    "INSERT INTO t.answer_file SELECT id, id, 'q1', NULL, 'a.txt', 'TEXT', 1, 'a', now() FROM t.survey_answer LIMIT 1"
    " ON CONFLICT DO NOTHING",
    "INSERT INTO t.survey_result (id, activity_id, question, rank, counts, counted_at)"
    " SELECT id, activity_id, 'q1', 0, '{}', now() FROM t.survey_form ON CONFLICT DO NOTHING",
    "INSERT INTO t.text_version SELECT id, id, 1, '[{}]', 1, '{}', NULL, NULL, now(), NULL FROM t.activity LIMIT 1",
    "INSERT INTO t.amendment SELECT id, id, author_id, activity_id, 1, 1, 0, 0, '', 'a', 'OPEN', NULL, NULL, NULL, NULL"
    " FROM t.contribution LIMIT 1",
    "INSERT INTO t.note SELECT gen_random_uuid(), id, NULL, author_id, 'Vu.', now() FROM t.contribution LIMIT 1",
    "INSERT INTO t.bulk_change VALUES (gen_random_uuid(), 'ASSIGNEE', 'UNDONE', NULL, NULL, '[]', 0, 0, NULL, now())",
    "INSERT INTO t.space_role SELECT gen_random_uuid(), space.id, actor.id, 'EDITOR', now()"
    " FROM (SELECT id FROM t.participatory_space LIMIT 1) AS space, (SELECT id FROM t.actor LIMIT 1) AS actor"
    " ON CONFLICT DO NOTHING",
    "INSERT INTO t.zone_change VALUES (gen_random_uuid(), 'DRAFT', 'a.geojson', 'nom', '[]', '[]', '[]', gen_random_uuid(),"
    " now())",
    "INSERT INTO t.logo VALUES (gen_random_uuid(), 'digest', 'png', 1, 1, now())",
)
"""A row in every table of the portal's own look that the demonstration leaves empty."""

TOLD = (
    "INSERT INTO t.follow (id, actor_id, contribution_id, started_at) SELECT id, author_id, id, now() FROM t.contribution LIMIT 1",
    "INSERT INTO t.notice (id, actor_id, event_id, position, kind, contribution_id, made_at)"
    " SELECT c.id, c.author_id, e.id, 1, 'COMMENTED', c.id, now() FROM t.contribution c, t.event e LIMIT 1",
    "INSERT INTO t.wave (id, contribution_id) SELECT id, id FROM t.contribution LIMIT 1 ON CONFLICT DO NOTHING",
    "INSERT INTO t.draft (id, author_id, activity_id, kind, title, body, is_anonymous, urgency, changed_at)"
    " SELECT id, author_id, activity_id, 'OFFER', '', '', false, 'NOW', now() FROM t.contribution LIMIT 1",
    "INSERT INTO t.desk_entry (id, contribution_id, organisation_id, consented_at)"
    " SELECT id, id, author_id, now() FROM t.contribution LIMIT 1",
    "INSERT INTO t.digest SELECT id, actor_id, 'DAILY', 1, now() FROM t.notice",
    "INSERT INTO t.mail_preference SELECT id, actor_id, 'DAILY', 'WEEKLY', 'fr', 21, 8, now() FROM t.notice",
)
"""A row in every table of what people follow and are told."""

JOURNAL = (
    "INSERT INTO t.event SELECT id, 'ROLE_CHANGED', id, NULL, '{}', now(), NULL FROM t.actor",
    "INSERT INTO t.event_detail SELECT id, id, 'actor', id, NULL, NULL, now() FROM t.actor",
    "INSERT INTO t.seal VALUES (1, 'root', '{peak}', now())",
    "INSERT INTO t.event_cursor VALUES ('SECURITY_LOG', 1)",
)
"""A row in every table of the journal."""


@pytest.fixture(scope="module")
def numbers(own: Own) -> dict[str, int]:
    """Two tenants that are alike but for one word, with a row in every table."""
    own.run(lambda database: load(database, [twin.twin(word) for word in WORDS], lambda _: None))
    numbers = {
        word: own.value("SELECT number FROM platform.tenant WHERE slug = %s", f"jumeau-{word}") for word in WORDS
    }
    for word, number in numbers.items():
        for text in (
            f"INSERT INTO t.idempotency SELECT id, '{word}', '', '{{}}', now() FROM t.actor",
            "INSERT INTO t.tally_delta (id, vote_id, contribution_id, key, delta)"
            " SELECT gen_random_uuid(), gen_random_uuid(), contribution_id, key, 1 FROM t.tally",
            "INSERT INTO t.cell_count_delta SELECT gen_random_uuid(), level, cell, activity_id, kind, lat, lng, 1"
            " FROM t.cell_count LIMIT 1",
            "INSERT INTO t.activity_count_delta SELECT * FROM t.activity_count LIMIT 1",
            "INSERT INTO t.ballot SELECT gen_random_uuid(), gen_random_uuid(), id, false, now() FROM t.actor",
            "INSERT INTO t.set_aside (id, activity_id, ballot_id, sign, explanation, set_aside_at)"
            " SELECT id, id, id, 'MAILBOX', 'Une boîte.', now() FROM t.activity",
            "INSERT INTO t.polling_desk SELECT id, id, 'Mairie', 'DESK', now() FROM t.activity",
            "INSERT INTO t.proof (id, activity_id, level, digest, given_at) SELECT id, id, 'EMAIL', '0', now() FROM t.activity",
            "INSERT INTO t.admission (id, activity_id, batch_id, batch_name, level, digest, added_at)"
            " SELECT id, id, id, 'Un', 'CODE', '0', now() FROM t.activity",
            "INSERT INTO t.voter_roll SELECT id, id, 'Liste', 1, 0, '[]', '[]', now() FROM t.activity",
            "INSERT INTO t.polling_typing (id, activity_id, desk_id, batch, version, ballots, valid, blank, spoilt, digest,"
            " typed_at) SELECT id, activity_id, id, 1, 1, '[{}]', 0, 1, 0, '0', now() FROM t.polling_desk",
            "INSERT INTO t.polling_agent SELECT gen_random_uuid(), polling_desk.id, actor.id, now()"
            " FROM t.polling_desk, t.actor",
            "INSERT INTO t.signing (id, activity_id, desk_id, voter_key, is_double, signed_at)"
            " SELECT id, activity_id, id, '0', false, now() FROM t.polling_desk",
            "INSERT INTO t.polling_record (id, activity_id, desk_id, version, totals, recorded_at, signatures, envelopes,"
            " valid, blank, spoilt) SELECT id, activity_id, id, 1, '[]', now(), 1, 1, 0, 1, 0 FROM t.polling_desk",
            "INSERT INTO t.past_vote SELECT id, 'a.pb', 'Budget', '', 1, 1, 1, now() FROM t.activity",
            "INSERT INTO t.vote_file SELECT id, id, 'rule.json', 1, NULL, '{}', '0', now() FROM t.activity",
            "INSERT INTO t.vote_result SELECT id, id, 'GREEDY', true, 1, 0, 1, 100, 50, now() FROM t.activity",
            "INSERT INTO t.project_award SELECT vote_result.id, vote_result.id, 1, contribution.id, true, false, 1, 1, 1, 0, NULL, '{}'"
            " FROM t.vote_result, t.contribution WHERE contribution.activity_id = vote_result.activity_id"
            " AND contribution.id = (SELECT id FROM t.contribution LIMIT 1)",
            *SIGNED_IN,
            *MACHINES,
            *IMPORTED,
            *MODERATED,
            *EXCHANGED,
            *JOURNAL,
            *PORTAL,
            *TOLD,
        ):
            own.rows(text.replace(" t.", f" t_{number}."))
    return numbers


def exported(own: Own, word: str, file: Path) -> tuple[dict[str, int], dict[str, bytes]]:
    counts = own.run(lambda database: export.export(database, f"jumeau-{word}", file))
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return counts, {name: archive.read(name) for name in archive.namelist()}


def stored(own: Own, number: int, table: str) -> list[dict[str, Any]]:
    """The rows of a table, without what PostgreSQL computes of others."""
    return [row for (row,) in own.rows(f"SELECT to_jsonb(t) - %s::text[] FROM t_{number}.{table} t", derived(table))]


def by_text(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


@pytest.mark.parametrize("word", WORDS)
def test_export_has_every_row_of_every_table(own: Own, numbers: dict[str, int], tmp_path: Path, word: str) -> None:
    counts, files = exported(own, word, tmp_path / "export.zip")
    tables = [
        name for (name,) in own.rows("SELECT tablename FROM pg_tables WHERE schemaname = %s", f"t_{numbers[word]}")
    ]
    assert sorted(tables) == TABLES
    assert sorted(files) == sorted([*(f"{table}.jsonl" for table in TABLES), "manifest.json"])
    for table in TABLES:
        rows = [json.loads(line) for line in files[f"{table}.jsonl"].splitlines()]
        assert rows, f"{table} has no row: this proves nothing"
        assert by_text(rows) == by_text(stored(own, numbers[word], table))
        assert counts[table] == len(rows)


def test_manifest_says_whose_export_it_is_and_what_it_has(own: Own, numbers: dict[str, int], tmp_path: Path) -> None:
    counts, files = exported(own, "martinet", tmp_path / "export.zip")
    manifest = json.loads(files["manifest.json"])
    assert manifest.pop("exported_at").endswith("+00:00")
    recount = {table: len(stored(own, numbers["martinet"], table)) for table in TABLES}
    assert (manifest["tenant"], manifest["number"], manifest["rows"]) == (
        "jumeau-martinet",
        numbers["martinet"],
        recount,
    )
    assert manifest["sha256"] == {name: hashlib.sha256(files[f"{name}.jsonl"]).hexdigest() for name in TABLES}
    assert manifest["hosts"] == own.value(
        "SELECT array_agg(host ORDER BY host) FROM platform.host WHERE tenant_number = %s", numbers["martinet"]
    )
    assert counts == recount


@pytest.mark.usefixtures("numbers")
def test_export_holds_nothing_of_another_tenant(own: Own, tmp_path: Path) -> None:
    for word, other in (WORDS, WORDS[::-1]):
        _, files = exported(own, word, tmp_path / f"{word}.zip")
        text = b"".join(files.values()).decode()
        assert word in text
        assert other not in text


def test_rows_written_during_an_export_are_in_none_of_its_tables(
    own: Own, numbers: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = numbers["hirondelle"]
    before = {table: len(stored(own, number, table)) for table in TABLES}
    original = export._write
    seen: list[str] = []

    async def write(connection: Any, tenant: int, name: str, archive: Any) -> Any:
        content = await original(connection, tenant, name, archive)
        if not seen:
            own.rows(f"INSERT INTO t_{number}.zone VALUES (gen_random_uuid(), 'meanwhile', %s, '{{}}')", SQUARE)
        seen.append(name)
        return content

    monkeypatch.setattr(export, "_write", write)
    counts, _ = exported(own, "hirondelle", tmp_path / "export.zip")
    own.rows(f"DELETE FROM t_{number}.zone WHERE name = 'meanwhile'")
    assert seen[0] != "zone"
    assert counts == before


def test_export_is_read_by_whoever_wrote_it_alone(own: Own, numbers: dict[str, int], tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        exported(own, WORDS[0], tmp_path / "export.zip")
    finally:
        os.umask(mask)
    assert (tmp_path / "export.zip").stat().st_mode & 0o777 == 0o600


def test_file_that_is_there_already_is_kept(own: Own, numbers: dict[str, int], tmp_path: Path) -> None:
    file = tmp_path / "kept.zip"
    file.write_text("kept")
    with pytest.raises(FileExistsError):
        exported(own, WORDS[0], file)
    assert file.read_text() == "kept"


def test_unknown_tenant_leaves_no_file(own: Own, tmp_path: Path) -> None:
    with pytest.raises(ProvisioningError, match=r"^no tenant 'nobody'$"):
        own.run(lambda database: export.export(database, "nobody", tmp_path / "export.zip"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("numbers")
def test_export_that_fails_leaves_no_file(own: Own, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = export._write

    async def write(connection: Any, tenant: int, name: str, archive: Any) -> Any:
        if name == "vote":
            raise OSError("the disk is full")
        return await original(connection, tenant, name, archive)

    monkeypatch.setattr(export, "_write", write)
    with pytest.raises(OSError, match="the disk is full"):
        exported(own, WORDS[0], tmp_path / "export.zip")
    assert list(tmp_path.iterdir()) == []
