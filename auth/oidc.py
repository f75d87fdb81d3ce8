"""Signing in at an identity provider: OpenID Connect's code flow with state, nonce and PKCE (S256)."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote_plus, urlencode

from joserfc.jwk import KeySet

from auth import email_code, id_token
from auth.account import NAME_LENGTH, CivilIdentity, Person, public_name
from auth.discovery import Discovery, Metadata, json_object
from auth.id_token import Claims, StatementError
from auth.outbound import Outbound, OutboundError
from auth.provider import CIVIL_SCOPES, RULES, Provider
from auth.secret import new_token

_FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}


class SignInError(Exception):
    """Signing in at the provider did not succeed; the message is for the log, without a word of the person's."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What a sign-in under way must come back with; kept in the browser, signed."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who came back from a provider, and the token that ends the session there."""

    person: Person
    id_token: str


class RelyingParty:
    """Speaks with providers. `secret_of` reads the secret of a provider's client; LookupError where there is none."""

    def __init__(self, outbound: Outbound, secret_of: Callable[[Provider], str]) -> None:
        self._outbound = outbound
        self._secret_of = secret_of
        self._discovery = Discovery(outbound)

    async def begin(self, provider: Provider, redirect_uri: str, *, certifies: bool = False) -> tuple[str, Flow]:
        """The address to send the browser to, and what to keep until it comes back. `certifies`: the civil identity is
        asked for, too. Raises SignInError."""
        metadata = await self._metadata(provider)
        flow = Flow(new_token(), new_token(), new_token())
        challenge = base64.urlsafe_b64encode(hashlib.sha256(flow.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(dict.fromkeys((*provider.scopes, *(CIVIL_SCOPES if certifies else ())))),
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        if provider.acr_values:
            asked["acr_values"] = " ".join(provider.acr_values)
        return _with_query(metadata.authorization_endpoint, asked), flow

    async def finish(self, provider: Provider, redirect_uri: str, flow: Flow, answer: Mapping[str, str]) -> Arrival:
        """Who came back, from the query of the provider's redirect. Raises SignInError."""
        metadata = await self._metadata(provider)
        code = _code(metadata, flow, answer)
        try:
            tokens = await self._tokens(provider, metadata, redirect_uri, flow, code)
            token, access = tokens.get("id_token"), tokens.get("access_token")
            if not isinstance(token, str) or not isinstance(access, str):
                raise SignInError("the provider gave no token")
            claims = await self._signed(provider, token)
            id_token.check_id_token(
                claims,
                issuer=provider.issuer,
                client_id=provider.client_id,
                nonce=flow.nonce,
                acr_values=provider.acr_values,
            )
            id_token.check_access_token(claims, access)
            further = await self._further(provider, metadata, access, str(claims["sub"]))
        except (OutboundError, StatementError) as error:
            raise SignInError(str(error)) from error
        return Arrival(_person(provider, {**claims, **further}), token)

    async def end_url(self, provider: Provider, token: str, return_to: str) -> str | None:
        """Where a browser ends its session at the provider and comes back from; None where it cannot."""
        metadata = await self._metadata(provider)
        if metadata.end_session_endpoint is None:
            return None
        asked = {"id_token_hint": token, "state": new_token(), "post_logout_redirect_uri": return_to}
        return _with_query(metadata.end_session_endpoint, asked)

    async def _metadata(self, provider: Provider) -> Metadata:
        try:
            return await self._discovery.metadata(provider.issuer)
        except OutboundError as error:
            raise SignInError(f"discovery: {error}") from error

    async def _tokens(
        self, provider: Provider, metadata: Metadata, redirect_uri: str, flow: Flow, code: str
    ) -> dict[str, object]:
        try:
            secret = self._secret_of(provider)
        except LookupError as error:
            raise SignInError("the client's secret is not there") from error
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": flow.verifier,
        }
        headers = dict(_FORM)
        if metadata.takes_basic and not RULES[provider.preset].posts_secret:
            pair = f"{quote_plus(provider.client_id)}:{quote_plus(secret)}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": provider.client_id, "client_secret": secret}
        answer = await self._outbound.request("POST", metadata.token_endpoint, headers, urlencode(form).encode())
        return json_object(answer.status, answer.body)

    async def _further(self, provider: Provider, metadata: Metadata, access: str, subject: str) -> Claims:
        """What the provider tells beside the ID token, as JSON or as a signed token, about the same person."""
        if metadata.userinfo_endpoint is None:
            return {}
        headers = {"authorization": f"Bearer {access}", "accept": "application/json, application/jwt"}
        answer = await self._outbound.request("GET", metadata.userinfo_endpoint, headers)
        if answer.headers.get("content-type", "").partition(";")[0].strip() == "application/jwt":
            if answer.status != 200:
                raise OutboundError(f"it answered {answer.status}")
            claims = await self._signed(provider, answer.body.decode("latin-1"))
            id_token.check_audience(claims, provider.issuer, provider.client_id)
        else:
            claims = json_object(answer.status, answer.body)
        if claims.get("sub") != subject:
            raise StatementError("the user information is about somebody else")
        return claims

    async def _signed(self, provider: Provider, token: str) -> Claims:
        """Claims under one of the provider's keys; the keys are asked for anew where none fits: it may be new."""
        try:
            return id_token.signed_claims(token, await self._keys(provider))
        except StatementError:
            return id_token.signed_claims(token, await self._keys(provider, anew=True))

    async def _keys(self, provider: Provider, *, anew: bool = False) -> KeySet:
        return await self._discovery.keys(provider.issuer, anew=anew)


def _code(metadata: Metadata, flow: Flow, answer: Mapping[str, str]) -> str:
    """The code of an answer to this very sign-in, from this very provider. Raises SignInError."""
    if not hmac.compare_digest(answer.get("state", "").encode(), flow.state.encode()):
        raise SignInError("the answer is to another question")
    if answer.get("iss", None if metadata.names_itself else metadata.issuer) != metadata.issuer:
        raise SignInError("the answer is another provider's")
    if "code" not in answer or "error" in answer:
        raise SignInError("the provider refused")
    return answer["code"]


def _person(provider: Provider, claims: Claims) -> Person:
    """What the tenant wants to know of the claims; an address counts only where the provider confirmed it, and an
    operator wrote the provider down: an administrator's own could confirm anybody's, and open that account."""
    given = {ours: claims.get(theirs) for ours, theirs in provider.claims.items()}
    email, name = given.get("email"), public_name(given.get("name"))
    is_operators = provider.sealed_secret is None
    is_confirmed = is_operators and _is_true(given.get("email_verified")) and isinstance(email, str)
    return Person(
        provider.issuer,
        str(claims["sub"]),
        email_code.address(str(email)) if is_confirmed else None,
        name[:NAME_LENGTH] if name else None,
        _civil(claims) if provider.is_certifying else None,
    )


def _civil(claims: Claims) -> CivilIdentity | None:
    """The civil identity, where all of it is told; of somebody whose birthday is not known there is none."""
    given, family, born = (claims.get(name) for name in CIVIL_SCOPES)
    if not (isinstance(given, str) and isinstance(family, str) and isinstance(born, str) and given and family):
        return None
    try:
        return CivilIdentity(given, family, date.fromisoformat(born))
    except ValueError:
        return None


def _is_true(claim: object) -> bool:
    """Some providers write the boolean as a text. Nothing else is taken for it: a doubt makes no account one's own."""
    return claim is True or claim == "true"


def _with_query(url: str, query: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"
