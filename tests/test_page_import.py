"""The pages of imports and exports: a file is sent, tried, imported and undone by forms alone."""

import re

import pytest

from counting import vote_result
from tests.browser import Browser
from tests.conftest import Portal
from tests.given import Given
from tests.importing import sent, settled
from tests.test_edition import SMALL
from tests.test_page_portal import activity, signed_in

FILE = "id;titre;texte;date\n1;Un banc importé;Ici;31/01/2024\n2;Un arbre importé;Là;31/02/2024\n"


@pytest.fixture
def browser(rennes: Portal) -> Browser:
    return signed_in(Browser(rennes.client, rennes.host), "ADMIN")


def upload(browser: Browser, target: str, content: str = FILE, source: str = "pages", **headers: str) -> str:
    """Where a browser is led that sends a file."""
    answer = browser._send(
        "POST",
        "/import/file",
        {"origin": browser.origin, **headers},
        files={"file": ("idées.csv", content)},
        data={"activity": target, "source": source},
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_file_is_sent_tried_imported_and_undone_by_forms(given: Given, rennes: Portal, browser: Browser) -> None:
    target = activity(rennes, "IDEA_BOX")
    assert target in browser.get("/gestion/imports").text
    path = upload(browser, target)
    assert re.fullmatch(rf"/gestion/imports/importrun_{rennes.number}_[0-9a-f-]{{36}}", path)
    run = path.rpartition("/")[2]
    admin = rennes.admin()
    settled(given, admin, run)
    page = browser.get(path).text
    assert "Ce n’est pas une date" in page or "ce n’est pas une date" in page
    assert '<th scope="row">3</th><td>date</td><td>31/02/2024</td>' in page
    assert re.search(r"Importer\s1\sligne", page)
    assert browser.submit(path, {"form": "Confirm", "importRun": run}).status_code == 303
    settled(given, admin, run)
    assert "Annuler l’import" in browser.get(path).text
    ask = 'query($a: ID!) { contributions(activity: $a, search: "importé") { nodes { id } } }'
    [found] = rennes.ask(ask, a=target)["contributions"]["nodes"]
    shown = browser.get(f"/contribution/{found['id']}").text
    assert re.search(r"Reprise\sde\spages\.", shown)
    assert browser.submit(path, {"form": "Undo", "importRun": run}).status_code == 303
    settled(given, admin, run)
    assert browser.get(f"/contribution/{found['id']}").status_code == 404
    answer = browser.submit(path, {"form": "Discard", "importRun": run})
    assert (answer.status_code, answer.headers["location"]) == (303, "/gestion/imports")
    assert browser.get(path).status_code == 404


def test_columns_are_said_in_the_form(given: Given, rennes: Portal, browser: Browser) -> None:
    path = upload(browser, activity(rennes, "IDEA_BOX"), "Quoi;Reste\nUn banc;Ici même\n", source="colonnes")
    run = path.rpartition("/")[2]
    settled(given, rennes.admin(), run)
    fields = {"form": "Check", "importRun": run, "targets": ["TITLE", "BODY"], "source": "colonnes"}
    assert browser.submit(path, fields).status_code == 303  # type: ignore[arg-type]  # One field twice.
    columns = settled(given, rennes.admin(), run)["columns"]
    assert [found["target"] for found in columns] == ["TITLE", "BODY"]
    twice = browser.submit(path, {**fields, "targets": ["TITLE", "TITLE"]})  # type: ignore[dict-item]
    assert twice.status_code == 422
    assert "Ce que dit chaque colonne" in twice.text


@pytest.mark.parametrize(("content", "source", "said"), [("", "x", "REQUIRED"), (FILE, "", "TOO_SHORT")])
def test_file_that_was_not_received_says_what_to_do(
    rennes: Portal, browser: Browser, content: str, source: str, said: str
) -> None:
    target = activity(rennes, "IDEA_BOX")
    path = upload(browser, target, content, source)
    assert path == f"/gestion/imports?refused={said}&activity={target}&source={source}"
    page = browser.get(path).text
    assert 'role="alert"' in page
    assert f'<option value="{target}" selected>' in page and f'maxlength="120" value="{source}"' in page


def test_portal_without_an_activity_is_told_to_make_one_first(given: Given, rennes: Portal) -> None:
    town = given.tenant(rennes, "import-empty", "commune-35238")
    given.actor(town, role="ADMIN")
    page = signed_in(Browser(town.client, town.host), "ADMIN").get("/gestion/imports").text
    assert 'action="/import/file"' not in page and 'href="/gestion/espaces#nouveau"' in page


def test_form_of_another_site_sends_no_file(given: Given, rennes: Portal, browser: Browser) -> None:
    before = given.row_counts(rennes)
    answer = browser._send(
        "POST",
        "/import/file",
        {"origin": "https://elsewhere.example"},
        files={"file": ("a.csv", FILE)},
        data={"activity": activity(rennes, "IDEA_BOX"), "source": "x"},
    )
    assert answer.status_code == 403
    assert given.row_counts(rennes) == before


def test_page_of_an_import_is_one_statement_and_for_administrators(
    given: Given, rennes: Portal, browser: Browser
) -> None:
    path = upload(browser, activity(rennes, "IDEA_BOX"), source="une seule")
    settled(given, rennes.admin(), path.rpartition("/")[2])
    browser.get(path)
    before = rennes.running.database.statement_count
    assert browser.get(path).status_code == 200
    assert rennes.running.database.statement_count - before == 1
    assert signed_in(Browser(rennes.client, rennes.host), "MODERATOR").get(path).status_code == 404


def test_exports_lead_to_files(rennes: Portal, browser: Browser) -> None:
    page = browser.get("/gestion/exports").text
    links = set(re.findall(r'href="(/export/[^"]+)"', page))
    assert {"/export/contributions.xlsx", "/export/contributions.csv", "/export/comments.xlsx"} <= links
    for link in sorted(links)[:4]:
        assert browser.get(link.replace("&amp;", "&")).status_code == 200


def test_page_of_open_data_lists_every_file(rennes: Portal) -> None:
    page = Browser(rennes.client, rennes.host).get("/donnees").text
    for link in re.findall(r'href="(/opendata/[^"]+)"', page):
        assert rennes.client.get(link, headers={"host": rennes.host}).status_code == 200
    assert page.count('href="/opendata/') == 17


@pytest.mark.parametrize("path", ["/%00", "/a%00b", "/" + "x" * 600])
def test_odd_path_is_no_old_address(rennes: Portal, path: str) -> None:
    assert rennes.client.get(path, headers={"host": rennes.host}).status_code == 404


def test_finished_vote_is_tried_imported_and_undone_by_forms(given: Given, rennes: Portal) -> None:
    admin = given.actor(rennes, role="ADMIN")
    target = given.activity(rennes, kind="PARTICIPATORY_BUDGET", vote_method="APPROVAL")
    run = sent(admin, target, SMALL.encode(), name="vote.pb")
    settled(given, admin, run)
    browser, path = signed_in(Browser(rennes.client, rennes.host), "ADMIN"), f"/gestion/imports/{run}"
    page = plain(browser.get(path).text)
    assert "Les bulletins d’un vote terminé" in page and "Le fichier annonce 2 lauréats." in page
    rule = re.findall(r'<tr><th scope="row">([^<]+)</th><td>(.*?)</td><td>(.*?)</td></tr>', page)
    assert [one for one in rule if one[0] in ("Le plus sur un bulletin", "Budget")] == [
        ("Le plus sur un bulletin", "4", "–"),
        ("Budget", "1 000 €", "–"),
    ]
    assert "Importer 4 projets et leurs bulletins" in page
    without = {
        "form": "Check",
        "importRun": run,
        "mayTakeBallots": "false",
        "mayAddCategories": "on",
        "activity": target,
    }
    assert browser.submit(path, without | {"source": "pages"}).status_code == 303
    settled(given, admin, run)
    assert "Importer 4 lignes" in plain(browser.get(path).text)
    assert browser.submit(path, without | {"source": "pages", "mayTakeBallots": "true"}).status_code == 303
    settled(given, admin, run)
    assert browser.submit(path, {"form": "Confirm", "importRun": run}).status_code == 303
    settled(given, admin, run)
    given.run(vote_result.count(given.database, admin.number))
    admin.running.database.versions[admin.number] += 1
    page = plain(browser.get(path).text)
    assert f'href="/resultats/{target}"' in page and "l’activité reprend sa règle d’avant" in page
    results = plain(browser.get(f"/resultats/{target}").text)
    assert re.search(r"<dt>des votants ont au moins un projet retenu</dt><dd>100 %</dd>", results)
    assert "on ne connaît que les totaux" not in results
    assert "Une piste" in results and "Fichier importé" in results
    desks = plain(browser.get(f"/gestion/votes/{target}/bureaux").text)
    assert "Fichier importé, bulletins 1 à 6" in desks and "6 bulletins" in desks and "Dépouiller" not in desks
    english = browser.get(f"/en{path}").text
    assert "The ballots of a finished vote" in english
    assert browser.submit(path, {"form": "Undo", "importRun": run}).status_code == 303
    settled(given, admin, run)
    assert "Une piste" not in plain(browser.get(f"/activite/{target}").text)


def plain(page: str) -> str:
    """A page with usual spaces."""
    return re.sub(r"[\u00a0\u202f]|&nbsp;", " ", page)
