"""The objects this gateway knows: their fields, what kind of value each holds, and where the store keeps them.

Field names are those of the Intacct documentation and of integrations in use; DUEDATE, DUEFROM and the discount
fields of APTERM are inferred.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final


class Kind(Enum):
    """How a field's value is written and compared."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"  #: kept as YYYY-MM-DD, written MM/DD/YYYY
    TIMESTAMP = "timestamp"  #: kept as YYYY-MM-DDTHH:MM:SS, written MM/DD/YYYY HH:MM:SS, both GMT


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectType:
    """One object. `columns` are the fields that are columns of their table; the others live in its JSON."""

    name: str
    key: str
    table: str
    fields: Mapping[str, Kind]
    columns: Mapping[str, str] = field(default_factory=dict)

    def kept_sql(self, name: str) -> str:
        """The SQL expression of a field as it is kept."""
        return self.columns.get(name) or f"json_extract(body, '$.\"{name}\"')"

    def sql(self, name: str) -> str:
        """The SQL expression of a field, ready to be compared with a value of its kind."""
        casts = {Kind.INTEGER: "INTEGER", Kind.DECIMAL: "REAL"}
        kind, value = self.fields[name], self.kept_sql(name)
        return f"CAST({value} AS {casts[kind]})" if kind in casts and name not in self.columns else value


def _fields(text: str, **kinds: str) -> dict[str, Kind]:
    """Field names by kind; MEGAENTITYID, RECORDNO and WHENMODIFIED belong to every object."""
    fields = dict.fromkeys(text.split(), Kind.TEXT)
    for kind, names in kinds.items():
        fields |= dict.fromkeys(names.split(), Kind(kind))
    return fields | {"RECORDNO": Kind.INTEGER, "MEGAENTITYID": Kind.TEXT, "WHENMODIFIED": Kind.TIMESTAMP}


def _master(name: str, key: str, text: str, **kinds: str) -> ObjectType:
    return ObjectType(
        name=name,
        key=key,
        table="record",
        fields=_fields(f"{key} STATUS {text}", **kinds),
        columns={"RECORDNO": "record_no", "MEGAENTITYID": "entity", key: "id"},
    )


_CONTACT: Final = (
    "CONTACTNAME PRINTAS COMPANYNAME TAXABLE TAXGROUP PREFIX FIRSTNAME LASTNAME INITIAL PHONE1 PHONE2 CELLPHONE"
    " PAGER FAX EMAIL1 EMAIL2 URL1 URL2 MAILADDRESS.ADDRESS1 MAILADDRESS.ADDRESS2 MAILADDRESS.ADDRESS3"
    " MAILADDRESS.CITY MAILADDRESS.STATE MAILADDRESS.ZIP MAILADDRESS.COUNTRY MAILADDRESS.ISOCOUNTRYCODE"
)
_VENDOR: Final = (
    "NAME TERMNAME CURRENCY TAXID VENDTYPE GLGROUP PARENTID PARENTKEY PARENTNAME ONHOLD DONOTCUTCHECK COMMENTS"
    " VENDORACCOUNTNO ACCOUNTLABEL APACCOUNT APACCOUNTTITLE OFFSETGLACCOUNTNO PAYMETHODKEY PAYMENTPRIORITY"
    " SUPDOCID OBJECTRESTRICTION RESTRICTEDLOCATIONS RESTRICTEDDEPARTMENTS ONETIME BILLINGTYPE NAME1099"
    " FORM1099TYPE FORM1099BOX ISINDIVIDUAL PAYTO.CONTACTNAME RETURNTO.CONTACTNAME CONTACTINFO.CONTACTNAME "
) + " ".join(f"DISPLAYCONTACT.{name}" for name in _CONTACT.split())
_ACCOUNT: Final = (
    "TITLE CATEGORY ACCOUNTTYPE NORMALBALANCE CLOSINGTYPE CLOSINGACCOUNTNO ALTERNATIVEACCOUNT REQUIREDEPT REQUIRELOC"
    " REQUIREPROJECT REQUIRETASK REQUIRECUSTOMER REQUIREVENDOR REQUIREEMPLOYEE REQUIREITEM REQUIRECLASS"
    " REQUIRECONTRACT REQUIREWAREHOUSE"
)
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
    _master("VENDOR", "VENDORID", _VENDOR, decimal="CREDITLIMIT TOTALDUE", timestamp="WHENCREATED"),
    _master("GLACCOUNT", "ACCOUNTNO", _ACCOUNT, timestamp="WHENCREATED"),
    _master("DEPARTMENT", "DEPARTMENTID", "TITLE PARENTKEY PARENTID SUPERVISORNAME CUSTTITLE"),
    _master("LOCATION", "LOCATIONID", "NAME PARENTKEY PARENTID CURRENCY"),
    _master("CLASS", "CLASSID", "NAME DESCRIPTION PARENTID", timestamp="WHENCREATED"),
    _master(
        "PROJECT",
        "PROJECTID",
        "NAME DESCRIPTION CURRENCY PROJECTCATEGORY PROJECTSTATUS PARENTID CUSTOMERID PROJECTTYPE LOCATIONID",
        date="BEGINDATE ENDDATE",
    ),
    _master(
        "APTERM",
        "NAME",
        "DESCRIPTION DUEFROM DISCFROM DISCPERCAMN",
        integer="DUEDATE DISCDATE",
        decimal="DISCAMOUNT",
    ),
    ObjectType(
        name="APBILL",
        key="RECORDNO",
        table="bill",
        fields=_fields(
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
    ),
    ObjectType(
        name="APBILLITEM",
        key="RECORDNO",
        table="bill_line",
        fields=_fields(_LINE, integer="RECORDKEY LINE_NO", decimal="AMOUNT TRX_AMOUNT"),
        columns={"RECORDNO": "record_no", "MEGAENTITYID": "entity", "RECORDKEY": "bill_no"},
    ),
)
OBJECTS: Final[Mapping[str, ObjectType]] = {each.name: each for each in _TYPES}
MASTERS: Final = tuple(each.name for each in _TYPES if each.table == "record")
