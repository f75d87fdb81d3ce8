"""Text messages: one of 160 signs whatever the portal's name, handed to a gateway, and what becomes of them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from auth import text_message
from auth.outbound import Outbound
from auth.phone_number import PREFIXES
from auth.text_message import DemoTexter, TextMessage, TextMessageError, TextMessages, TextOutcome
from mail.letter import LOCALES
from mail.text_message import LONGEST, TextKind, plain, written
from server import settings
from server.metrics import TextReading
from server.settings import SettingsError
from tests.gateway import AUTHORIZATION, Gateway

NUMBER, CODE = "+33612345678", "012345"
MESSAGE = TextMessage(UUID(int=7), TextKind.PHONE_CODE, NUMBER, CODE)


@pytest.mark.parametrize("kind", TextKind)
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("title", ["Ville", "Bourg-l’Évêque {code} œ", "ê" * 500, "😀" * 80])
def test_message_is_one_in_every_language(kind: TextKind, locale: str, title: str) -> None:
    text = written(kind, locale, title, CODE)
    assert len(text) <= LONGEST
    assert (CODE in text) is (kind is TextKind.PHONE_CODE)
    assert text.isascii() or set(text) - set(map(chr, range(128))) <= set("éèàùÉÇ")
    assert "\n" not in text


def test_message_says_what_a_person_reads() -> None:
    told = "012345 : votre code pour voter (Fretes-sur-Loire). Il est valable 10 minutes. Ne le donnez à personne."
    assert written(TextKind.PHONE_CODE, "fr", "Frêtes-sur-Loire", CODE) == told
    assert written(TextKind.PHONE_CODE, "br", "Frêtes-sur-Loire", CODE) == told
    assert plain("Ça « coûte » l’œuvre…") == 'Ça " coute " l\'oeuvre...'


def test_message_shows_neither_number_nor_code() -> None:
    assert NUMBER not in repr(MESSAGE)
    assert CODE not in repr(MESSAGE)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def url(gateway: Gateway) -> Iterator[str]:
    with gateway.serving() as address:
        yield address


async def _sent(url: str) -> TextMessages:
    """What counts one message to a gateway."""
    outbound = Outbound(allows_private=True)
    texts = text_message.sender(outbound, url, AUTHORIZATION, None, prefixes=PREFIXES, per_day=1)
    assert texts is not None
    try:
        await texts.send(MESSAGE, "fr", "Ville")
    except TextMessageError as error:
        assert NUMBER not in str(error)
        texts.counts[TextOutcome.OVER_LIMIT] -= error.is_certain
    finally:
        await outbound.close()
    return texts


def test_gateway_gets_id_number_text_and_secret(gateway: Gateway, url: str) -> None:
    assert asyncio.run(_sent(url)).counts == {TextOutcome.SENT: 1}
    [asked] = gateway.asked
    assert asked == {"id": str(MESSAGE.id), "to": NUMBER, "text": written(TextKind.PHONE_CODE, "fr", "Ville", CODE)}
    assert gateway.authorizations == {AUTHORIZATION}


@pytest.mark.parametrize(("status", "is_certain"), [(400, True), (401, True), (503, True), (500, False), (302, False)])
def test_gateway_that_refuses_is_told_apart_from_one_that_may_have_sent(
    gateway: Gateway, url: str, status: int, *, is_certain: bool, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.status = status
    counts = asyncio.run(_sent(url)).counts
    assert counts[TextOutcome.REFUSED if is_certain else TextOutcome.UNCERTAIN] == 1
    assert counts[TextOutcome.OVER_LIMIT] == -is_certain
    assert f"was not sent: status {status}" in caplog.text
    assert not any(secret in caplog.text for secret in (NUMBER, "612345678", CODE, AUTHORIZATION))


def test_gateway_that_is_away_has_sent_nothing(gateway: Gateway) -> None:
    with gateway.serving() as url:
        pass
    assert asyncio.run(_sent(url)).counts[TextOutcome.REFUSED] == 1


def test_gateway_that_is_silent_may_have_sent(gateway: Gateway, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_message, "WITHIN_S", 0.3)
    gateway.silence.clear()
    assert asyncio.run(_sent(url)).counts[TextOutcome.UNCERTAIN] == 1


def test_demonstration_writes_messages_to_files(tmp_path: Path) -> None:
    async def send() -> None:
        outbound = Outbound()
        texts = text_message.sender(outbound, None, None, tmp_path / "sms", prefixes=PREFIXES, per_day=1)
        assert texts is not None
        await texts.send(MESSAGE, "en", "Town")
        assert text_message.sender(outbound, None, None, None, prefixes=PREFIXES, per_day=1) is None

    asyncio.run(send())
    [file] = (tmp_path / "sms").iterdir()
    text = "012345 is your code to vote (Town). It is good for 10 minutes. Give it to nobody."
    assert file.read_text("utf-8") == f"To: {NUMBER}\nId: {MESSAGE.id}\n\n{text}\n"


def test_what_belongs_to_a_message_is_done_also_when_whoever_asked_is_gone() -> None:
    async def leave() -> list[str]:
        done: list[str] = []
        texts = TextMessages(DemoTexter(Path("unused")))
        began, goes_on = asyncio.Event(), asyncio.Event()

        async def work() -> None:
            began.set()
            await goes_on.wait()
            done.append("done")

        asking = asyncio.ensure_future(texts.to_the_end(work()))
        await began.wait()
        asking.cancel()
        await asyncio.wait({asking})
        assert asking.cancelled()
        goes_on.set()
        await asyncio.gather(*texts.under_way)
        return done

    assert asyncio.run(leave()) == ["done"]


def test_settings_name_a_gateway_its_secret_and_bounds(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{AUTHORIZATION}\n", "utf-8")
    said = {
        "PARVIS_SECRET": "s",
        "PARVIS_SMS_URL": "https://sms.example/messages",
        "PARVIS_SMS_AUTHORIZATION_FILE": str(secret),
        "PARVIS_SMS_PREFIXES": "+33, +508",
        "PARVIS_SMS_PER_DAY": "0",
    }
    kept = settings.read(said)
    assert (kept.sms_url, kept.sms_authorization) == ("https://sms.example/messages", AUTHORIZATION)
    assert (kept.sms_prefixes, kept.sms_per_day) == (("+33", "+508"), 0)
    assert AUTHORIZATION not in repr(kept)
    usual = settings.read({"PARVIS_SECRET": "s"})
    assert (usual.sms_url, usual.sms_prefixes, usual.sms_per_day) == (None, PREFIXES, 1000)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARVIS_SMS_URL", "http://sms.example"),
        ("PARVIS_SMS_PREFIXES", ""),
        ("PARVIS_SMS_PREFIXES", "33"),
        ("PARVIS_SMS_PREFIXES", "+0"),
        ("PARVIS_SMS_PER_DAY", "-1"),
        ("PARVIS_SMS_AUTHORIZATION", "Bearer geheim\r\nX-Other: 1"),
        ("PARVIS_SMS_AUTHORIZATION", "Bearer gehéim"),
    ],
)
def test_wrong_setting_is_named_and_a_secret_is_not_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as raised:
        settings.read({"PARVIS_SECRET": "s", name: value})
    assert "geh" not in str(raised.value)


def test_metrics_have_every_outcome() -> None:
    texts = TextMessages(DemoTexter(Path("unused")))
    texts.counts[TextOutcome.OVER_LIMIT] += 2
    [family] = TextReading(texts).collect()
    told = {sample.labels["outcome"]: sample.value for sample in family.samples}
    assert told == {"sent": 0, "refused": 0, "uncertain": 0, "over_limit": 2}
    assert list(TextReading(None).collect()) == []
