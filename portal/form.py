"""Forms: a form is a mutation of its screen's document; refusals stand beside their fields, and nothing is lost."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from portal import value, word
from portal.document import ScreenDocument
from portal.fit import NothingLeftError, fitted
from portal.message import catalogue
from portal.visit import Fields, Visit

NAME = "form"
"""The hidden field that says which mutation a form is."""

INSTEAD = "instead"
"""A button of this name, anywhere on the page, sends its form as that of another mutation."""

STEP = "step"
"""A button of this name shows another step of the form, with all that was typed; nothing runs."""

KEY = "idempotencyKey"
REUSED = "IDEMPOTENCY_KEY_REUSED"
"""The form was sent before with something else, as whoever goes back sends it: it is sent again under another key."""


def new_key() -> str:
    """A key under which a form is sent once."""
    return secrets.token_urlsafe(18)


@dataclass(frozen=True, slots=True)
class Form:
    """One form as a template shows it: what was typed and, by field, a sentence that says why it was refused."""

    name: str = ""
    typed: Fields = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    step: str = ""
    key: str = field(default_factory=new_key)
    told: Mapping[str, Any] = field(default_factory=dict)
    """What the payload of the form before holds, of a screen that shows it once."""

    def value(self, name: str, usual: object = "") -> str:
        """What was typed into a field, else what it usually says."""
        typed = self.typed.get(name)
        return typed[-1] if typed else ("" if usual is None else str(usual))

    def begun(self, usual: Mapping[str, object]) -> "Form":
        """The form as a draft had left it, unless something was typed since; fields without a value are left out."""
        if self.name:
            return self
        texts = {name: given if isinstance(given, list) else [given] for name, given in usual.items() if given}
        return replace(self, typed={name: [str(one) for one in many] for name, many in texts.items()})

    def refusing(self, refused: Mapping[str, str]) -> "Form":
        """The form with what can be told before it is sent."""
        return replace(self, refused={**self.refused, **refused})

    def values(self, name: str) -> list[str]:
        """Everything that was chosen of a field."""
        return list(self.typed.get(name, ()))

    def error(self, name: str) -> str | None:
        """Why a field was refused, or one of its parts."""
        parts = (sentence for key, sentence in self.refused.items() if key == name or key.startswith(f"{name}."))
        return next(parts, None)


@dataclass(frozen=True, slots=True)
class Done:
    """A mutation that ran: what its payload holds."""

    name: str
    payload: Mapping[str, Any]


class UnknownFormError(Exception):
    """No form of this screen, in this scope, has the name that was sent."""


class SignedOutError(Exception):
    """The visitor is not signed in (any more): what was typed goes through signing in."""


def shown(posted: Fields | None, names: frozenset[str]) -> Form:
    """A form as it was left: what was typed, at the step that was asked for."""
    if posted is None:
        return Form()
    name = (posted.get(INSTEAD) or posted.get(NAME) or [""])[-1]
    if name not in names:
        raise UnknownFormError
    typed = {key: texts for key, texts in posted.items() if key not in (NAME, INSTEAD, STEP)}
    key = (posted.get(KEY) or [""])[-1]
    left = Form(name, typed, {}, (posted.get(STEP) or [""])[-1])
    return replace(left, key=key) if key else left


async def submit(visit: Visit, document: ScreenDocument, form: Form) -> Form | Done:
    """Run a form's mutation: Done, or the form with its refusals.

    Raises UnknownFormError where the scope does not have it, and SignedOutError.
    """
    try:
        fit = fitted(document.text, visit.schema, form.name)
    except NothingLeftError as error:
        raise UnknownFormError from error
    read = value.typed(fit.variables, visit.schema, form.typed, visit.house.time_zone)
    if read.refused:
        return _refused(form, {path: _said(visit, code) for path, code in read.refused.items()})
    answer = await visit.ask(fit.text, read.values, may_change=True)
    if answer.data is None:
        return _refused(form, {problem.field or "": _said(visit, problem.code) for problem in answer.problems})
    [payload] = fit.filled(answer.data).values()
    errors = payload["userErrors"]
    if any(error["code"] == "UNAUTHENTICATED" for error in errors):
        raise SignedOutError
    if errors:
        if any(error["code"] == REUSED for error in errors):
            form = replace(form, key=new_key())
        return _refused(form, {read.named(error["field"] or ""): error["explanation"] for error in errors})
    return Done(form.name, payload)


def _refused(form: Form, refused: Mapping[str, str]) -> Form:
    """The form again. Under its key nothing ran, so that it may be sent again under the same."""
    return Form(form.name, form.typed, refused, form.step, form.key)


def _said(visit: Visit, code: str) -> str:
    """Why something was refused before the mutation ran, which explains its own refusals."""
    return catalogue(visit.language).gettext(word.REFUSALS.get(code, word.OTHERWISE))
