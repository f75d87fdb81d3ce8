"""Photos of desks' records («procès-verbaux»): sent and seen by the desk's agents and administrators."""

from urllib.parse import quote

import counting.polling_record
from server.page.photo import Pictured

PATH = "/bureau/photo"
POLLING_RECORD = Pictured(
    "pollingrecord",
    path=PATH,
    shown_at=f"{PATH}/{{id:str}}",
    id_field="record",
    page_field="desk",
    page=lambda desk, _record: (f"/bureau/{quote(desk, safe='')}/proces-verbal", "#photo"),
    absent="There is no such record.",
    may_send=counting.polling_record.may_send_photo,
    photo=counting.polling_record.photo,
    put=lambda act, record, kept: counting.polling_record.put_photo(act, record, kept.content, kept.digest),
)
