"""Functions of the older kind in the terms of the generic objects: which element is which field (documented pages)."""

from collections.abc import Mapping
from typing import Final

from lxml import etree

from mlc_sim.intacct.schema import text_of

_DIMENSIONS: Final = {
    f"{name}id": f"{name.upper()}ID"
    for name in [
        "location",
        "department",
        "project",
        "customer",
        "vendor",
        "employee",
        "item",
        "class",
        "contract",
        "warehouse",
    ]
}
_CURRENCY: Final = {
    "basecurr": "BASECURR",
    "currency": "CURRENCY",
    "exchratedate": "EXCH_RATE_DATE",
    "exchratetype": "EXCH_RATE_TYPE_ID",
    "exchrate": "EXCHANGE_RATE",
}
BILL: Final = {
    "vendorid": "VENDORID",
    "datecreated": "WHENCREATED",
    "dateposted": "WHENPOSTED",
    "datedue": "WHENDUE",
    "termname": "TERMNAME",
    "action": "ACTION",
    "batchkey": "PRBATCH",
    "billno": "RECORDID",
    "ponumber": "DOCNUMBER",
    "onhold": "ONHOLD",
    "description": "DESCRIPTION",
    "payto": "BILLTOPAYTOCONTACTNAME",
    "returnto": "SHIPTORETURNTOCONTACTNAME",
    "supdocid": "SUPDOCID",
    "inclusivetax": "INCLUSIVETAX",
    "taxsolutionid": "TAXSOLUTIONID",
    **_CURRENCY,
}
ADJUSTMENT: Final = {
    "vendorid": "VENDORID",
    "datecreated": "WHENCREATED",
    "dateposted": "WHENPOSTED",
    "batchkey": "PRBATCH",
    "adjustmentno": "RECORDID",
    "action": "ACTION",
    "billno": "DOCNUMBER",
    "description": "DESCRIPTION",
    "taxsolutionid": "TAXSOLUTIONID",
    **_CURRENCY,
}
LINE: Final = {
    "accountlabel": "ACCOUNTLABEL",
    "glaccountno": "ACCOUNTNO",
    "offsetglaccountno": "OFFSETGLACCOUNTNO",
    "amount": "TRX_AMOUNT",
    "allocationid": "ALLOCATION",
    "memo": "ENTRYDESCRIPTION",
    "item1099": "FORM1099",
    "form1099type": "FORM1099TYPE",
    "form1099box": "FORM1099BOX",
    "billable": "BILLABLE",
    "taskid": "TASKID",
    "costtypeid": "COSTTYPEID",
    **_DIMENSIONS,
}
JOURNAL: Final = {
    "journalid": "JOURNAL",
    "datecreated": "BATCH_DATE",
    "reversedate": "REVERSEDATE",
    "description": "BATCH_TITLE",
    "referenceno": "REFERENCENO",
    "sourceentity": "BASELOCATION_NO",
}
JOURNAL_LINE: Final = {
    "trtype": "TR_TYPE",
    "amount": "TRX_AMOUNT",
    "glaccountno": "ACCOUNTNO",
    "document": "DOCUMENT",
    "memo": "DESCRIPTION",
    **_DIMENSIONS,
    "locationid": "LOCATION",
    "departmentid": "DEPARTMENT",
    **_CURRENCY,
}
PURCHASE: Final = {
    "transactiontype": "DOCPARID",
    "datecreated": "WHENCREATED",
    "dateposted": "WHENPOSTED",
    "createdfrom": "CREATEDFROM",
    "vendorid": "CUSTVENDID",
    "documentno": "DOCNO",
    "referenceno": "PONUMBER",
    "vendordocno": "VENDORDOCNO",
    "termname": "TERMNAME",
    "datedue": "WHENDUE",
    "message": "MESSAGE",
    "returnto": "RETURNTO.CONTACTNAME",
    "payto": "PAYTO.CONTACTNAME",
    "supdocid": "SUPDOCID",
    "state": "STATE",
    **_CURRENCY,
}
PURCHASE_LINE: Final = {
    "itemid": "ITEMID",
    "itemdesc": "ITEMDESC",
    "warehouseid": "WAREHOUSEID",
    "quantity": "QUANTITY",
    "unit": "UNIT",
    "price": "PRICE",
    "sourcelinekey": "SOURCE_DOCLINEKEY",
    "sourcedocid": "SOURCE_DOCID",
    "sourcedoclineid": "SOURCE_DOCLINEKEY",
    "itemdetails": "ITEMDETAILS",
    "memo": "MEMO",
    **_DIMENSIONS,
}
PAYMENT_REQUEST: Final = {
    "bankaccountid": "FINANCIALENTITY",
    "chargecardid": "FINANCIALENTITY",
    "vendorid": "VENDORID",
    "paymentmethod": "PAYMENTMETHOD",
    "grouppayments": "GROUPPAYMENTS",
    "paymentdate": "PAYMENTDATE",
    "paymentoption": "PAYMENTREQUESTMETHOD",
    "documentnumber": "DOCNUMBER",
    "paymentdescription": "DESCRIPTION",
    "paymentcontact": "PAYMENTCONTACT",
}
MANUAL_PAYMENT: Final = {
    "bankaccountid": "FINANCIALENTITY",
    "chargecardid": "FINANCIALENTITY",
    "vendorid": "VENDORID",
    "memo": "DESCRIPTION",
    "paymentmethod": "PAYMENTMETHOD",
    "checkdate": "PAYMENTDATE",
    "checkno": "DOCNUMBER",
    **_CURRENCY,
}
PAYMENT_ITEM: Final = {
    "glaccountno": "ACCOUNTNO",
    "accountlabel": "ACCOUNTLABEL",
    "paymentamount": "TRX_AMOUNT",
    "item1099": "FORM1099",
    **_DIMENSIONS,
}
TERM: Final = {
    "name": "NAME",
    "description": "DESCRIPTION",
    "status": "STATUS",
    "dueday": "DUEDATE",
    "duefrom": "DUEFROM",
    "discday": "DISCDATE",
    "discfrom": "DISCFROM",
    "discamount": "DISCAMOUNT",
    "discpercamn": "DISCPERCAMN",
}
VENDOR: Final = {
    "vendorid": "VENDORID",
    "name": "NAME",
    "parentid": "PARENTID",
    "termname": "TERMNAME",
    "glaccountno": "APACCOUNT",
    "accountlabel": "ACCOUNTLABEL",
    "vendtype": "VENDTYPE",
    "taxid": "TAXID",
    "creditlimit": "CREDITLIMIT",
    "billingtype": "BILLINGTYPE",
    "vendoraccountno": "VENDORACCOUNTNO",
    "onhold": "ONHOLD",
    "donotcutcheck": "DONOTCUTCHECK",
    "comments": "COMMENTS",
    "status": "STATUS",
    "currency": "CURRENCY",
    "onetime": "ONETIME",
    "returnto": "RETURNTO.CONTACTNAME",
    "payto": "PAYTO.CONTACTNAME",
    "primary": "CONTACTINFO.CONTACTNAME",
    "supdocid": "SUPDOCID",
    "offsetglaccountno": "OFFSETGLACCOUNTNO",
}


def read_form(element: etree._Element, names: Mapping[str, str]) -> dict[str, str]:
    """The fields of a header or line by their generic names, with custom fields; others are not simulated, and left out."""
    custom = {
        text_of(field, "customfieldname"): text_of(field, "customfieldvalue")
        for field in element.iterfind("customfields/customfield")
    }
    return {names[tag]: _read(child) for child in element if (tag := str(child.tag)) in names} | custom


def _read(element: etree._Element) -> str:
    """A text, a day of year, month and day, the name of a contact, or of how many pieces there are details."""
    if element.find("year") is not None:
        return "/".join(text_of(element, part).zfill(2) for part in ("month", "day", "year"))
    if element.find("itemdetail") is not None:
        return str(len(element))
    if len(element):
        return (element.findtext(".//contactname") or "").strip()
    return element.text or ""
