"""The functions of the older kind: which children, in which order, with which attributes.

The order is the one the vendor's published schema of 2019 enforces (documented); elements the documentation has
added since stand where its tables put them (inferred). Written as content models of a DTD.
"""

from typing import Final

_CURRENCY: Final = "(basecurr?, currency, ((exchratedate?, exchratetype) | exchrate))?"
_CONTACT: Final = "(contact | contactname)"
_DAY: Final = "year, month, day"
_AFTER_VENDOR: Final = (
    "termname?, glaccountno?, accountlabel?, vendtype?, taxid?, creditlimit?, paymethod?, outsourcecheck?,"
    " outsourceach?, billingtype?, vendoraccountno?, displocacctnocheck?, onhold?, donotcutcheck?, comments?,"
    " status?, currency?"
)
_VENDOR_REST: Final = (
    "primary?, returnto?, payto?, contactinfo?, contactto1099?, contactlist?, name1099?, form1099type?,"
    " form1099box?, customfields?, paymentnotify?, achenabled?, wireenabled?, checkenabled?,"
    " achbankroutingnumber?, achaccountnumber?, achaccounttype?, achremittancetype?, wirebankname?,"
    " wirebankroutingnumber?, wireaccountnumber?, wireaccounttype?, pmplusremittancetype?, pmplusemail?,"
    " pmplusfax?, displaytermdiscount?, visibility?, supdocid?, mergepaymentreq?, offsetglaccountno?"
)
_POTRANSACTION: Final = (
    "referenceno?, vendordocno?, termname?, {due}, message?, shippingmethod?, {returnto}, {payto}, deliverto?,"
    f" supdocid?, externalid?, {_CURRENCY}, customfields?, state?"
)
_POITEM: Final = (
    "itemdesc?, taxable?, warehouseid?, {quantity}, unit?, linelevelsimpletaxtype?, price?, {source}"
    "deliverto?, {tax}locationid?, departmentid?, memo?, itemdetails?, form1099?, form1099type?, form1099box?,"
    " customfields?, projectid?, customerid?, vendorid?, employeeid?, classid?, contractid?, billable?"
)
_SUBTOTAL: Final = (
    "description, total, absval?, percentval?, locationid?, departmentid?, projectid?, customerid?, vendorid?,"
    " employeeid?, classid?, itemid?, contractid?, customfields?"
)
_LINE: Final = (
    "memo?, locationid?, departmentid?, item1099?, form1099type?, form1099box?, {paid}customfields?,"
    " revrectemplate?, defrevaccount?, revrecstartdate?, revrecenddate?, projectid?, taskid?, costtypeid?,"
    " customerid?, vendorid?, employeeid?, itemid?, classid?, contractid?, warehouseid?, billable?, taxentries?"
)
_RATE: Final = "(currency, ((exchratedate?, exchratetype) | exchrate))?"
_SUPDOC: Final = "supdocid, supdocname?, supdocfoldername?, supdocdescription?, attachments?"
#: Bills and adjustments, which have their lines alike.
_BILLS: Final = {
    "create_bill": "vendorid, datecreated, dateposted?, ((datedue, termname?) | termname), action?, batchkey?, billno?,"
    " ponumber?, onhold?, description?, externalid?, payto?, returnto?, "
    f"{_CURRENCY}, nogl?, supdocid?, customfields?, inclusivetax?, taxsolutionid?, billitems",
    "billitems": "lineitem+",
    "create_apadjustment": "vendorid, datecreated, dateposted?, batchkey?, adjustmentno?, action?, billno?, description?,"
    f" externalid?, {_CURRENCY}, nogl?, customfields?, inclusivetax?, taxsolutionid?, apadjustmentitems",
    "apadjustmentitems": "lineitem+",
    "update_bill": "vendorid?, datecreated?, dateposted?, datedue?, termname?, action?, billno?, ponumber?, onhold?,"
    f" description?, payto?, returnto?, {_RATE}, supdocid?, customfields?, updatebillitems?",
    "update_apadjustment": "vendorid?, datecreated?, dateposted?, adjustmentno?, action?, billno?, description?,"
    f" {_RATE}, updateapadjustmentitems?",
    **dict.fromkeys(("updatebillitems", "updateapadjustmentitems"), "(lineitem | updatelineitem)+"),
    "lineitem": "(accountlabel | glaccountno), offsetglaccountno?, amount, allocationid?, "
    + _LINE.format(paid="key?, totalpaid?, totaldue?, "),
    "updatelineitem": "(accountlabel | glaccountno)?, offsetglaccountno?, amount?, " + _LINE.format(paid=""),
    "taxentries": "taxentry+",
    "taxentry": "detailid, trx_tax?",
}
#: Payments, and what takes back a bill or a payment.
_PAYMENTS: Final = {
    **dict.fromkeys(("reverse_bill", "reverse_appayment"), "datereversed, description?"),
    "create_paymentrequest": "(bankaccountid | chargecardid), vendorid, memo?, paymentmethod, grouppayments?, paymentdate,"
    " paymentoption?, (paymentrequestitems | paymentamount), documentnumber?, paymentdescription?, paymentcontact?",
    "create_appayment": "(bankaccountid | chargecardid), vendorid, memo, paymentmethod?, checkdate, batchkey?, checkno,"
    f" billno?, basepaymentamount?, paymentexchratetype?, {_CURRENCY}, payitems",
    "payitems": "payitem+",
    "payitem": "(glaccountno | accountlabel), paymentamount, item1099?, departmentid?, locationid?, projectid?,"
    " customerid?, vendorid?, employeeid?, itemid?, classid?",
    "paymentrequestitems": "paymentrequestitem+",
    "paymentrequestitem": "key, paymentamount, credittoapply?, discounttoapply?",
    **{
        f"{verb}_appaymentrequest": "appaymentkeys"
        for verb in ("approve", "confirm", "send", "decline", "void")
    },
    "appaymentkeys": "appaymentkey+",
}
#: Terms.
_TERMS: Final = {
    "create_apterm": "name, description?, status?, due?, discount?, disccalcon?, penalty?",
    "due": "dueday?, duefrom?",
    "discount": "discday?, discfrom?, discamount?, discpercamn?, discgracedays?",
    "penalty": "pen_type?, penamount?, penpercamn?, pengracedays?",
}
#: Journal entries.
_JOURNALS: Final = {
    "create_gltransaction": "journalid, datecreated, reversedate?, description, referenceno?, sourceentity?,"
    " customfields?, gltransactionentries",
    "gltransactionentries": "glentry, glentry+",
    "glentry": "trtype, amount, glaccountno, document?, datecreated?, memo?, locationid?, departmentid?, customerid?,"
    " vendorid?, employeeid?, projectid?, itemid?, classid?, contractid?, warehouseid?, customfields?,"
    " recon_date?, (currency, ((exchratedate?, exchratetype) | exchrate))?",
}
#: Purchasing transactions.
_PURCHASING: Final = {
    "create_potransaction": "transactiontype, datecreated, dateposted?, createdfrom?, vendorid, documentno?, "
    + _POTRANSACTION.format(due="datedue", returnto="returnto", payto="payto")
    + ", potransitems, subtotals?",
    "potransitems": "potransitem+",
    "potransitem": "itemid, itemaliasid?, "
    + _POITEM.format(quantity="quantity", source="sourcelinekey?, overridetaxamount?, ", tax="tax?, ")
    + ", sourcedocid?, sourcedoclineid?",
    "update_potransaction": "datecreated?, dateposted?, "
    + _POTRANSACTION.format(due="datedue?", returnto="returnto?", payto="payto?")
    + ", updatepotransitems?, updatesubtotals?",
    "updatepotransitems": "(potransitem | updatepotransitem)+",
    "updatepotransitem": "itemid?, " + _POITEM.format(quantity="quantity?", source="", tax=""),
    "itemdetails": "itemdetail+",
    "itemdetail": "componentid?, quantity?, (serialno | lotno)?, aisle?, row?, bin?, itemexpiration?",
    "subtotals": "subtotal+",
    "subtotal": _SUBTOTAL,
    "updatesubtotals": "updatesubtotal+",
    "updatesubtotal": _SUBTOTAL,
}
#: Vendors.
_VENDORS: Final = {
    "create_vendor": f"vendorid, name, parentid?, {_AFTER_VENDOR}, onetime?, externalid?, {_VENDOR_REST}",
}
#: Attachments and their folders.
_ATTACHMENTS: Final = {
    "create_supdocfolder": "supdocfoldername, supdocfolderdescription?, supdocparentfoldername?",
    "create_supdoc": _SUPDOC,
    "update_supdoc": _SUPDOC,
    "attachments": "attachment+",
    "attachment": "attachmentname, attachmenttype, attachmentdata",
}
#: The older functions that read.
_READING: Final = {
    "get_list": "filter?, sorts?, fields?, additional_parameters?",
    "get": "fields?",
    "filter": "logical+ | expression+",
    "logical": "(logical | expression), (logical | expression)+",
    "expression": "field, operator, value",
    "sorts": "sortfield+",
    "fields": "field+",
    "additional_parameters": "parameter+",
    "parameter": "name, value",
}
#: What stands in functions of several kinds.
_SHARED: Final = {
    **dict.fromkeys(("payto", "returnto", "deliverto", "contactinfo", "primary", "contactto1099"), _CONTACT),
    "contact": "contactname, printas, taxable?, companyname?, taxgroup?, prefix?, firstname?, lastname?, initial?, phone1?,"
    " phone2?, cellphone?, pager?, fax?, email1?, email2?, url1?, url2?, status?, mailaddress?, taxid?",
    "mailaddress": "address1?, address2?, city?, state?, zip?, country?, isocountrycode?, latitude?, longitude?",
    "contactlist": "contactitem+",
    "contactitem": "category, contactname",
    "visibility": "visibility_type, restricted_locs*, restricted_depts*",
    "customfields": "customfield*",
    "customfield": "customfieldname, customfieldvalue",
    **dict.fromkeys(
        (
            *("datecreated", "dateposted", "datedue", "exchratedate", "reversedate"),
            *("datereversed", "paymentdate", "checkdate"),
        ),
        _DAY,
    ),
}
#: element -> its content model; elements named in models and missing here hold text.
MODELS: Final = {
    **_BILLS,
    **_PAYMENTS,
    **_TERMS,
    **_JOURNALS,
    **_PURCHASING,
    **_VENDORS,
    **_ATTACHMENTS,
    **_READING,
    **_SHARED,
}
REQUIRED: Final = {
    "update_potransaction": "key",
    "delete_potransaction": "key",
    "delete_supdoc": "key",
    **dict.fromkeys(("update_bill", "reverse_bill", "delete_bill"), "key"),
    **dict.fromkeys(("update_apadjustment", "delete_apadjustment"), "key"),
    **dict.fromkeys(("reverse_appayment", "delete_paymentrequest"), "key"),
    "updatelineitem": "line_num",
    "updatepotransitem": "line_num",
    **dict.fromkeys(("get_list", "get"), "object"),
    "get_companyprefs": "application",
    "logical": "logical_operator",
    "sortfield": "order",
}
OPTIONAL: Final = {
    "update_potransaction": ("set_nulls", "externalkey"),
    "update_bill": ("partial_edit", "set_nulls", "externalkey"),
    "update_apadjustment": ("set_nulls", "externalkey"),
    **dict.fromkeys(("delete_bill", "delete_apadjustment", "paymentrequestitem"), ("externalkey",)),
    "get_list": ("start", "maxitems", "showprivate"),
    "get": ("key", "externalkey"),
    "create_vendor": ("ignoreduplicates",),
}
LEGACY_FUNCTIONS: Final = (
    *(name for name in MODELS if name.startswith(("create_", "update_", "get_", "reverse_"))),
    *(name for name in MODELS if name.endswith("_appaymentrequest")),
    *("delete_potransaction", "delete_supdoc", "delete_bill", "delete_apadjustment", "delete_paymentrequest"),
    *("get", "get_closedbooksdate", "get_applications", "get_companyprefs", "getDimensions"),
)
#: function -> the object it is about, for whoever matches faults by it
OBJECT_OF: Final = {
    **dict.fromkeys(("create_bill", "update_bill", "reverse_bill", "delete_bill", "recallApBill"), "APBILL"),
    **dict.fromkeys(("create_apadjustment", "update_apadjustment", "delete_apadjustment"), "APADJUSTMENT"),
    **dict.fromkeys(("create_paymentrequest", "delete_paymentrequest", "reverse_appayment"), "APPYMT"),
    "create_appayment": "APPYMT",
    "create_apterm": "APTERM",
    **dict.fromkeys((name for name in MODELS if name.endswith("_appaymentrequest")), "APPYMT"),
    "create_gltransaction": "GLBATCH",
    "create_vendor": "VENDOR",
    **dict.fromkeys(("create_potransaction", "update_potransaction", "delete_potransaction"), "PODOCUMENT"),
    **dict.fromkeys(("create_supdoc", "update_supdoc", "delete_supdoc"), "SUPDOC"),
    "create_supdocfolder": "SUPDOCFOLDER",
}
