"""Photos of petitions' sheets: sent and seen by those who speak for the city."""

from urllib.parse import quote

import resolvers.signature_sheet
from server.page.photo import Pictured

PATH = "/petition/feuille/{id:str}/photo"
PETITION_SHEET = Pictured(
    "petitionsheet",
    path=PATH,
    shown_at=PATH,
    id_field="sheet",
    page_field="contribution",
    page=lambda petition, _sheet: (f"/gestion/petitions/{quote(petition, safe='')}/feuilles", ""),
    absent="There is no such sheet.",
    may_send=resolvers.signature_sheet.may_send_photo,
    photo=resolvers.signature_sheet.photo,
    put=lambda act, sheet, kept: resolvers.signature_sheet.put_photo(act, sheet, kept.content, kept.digest),
)
