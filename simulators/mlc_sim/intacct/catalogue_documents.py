"""The documents beside bills: adjustments, payments, journals and purchasing, each with its lines.

Field names are documented; QTY_CONVERTED and QTY_REMAINING of PODOCUMENTENTRY and the link fields of lines to
their headers are inferred.
"""

from typing import Final

from mlc_sim.intacct.object_types import ObjectType, make_document, make_fields, make_line

_DIMENSIONS: Final = (
    "LOCATIONID DEPARTMENTID PROJECTID CUSTOMERID VENDORID EMPLOYEEID ITEMID CLASSID WAREHOUSEID TASKID"
)
_BILL_STATES: Final = {
    "D": "Draft",
    "PA": "Partially Approved",
    "S": "Submitted",
    "U": "Declined",
    "A": "Posted",
}
_PAYMENT_STATES: Final = {"C": "Posted", "D": "Draft", "A": "Approved", "S": "Submitted", "V": "Voided"}
_JOURNAL_STATES: Final = {
    "I": "Draft",
    "S": "Submitted",
    "X": "Partially Approved",
    "A": "Approved",
    "P": "Posted",
    "R": "Declined",
    "L": "Reversal pending",
    "Z": "Reversed",
}
_PURCHASING_STATES: Final = {
    "S": "Submitted",
    "A": "Approved",
    "X": "Partially Approved",
    "R": "Declined",
    "I": "Draft",
    "O": "Pending",
    "D": "Closed",
    "G": "In Progress",
    "C": "Converted",
    "P": "Partially Converted",
}
_AUDIT_MODES: Final = {"Access": "A", "Modify": "M", "Create": "C", "Delete": "D", "Workflow": "W"}
DOCUMENTS: Final = (
    ObjectType(
        name="AUDITHISTORY",
        key="RECORDNO",
        table="entry",
        fields=make_fields("OBJECTTYPE OBJECTKEY ACCESSMODE USERID", timestamp="ACCESSTIME", integer="ID"),
        columns={"RECORDNO": "record_no", "ID": "record_no", "MEGAENTITYID": "entity", "OBJECTTYPE": "key"},
        labels={"ACCESSMODE": _AUDIT_MODES},
    ),
    make_document(
        "APADJUSTMENT",
        "RECORDTYPE RECORDID STATE DOCNUMBER VENDORNAME DESCRIPTION CURRENCY BASECURR SUPDOCID PRBATCH EXCH_RATE_TYPE_ID",
        key="VENDORID",
        lines="APADJUSTMENTITEMS=APADJUSTMENTITEM",
        states=_BILL_STATES,
        date="WHENCREATED WHENPOSTED WHENPAID",
        timestamp="AUWHENCREATED",
        decimal="TOTALENTERED TOTALDUE TOTALPAID TOTALSELECTED TRX_TOTALENTERED TRX_TOTALDUE TRX_TOTALPAID"
        " TRX_TOTALSELECTED EXCHANGE_RATE",
    ),
    make_line(
        "APADJUSTMENTITEM",
        "RECORDKEY",
        f"ACCOUNTNO ACCOUNTTITLE ENTRYDESCRIPTION CURRENCY BASECURR {_DIMENSIONS}",
        decimal="AMOUNT TRX_AMOUNT TOTALTRXAMOUNT",
    ),
    make_document(
        "APPYMT",
        "FINANCIALENTITY PAYMENTMETHOD DOCNUMBER DESCRIPTION PAYMENTREQUESTMETHOD STATE CURRENCY BASECURR",
        key="VENDORID",
        lines="APPYMTDETAILS=APPYMTDETAIL",
        states=_PAYMENT_STATES,
        date="WHENCREATED PAYMENTDATE",
        timestamp="AUWHENCREATED",
        decimal="TOTALENTERED TRX_TOTALENTERED EXCHANGE_RATE",
    ),
    make_line(
        "APPYMTDETAIL",
        "PAYMENTKEY",
        f"CURRENCY ACCOUNTNO ACCOUNTLABEL {_DIMENSIONS}",
        integer="RECORDKEY ENTRYKEY POSADJKEY POSADJENTRYKEY ADJUSTMENTKEY",
        decimal="TRX_PAYMENTAMOUNT PAYMENTAMOUNT TRX_ADJUSTMENTAMOUNT",
    ),
    make_document(
        "GLBATCH",
        "BATCH_TITLE BATCHNO STATE REFERENCENO BASELOCATION_NO SUPDOCID HISTORY_COMMENT MODULE",
        key="JOURNAL",
        lines="ENTRIES=GLENTRY",
        states=_JOURNAL_STATES,
        date="BATCH_DATE REVERSEDATE",
        timestamp="WHENCREATED",
    ),
    make_line(
        "GLENTRY",
        "BATCHNO",
        f"ACCOUNTNO LOCATION DEPARTMENT DESCRIPTION DOCUMENT CURRENCY BASECURR EXCH_RATE_TYPE_ID STATE {_DIMENSIONS}",
        integer="TR_TYPE",
        decimal="AMOUNT TRX_AMOUNT EXCHANGE_RATE",
        date="ENTRY_DATE EXCH_RATE_DATE",
    ),
    make_document(
        "PODOCUMENT",
        "DOCNO DOCPARID STATE CUSTVENDID CUSTVENDNAME CREATEDFROM PONUMBER VENDORDOCNO MESSAGE TERMNAME CURRENCY"
        " BASECURR EXCH_RATE_TYPE_ID SUPDOCID PAYTO.CONTACTNAME RETURNTO.CONTACTNAME",
        key="DOCID",
        lines="PODOCUMENTENTRIES=PODOCUMENTENTRY",
        states=_PURCHASING_STATES,
        parts=("PODOCUMENTSUBTOTALS",),
        date="WHENCREATED WHENPOSTED WHENDUE",
        timestamp="AUWHENCREATED",
        integer="PRRECORDKEY",
        decimal="TOTAL SUBTOTAL TRX_TOTAL TRX_SUBTOTAL EXCHANGE_RATE",
    ),
    make_line(
        "PODOCUMENTSUBTOTALS",
        "DOCHDRNO",
        "DOCHDRID DESCRIPTION GLACCOUNT LOCATIONID DEPARTMENTID",
        decimal="TOTAL",
    ),
    make_line(
        "PODOCUMENTENTRY",
        "DOCHDRNO",
        f"DOCHDRID ITEMDESC UNIT MEMO SOURCE_DOCID STATE {_DIMENSIONS}",
        integer="SOURCE_DOCLINEKEY",
        decimal="QUANTITY QTY_CONVERTED QTY_REMAINING PRICE TOTAL",
    ),
)
