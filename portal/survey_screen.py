"""Survey screens: the lines of surveys in the table of addresses."""

from portal import place
from portal.message import mark as _
from portal.screen_kind import EDITOR, Screen

SURVEY_SCREENS: tuple[Screen, ...] = (
    Screen(
        "/enquete/{id}",
        "survey",
        "{activity.title}",
        {"Save": "/enquete/{activity.id}?sheet={nextPage}#questions", "Send": "/enquete/{activity.id}?enregistre=1"},
        place.around,
        about="{activity.description}",
        locates="town",
    ),
    Screen("/enquete/{id}/imprimer", "survey_print", _("Imprimer – {activity.title}")),
    Screen("/enquete/{id}/resultats", "survey_results", _("Résultats – {activity.title}")),
    Screen(
        "/gestion/enquetes/{id}",
        "desk_survey",
        _("Questionnaire – {activity.title}"),
        needs_sign_in=True,
        role=EDITOR,
        right="activity.space.mayEdit",
    ),
    Screen(
        "/gestion/enquetes/{id}/question",
        "desk_survey_question",
        _("Question – {activity.title}"),
        {"Put": "/gestion/enquetes/{surveyForm.activity.id}?enregistre=1#{question}"},
        needs_sign_in=True,
        role=EDITOR,
        right="activity.space.mayEdit",
    ),
    Screen(
        "/gestion/enquetes/{id}/saisie",
        "desk_survey_paper",
        _("Saisie papier – {activity.title}"),
        {"Enter": "/gestion/enquetes/{activity.id}/saisie?enregistre=1"},
        place.around,
        needs_sign_in=True,
        role=EDITOR,
        right="activity.space.mayEdit",
        locates="town",
    ),
)
