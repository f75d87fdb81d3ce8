"""Pages of texts: from opening to the answer by forms, without script, with three people, a moderator and an editor."""

import pytest

from tests.amending import SOURCE, THREE, TWO, amendment, body, consulted, decide, proposed
from tests.amending import publish as publish_text
from tests.conftest import Portal
from tests.given import Given
from tests.test_dashboard import SAID
from tests.test_page_petition import Visitor
from tests.test_text_version import STYLES, docx, p


@pytest.fixture
def admin(given: Given, town: Portal) -> Visitor:
    return Visitor(given.actor(town, role="ADMIN"))


@pytest.fixture
def moderator(given: Given, town: Portal) -> Visitor:
    return Visitor(given.actor(town, role="MODERATOR"))


def person(given: Given, town: Portal) -> Visitor:
    return Visitor(given.actor(town))


def amend(who: Visitor, activity: str, article: int, wording: str, **fields: str) -> str:
    """The page of an amendment that was proposed by the form."""
    page = f"/texte/{activity}/article/{article}/amender"
    said = {"title": "Un amendement", "body": "Pour que ce soit plus clair."}
    typed = {"form": "Propose", "activity": activity, "article": str(article), "version": "1", "wording": wording}
    answer = who.submit(page, typed | said | fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def test_text_goes_from_its_first_words_to_the_answer_by_forms(
    given: Given, town: Portal, admin: Visitor, moderator: Visitor
) -> None:
    activity = given.activity(town, kind="CONSULTATION", vote_method="OPINION")
    desk, page = f"/gestion/activites/{activity}/texte", f"/texte/{activity}"
    assert desk in admin.get(f"/gestion/activites/{activity}").text
    assert "Aucun texte n’est encore publié" in Visitor(town).get(page).text
    refused = admin.submit(desk, {"form": "Prepare", "activity": activity, "version": "0", "source": "# \nrien"})
    assert refused.status_code == 303 or "à partir de la ligne" in refused.text
    assert (
        admin.submit(desk, {"form": "Prepare", "activity": activity, "version": "0", "source": SOURCE}).status_code
        == 303
    )
    shown = admin.get(desk).text
    assert "La version 1, à relire" in shown and "arrosage est permis" in shown
    draft = shown.partition('name="draft" value="')[2].partition('"')[0]
    published = admin.submit(desk, {"form": "Publish", "activity": activity, "draft": draft})
    assert published.status_code == 303 and SAID in admin.get(published.headers["location"]).text
    one, two, three = (person(given, town) for _ in range(3))
    shown = one.get(page).text
    assert f"{page}/article/{TWO}/amender" in shown and f"{page}/article/1/amender?partie=titre" in shown
    assert "L&#39;arrosage est permis le soir." in one.get(f"{page}/article/{TWO}/amender").text
    assert "Lire et amender le texte" in one.get(f"/activite/{activity}").text
    words = body(town, activity, TWO)
    first = amend(one, activity, TWO, words.replace("le soir", "après dix-neuf heures"), title="Après le travail")
    second = amend(two, activity, TWO, words.replace("permis le soir", "permis <toujours>"), title="Toujours")
    third = amend(three, activity, THREE, "", title="Plus d'outils")
    shown = two.get(first).text
    assert "<del>" in shown and "après dix-neuf heures" in shown and "retiré" in shown
    assert (
        two.submit(first, {"form": "Vote", "contribution": first.rsplit("/", 1)[1], "choice": "FOR"}).status_code == 303
    )
    said = {"form": "Comment", "contribution": first.rsplit("/", 1)[1], "body": "Bonne idée, le soir il fait frais."}
    assert three.submit(first, said).status_code == 303
    assert (
        "permis &lt;toujours&gt;" in one.get(second).text.replace("permis </ins>", "")
        or "&lt;toujours&gt;" in one.get(second).text
    )
    id_ = first.rsplit("/", 1)[1]
    work = f"/gestion/amendements/{id_}"
    assert work in moderator.get(first).text and one.get(work).status_code == 404
    assert "Toujours" in moderator.get(work).text
    wrong = moderator.submit(work, {"form": "Decide", "contribution": id_, "decision": "ACCEPTED", "answer": "Oui."})
    assert wrong.status_code == 422 and ">Oui.</textarea>" in wrong.text
    told = {"form": "Decide", "contribution": id_, "decision": "ACCEPTED", "answer": "Le conseil en est d'accord."}
    assert moderator.submit(work, told).status_code == 303
    other = second.rsplit("/", 1)[1]
    overlap = moderator.submit(f"/gestion/amendements/{other}", told | {"contribution": other})
    assert overlap.status_code == 422 and "Après le travail" in overlap.text
    assert "Accepté" in one.get(first).text and "Le conseil en est d’accord." in one.get(first).text.replace(
        "'", "’"
    ).replace("&#39;", "’")
    assert admin.submit(desk, {"form": "Prepare", "activity": activity, "version": "1"}).status_code == 303
    shown = admin.get(desk).text
    assert "1\u00a0amendement accepté y est repris." in shown or "1 amendement accepté y est repris." in shown
    draft = shown.partition('name="draft" value="')[2].partition('"')[0]
    publish = {"form": "Publish", "activity": activity, "draft": draft}
    assert admin.submit(desk, publish).status_code == 422
    assert admin.submit(desk, publish | {"reason": "Le conseil municipal en a délibéré."}).status_code == 303
    shown = Visitor(town).get(page).text
    assert "permis après dix-neuf heures" in shown and "Le conseil municipal en a délibéré." in shown
    shown = Visitor(town).get(f"{page}/amendements").text
    for words in ("Après le travail", "Accepté", "Caduc", "Toujours", "Plus d’outils", f"{page}/versions/2"):
        assert words in shown.replace("'", "’").replace("&#39;", "’"), words
    assert "Plus d" not in Visitor(town).get(f"{page}/amendements?article={TWO}").text
    changes = Visitor(town).get(f"{page}/versions/2").text
    assert "De la version 1 à la version 2" in changes and "<del>" in changes and "Sans changement." in changes
    assert amendment(town, third.rsplit("/", 1)[1])["state"] == "OPEN"


def test_amendment_that_is_refused_loses_no_word(given: Given, town: Portal, admin: Visitor) -> None:
    activity = consulted(given, town, admin.who)
    author, page = person(given, town), f"/texte/{activity}/article/{TWO}/amender"
    typed = {"form": "Propose", "activity": activity, "article": str(TWO), "version": "1"}
    said = {"wording": "Des mots <à moi>.", "title": "Mon titre", "body": "Ma raison à moi."}
    short = author.submit(page, typed | said | {"title": "M"})
    assert short.status_code == 422 and "Des mots &lt;à moi&gt;." in short.text and "Ma raison à moi." in short.text
    same = author.submit(page, typed | said | {"wording": body(town, activity, TWO)})
    assert same.status_code == 422 and "Changez au moins un mot." in same.text
    other = proposed(given.actor(town), activity, TWO, "soir", "midi")
    assert decide(admin.who, other) == []
    publish_text(admin.who, activity, 1)
    late = author.submit(page, typed | said)
    assert late.status_code == 422 and "Des mots &lt;à moi&gt;." in late.text
    assert "L’article a changé entre-temps" in late.text and 'name="version" value="2"' in late.text
    assert author.submit(page, typed | said | {"version": "2"}).status_code == 303
    gone = author.submit(f"/texte/{activity}/article/99/amender", typed | said | {"article": "99", "version": "2"})
    assert gone.status_code == 422 and "Des mots &lt;à moi&gt;." in gone.text


def test_file_is_read_and_shown_before_it_is_published(given: Given, town: Portal, admin: Visitor) -> None:
    activity = given.activity(town, kind="CONSULTATION", vote_method="OPINION")

    def sent(who: Portal, content: bytes, version: str = "0", page: bool = True) -> tuple[int, str]:
        headers = {"host": who.host} | ({"origin": f"http://{who.host}"} if page else {})
        headers |= {"authorization": f"Bearer {who.token}"} if who.token else {}
        given_ = {"activity": activity, "version": version}
        answer = who.client.post("/text/file", data=given_, files={"file": ("t.docx", content)}, headers=headers)
        return answer.status_code, answer.text

    document = docx(p("Chapitre I", "Titre1") + p("Article 1", "Art") + p("Ouvert à tous."), STYLES)
    assert sent(given.actor(town), document)[0] == 422
    assert sent(town, document)[0] == 403
    status, text = sent(admin.who, document)
    assert status == 201 and text.startswith('{"draft":"textversion_')
    assert "Ouvert à tous." in admin.get(f"/gestion/activites/{activity}/texte").text
    assert [sent(admin.who, content)[0] for content in (b"\xff\xfe", b"PK", b"", docx(p("a" * 17_000_000)))] == [
        422
    ] * 4
    assert sent(admin.who, document, "1")[0] == 422
    assert sent(admin.who, b"# Un\n\nDeux.")[0] == 201
    shown = admin.get(f"/gestion/activites/{activity}/texte?refused=TOO_LARGE").text
    assert "Ce document contient bien plus qu’un texte." in shown and "Deux." in shown


def test_pages_of_editors_are_for_them_alone(given: Given, town: Portal, admin: Visitor) -> None:
    activity = consulted(given, town, admin.who)
    stranger = person(given, town)
    assert stranger.get(f"/gestion/activites/{activity}/texte").status_code == 404
    assert Visitor(town).get(f"/texte/{activity}").status_code == 200
    assert "Préparer la suite" not in stranger.get(f"/texte/{activity}").text
    assert "Préparer la suite" in admin.get(f"/texte/{activity}").text
    assert "Cette version n’existe pas." in stranger.get(f"/texte/{activity}/versions/7").text


def test_heading_is_amended_by_a_form_that_loses_no_word(given: Given, town: Portal, admin: Visitor) -> None:
    activity = consulted(given, town, given.actor(town, role="ADMIN"))
    who = person(given, town)
    page = f"/texte/{activity}/article/{TWO}/amender"
    assert f"{page}?partie=titre" in who.get(page).text
    shown = who.get(f"{page}?partie=titre").text
    assert 'value="Article 2"' in shown and "<textarea" in shown and 'id="wording" name="wording" type="text"' in shown
    fields = {"form": "Propose", "activity": activity, "article": str(TWO), "version": "1", "isOnHeading": "true"}
    fields |= {"title": "Nommer l'eau", "body": "Parce que cela sera plus clair pour tout le monde."}
    refused = who.submit(f"{page}?partie=titre", fields | {"wording": ""})
    assert refused.status_code == 422 and "Nommer l&#39;eau" in refused.text and 'name="isOnHeading"' in refused.text
    done = who.submit(f"{page}?partie=titre", fields | {"wording": "Article 2 – De l'eau"})
    assert done.status_code == 303
    assert "Ce qu’il change dans le titre" in who.get(done.headers["location"]).text
    assert "Titre\u00a0:" in who.get(f"/texte/{activity}/amendements").text
