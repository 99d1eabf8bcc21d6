"""The objects this gateway knows: their fields, what kind of value each holds, and where the store keeps them.

Field names are those of the Intacct documentation and of integrations in use; what is inferred is named in the
modules of masters and documents.
"""

from collections.abc import Mapping
from typing import Final

from mlc_sim.intacct.catalogue_documents import DOCUMENTS
from mlc_sim.intacct.catalogue_masters import CONTACT, MASTER_TYPES
from mlc_sim.intacct.object_types import Kind, ObjectType, make_fields, make_master

__all__ = ["MASTERS", "OBJECTS", "Kind", "ObjectType"]

_VENDOR: Final = (
    "NAME STATE TERMNAME CURRENCY TAXID VENDTYPE GLGROUP PARENTID PARENTKEY PARENTNAME ONHOLD DONOTCUTCHECK COMMENTS"
    " VENDORACCOUNTNO ACCOUNTLABEL APACCOUNT APACCOUNTTITLE OFFSETGLACCOUNTNO PAYMETHODKEY PAYMENTPRIORITY"
    " SUPDOCID OBJECTRESTRICTION RESTRICTEDLOCATIONS RESTRICTEDDEPARTMENTS ONETIME BILLINGTYPE NAME1099"
    " FORM1099TYPE FORM1099BOX ISINDIVIDUAL RETURNTO.CONTACTNAME CONTACTINFO.CONTACTNAME "
) + " ".join(f"{contact}.{name}" for contact in ("PAYTO", "DISPLAYCONTACT") for name in CONTACT.split())
_BILL: Final = (
    "RECORDTYPE RECORDID RECORD_URL STATE RAWSTATE VENDORID VENDORNAME DOCNUMBER DESCRIPTION TERMNAME"
    " PAYMENTPRIORITY ONHOLD BASECURR CURRENCY PRBATCH SUPDOCID BILLTOPAYTOCONTACTNAME SHIPTORETURNTOCONTACTNAME"
    " EXCH_RATE_TYPE_ID INCLUSIVETAX TAXSOLUTIONID MODULEKEY"
)
_LINE: Final = (
    "ACCOUNTNO ACCOUNTTITLE ACCOUNTLABEL OFFSETGLACCOUNTNO ENTRYDESCRIPTION LOCATIONID DEPARTMENTID PROJECTID TASKID"
    " COSTTYPEID CUSTOMERID VENDORID EMPLOYEEID ITEMID CLASSID CONTRACTID WAREHOUSEID ALLOCATION BILLABLE FORM1099"
    " FORM1099TYPE FORM1099BOX BASECURR CURRENCY STATE"
)

_TYPES: Final = (
    make_master("VENDOR", "VENDORID", _VENDOR, decimal="CREDITLIMIT TOTALDUE", timestamp="WHENCREATED"),
    *MASTER_TYPES,
    *DOCUMENTS,
    ObjectType(
        name="APBILL",
        key="RECORDNO",
        table="bill",
        fields=make_fields(
            _BILL,
            date="WHENCREATED WHENPOSTED WHENDUE WHENPAID RECPAYMENTDATE EXCH_RATE_DATE",
            timestamp="AUWHENCREATED",
            decimal="TOTALENTERED TRX_TOTALENTERED TOTALDUE TRX_TOTALDUE TOTALPAID TRX_TOTALPAID TOTALSELECTED"
            " TRX_TOTALSELECTED EXCHANGE_RATE",
        ),
        columns={
            "RECORDNO": "record_no",
            "MEGAENTITYID": "entity",
            "VENDORID": "vendor_id",
            "RECORDID": "number",
        },
        lines="APBILLITEMS",
        line_object="APBILLITEM",
        labels={
            "STATE": {
                "D": "Draft",
                "PA": "Partially Approved",
                "S": "Submitted",
                "U": "Declined",
                "A": "Posted",
            }
        },
    ),
    ObjectType(
        name="APBILLITEM",
        key="RECORDNO",
        table="bill_line",
        fields=make_fields(_LINE, integer="RECORDKEY LINE_NO", decimal="AMOUNT TRX_AMOUNT TOTALTRXAMOUNT"),
        columns={"RECORDNO": "record_no", "MEGAENTITYID": "entity", "RECORDKEY": "bill_no"},
    ),
)
OBJECTS: Final[Mapping[str, ObjectType]] = {each.name: each for each in _TYPES}
MASTERS: Final = tuple(each.name for each in _TYPES if each.table == "record")
