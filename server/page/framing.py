"""Framing: which sites may show a page in a frame, and which other page one shows; all others may and do nothing."""

from collections.abc import Mapping

from auth.widget_token import WidgetTokens
from portal.visit import Page

_POLICY = "content-security-policy"
_FRAMED, _FRAMES = "frame-ancestors 'none'", "frame-src 'self'"


class Framing:
    """Widens the policy of the pages that say so, by the origins of the tenant's widgets and by that of the preview."""

    def __init__(self, tokens: WidgetTokens, preview: str | None) -> None:
        self._tokens = tokens
        self._preview = preview

    async def of(self, tenant: int, page: Page, headers: Mapping[str, str]) -> Mapping[str, str]:
        """A page's headers."""
        if page.is_embed:
            origins = sorted(await self._tokens.origins(tenant))
            return _changed(headers, _FRAMED, " ".join(("frame-ancestors 'self'", *origins)))
        if page.has_preview and self._preview is not None:
            return _changed(headers, _FRAMES, f"{_FRAMES} {self._preview}")
        return headers


def _changed(headers: Mapping[str, str], one: str, other: str) -> Mapping[str, str]:
    policy = headers[_POLICY]
    assert one in policy
    return {**headers, _POLICY: policy.replace(one, other)}
