"""How a user wants dates and times: readUserFormatting, and the zone that every time stamp is written and read in.

Documented: formats belong to the user; seen on a live tenant: the elements of the answer, and that time stamps of
query answers and of filter values are in the user's zone. Inferred: that only offsets occur here, not named zones.
"""

from lxml import etree

from mlc_sim.intacct.calls import Call, Outcome
from mlc_sim.intacct.dimensions import refuse
from mlc_sim.intacct.problems import FunctionError
from mlc_sim.intacct.schema import text_of


def read_user_formatting(body: etree._Element, call: Call) -> Outcome:
    """The formats of a user, of the caller unless one is named."""
    user_id = text_of(body, "userId") or call.user_id
    if user_id not in call.books.company.users:
        raise FunctionError(refuse(f"Invalid User '{user_id}' specified."))
    data = etree.Element("data", listtype="userformatting", count="1")
    formatting = etree.SubElement(data, "userformatting")
    texts = {
        "recordno": str(1 + sorted(call.books.company.users).index(user_id)),
        "locale": "en_US",
        "dateformat": call.settings.date_format,
        "gmtoffset": call.settings.gmt_offset,
        "clock": str(call.settings.clock),
    }
    for name, text in texts.items():
        etree.SubElement(formatting, name).text = text
    return Outcome(parts=(data,))
