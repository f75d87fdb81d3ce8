"""The logo: put on the portal by an administrator, and taken off again; sent to everybody by its digest."""

from sqlalchemy import BigInteger, Integer, bindparam, delete, func, insert, literal_column, null, select, update

from models.base import new_id, table
from models.event import EventKind
from models.logo import Logo
from models.refusal import not_found
from models.tenant import Tenant, settings_id
from planner.act import Act, Outcome, value

_logo, _tenant = table(Logo), table(Tenant)
_named = {name: value(Logo, name) for name in ("id", "digest", "content", "width", "height")}
_FORGET = delete(_logo).where(_logo.c.digest != value(Logo, "digest"))
_KEEP = insert(_logo).from_select((*_named, "created_at"), select(*_named.values(), func.now()).where(
    ~select(_logo.c.id).where(_logo.c.digest == value(Logo, "digest")).exists()
))  # fmt: skip
_number, _next = bindparam("number", type_=BigInteger()), _tenant.c.version + literal_column("1", Integer)
SHOW = update(_tenant).where(_tenant.c.number == _number).values(logo_url=value(Tenant, "logo_url"), version=_next)
HIDE = (
    update(_tenant)
    .where(_tenant.c.number == _number, _tenant.c.logo_url.is_not(None))
    .values(logo_url=null(), version=_next)
)
FORGET = delete(_logo)
SENT = select(_logo.c.content).where(_logo.c.digest == value(Logo, "digest"))


def address(digest: str) -> str:
    """Where the portal sends a logo."""
    return f"/logo-{digest}.png"


async def put(act: Act, *, content: bytes, digest: str, width: int, height: int) -> Outcome:
    """Show a PNG in the place of the logo that there was."""
    own = settings_id(act.asker.tenant)
    await act.watch((Tenant, own))
    await act.execute(_FORGET, digest=digest)
    await act.execute(_KEEP, id=new_id(), digest=digest, content=content, width=width, height=height)
    await act.execute(SHOW, number=act.asker.tenant, logo_url=address(digest))
    return act.did(EventKind.LOGO_CHANGED, own, number=act.asker.tenant)


async def remove(act: Act) -> Outcome:
    """Show none."""
    own = settings_id(act.asker.tenant)
    await act.watch((Tenant, own))
    if not await act.execute(HIDE, number=act.asker.tenant):
        raise not_found("logo")
    await act.execute(FORGET)
    return act.did(EventKind.LOGO_CHANGED, own, number=act.asker.tenant)
