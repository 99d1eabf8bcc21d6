"""What can be wrong or odd in a file: stable codes with their severity, and the finding with its place."""

from enum import StrEnum
from typing import Self

from msgspec import Struct

from ml_connector.edi.schema_codes import SchemaCode
from ml_connector.edi.severity import Severity


class Code(StrEnum):
    """The codes: names never change, texts may. Each carries its severity and its meaning in one line."""

    severity: Severity
    meaning: str

    def __new__(cls, value: str, severity: Severity = Severity.HOLD, meaning: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.severity = severity
        member.meaning = meaning
        return member

    # The input
    EMPTY_INPUT = "EMPTY_INPUT", Severity.ERROR, "There is nothing but blanks in the input."
    NOT_X12 = "NOT_X12", Severity.ERROR, "The input has no ISA, so it is not X12."
    EDIFACT = "EDIFACT", Severity.ERROR, "The input is EDIFACT (UNA or UNB), which is not read."
    GARBAGE = "GARBAGE", Severity.HOLD, "Bytes between interchanges belong to none and were not read."
    SEGMENT_OUTSIDE = "SEGMENT_OUTSIDE", Severity.HOLD, "Segments outside ST and SE were not read."

    # The envelope
    ISA_UNREADABLE = (
        "ISA_UNREADABLE",
        Severity.ERROR,
        "An ISA does not tell its delimiters; all up to the next is lost.",
    )
    ISA_REPAIRED = (
        "ISA_REPAIRED",
        Severity.NOTE,
        "The ISA is not 106 characters wide; it was read by counting separators.",
    )
    ISA_DATE = (
        "ISA_DATE",
        Severity.NOTE,
        "ISA09 or ISA10 is not a date or time; two-digit years fall in 1970 to 2069.",
    )
    IEA_MISSING = "IEA_MISSING", Severity.NOTE, "The interchange has no IEA."
    IEA01_COUNT = "IEA01_COUNT", Severity.NOTE, "IEA01 is not the number of groups."
    IEA02_NUMBER = "IEA02_NUMBER", Severity.NOTE, "IEA02 differs from ISA13."
    GS_MISSING = (
        "GS_MISSING",
        Severity.HOLD,
        "The set stands outside any group: no GS names version and addressee.",
    )
    GE_MISSING = "GE_MISSING", Severity.NOTE, "The group has no GE."
    GE01_COUNT = "GE01_COUNT", Severity.NOTE, "GE01 is not the number of sets in the group."
    GE02_NUMBER = "GE02_NUMBER", Severity.NOTE, "GE02 differs from GS06."

    # The set
    SE_MISSING = "SE_MISSING", Severity.ERROR, "The set has no SE: it is cut off."
    SE01_COUNT = "SE01_COUNT", Severity.HOLD, "SE01 is not the number of segments from ST to SE."
    SE02_NUMBER = "SE02_NUMBER", Severity.HOLD, "SE02 differs from ST02."
    SET_TOO_LARGE = "SET_TOO_LARGE", Severity.ERROR, "The set is larger than the reader takes."
    SEGMENT_TOO_LONG = "SEGMENT_TOO_LONG", Severity.ERROR, "A segment is longer than the reader takes."
    SEGMENT_ID = (
        "SEGMENT_ID",
        Severity.HOLD,
        "A segment id is malformed: a delimiter may stand inside the data.",
    )
    CONTROL_CHARACTER = (
        "CONTROL_CHARACTER",
        Severity.HOLD,
        "A control character was taken out of an element, which joined the characters around it.",
    )
    SEGMENT_TOO_WIDE = "SEGMENT_TOO_WIDE", Severity.HOLD, "A segment has more elements than the reader takes."
    CONTROL_INSIDE = "CONTROL_INSIDE", Severity.HOLD, "A GS, GE, ISA, IEA or TA1 stands inside the set."
    GS01_SET = "GS01_SET", Severity.HOLD, "The set is of another kind than its group (GS01) is for."
    ST02_REPEATED = "ST02_REPEATED", Severity.NOTE, "Two sets of a group have the same number (ST02)."

    # The document
    NOT_AN_INVOICE = "NOT_AN_INVOICE", Severity.ERROR, "The set is not an 810."
    BIG_MISSING = "BIG_MISSING", Severity.ERROR, "The invoice has no BIG."
    NUMBER_MISSING = "NUMBER_MISSING", Severity.ERROR, "The number of the document is empty."
    TDS_MISSING = "TDS_MISSING", Severity.ERROR, "The total of the invoice is missing."
    SIGN_CONTRADICTS = (
        "SIGN_CONTRADICTS",
        Severity.HOLD,
        "The total is negative, but the type of the invoice is one by which we owe.",
    )
    CURRENCIES_DIFFER = (
        "CURRENCIES_DIFFER",
        Severity.HOLD,
        "The document names more than one currency (CUR02).",
    )
    FINDINGS_MORE = "FINDINGS_MORE", Severity.NOTE, "The document has more findings than are listed."
    SEGMENT_REPEATED = (
        "SEGMENT_REPEATED",
        Severity.HOLD,
        "A segment that may occur once occurs again; the first one was read.",
    )
    DATE_MISSING = "DATE_MISSING", Severity.HOLD, "The date of the document is empty."
    DATE_ZERO = "DATE_ZERO", Severity.NOTE, "A date of zeros is read as absent."
    DATE_UNREADABLE = "DATE_UNREADABLE", Severity.HOLD, "An element is not a date or a time."
    NUMBER_UNREADABLE = "NUMBER_UNREADABLE", Severity.HOLD, "An element is not a number."
    AMOUNT_TOO_LARGE = "AMOUNT_TOO_LARGE", Severity.HOLD, "An amount is larger than books can keep."
    N2_WITH_POINT = (
        "N2_WITH_POINT",
        Severity.NOTE,
        "An amount with implied decimals has a point and is taken literally.",
    )
    ADJUSTMENT_WITHOUT_AMOUNT = (
        "ADJUSTMENT_WITHOUT_AMOUNT",
        Severity.NOTE,
        "A charge or allowance has no amount (SAC05), only a percentage or rate at most; it is not counted.",
    )
    TOTAL_UNEXPLAINED = (
        "TOTAL_UNEXPLAINED",
        Severity.HOLD,
        "No rule gives the total from lines, charges, allowances and taxes.",
    )
    LINE_INCOMPLETE = (
        "LINE_INCOMPLETE",
        Severity.NOTE,
        "A line has no quantity or no price, so it has no extension.",
    )
    TOTAL_WITHOUT = (
        "TOTAL_WITHOUT",
        Severity.NOTE,
        "The total is explained only when stated charges, allowances or taxes are left out.",
    )
    EXTENSION_DIFFERS = (
        "EXTENSION_DIFFERS",
        Severity.HOLD,
        "The stated amount of a line (G1714) is not its quantity times its price.",
    )
    DAYS_NEGATIVE = "DAYS_NEGATIVE", Severity.NOTE, "Terms have a negative number of days."
    CTT01_COUNT = "CTT01_COUNT", Severity.NOTE, "CTT01 is not the number of lines."

    # Any document but the 810
    WRONG_SET = "WRONG_SET", Severity.ERROR, "The set is none that this document is read from."
    HEALTH_GUIDE = "HEALTH_GUIDE", Severity.ERROR, "The set follows a health-care guide, which is not read."
    HEADER_MISSING = (
        "HEADER_MISSING",
        Severity.ERROR,
        "The segment the document begins with (BEG, BSN, BPR …) is missing.",
    )
    AMOUNT_MISSING = (
        "AMOUNT_MISSING",
        Severity.ERROR,
        "The amount of the document (BPR02, BCD04) cannot be read.",
    )
    CTT02_TOTAL = "CTT02_TOTAL", Severity.NOTE, "CTT02 is not the sum of the quantities."

    # Ship notices
    SHIPMENT_MISSING = "SHIPMENT_MISSING", Severity.HOLD, "A ship notice has no number (BSN02)."
    HL_MISSING = "HL_MISSING", Severity.HOLD, "A ship notice has no HL, so it says nothing is shipped."
    HL_TOO_MANY = "HL_TOO_MANY", Severity.ERROR, "A ship notice has more levels than are read."
    HL_TOO_DEEP = "HL_TOO_DEEP", Severity.HOLD, "Levels are nested too deep and were given to the shipment."
    HL_REPEATED = (
        "HL_REPEATED",
        Severity.HOLD,
        "Levels have the same id (HL01), so a parent may be the wrong one.",
    )
    HL_PARENT_UNKNOWN = (
        "HL_PARENT_UNKNOWN",
        Severity.HOLD,
        "The parent of a level (HL02) does not exist; the level was given to the shipment.",
    )
    HL_PARENT_MISSING = (
        "HL_PARENT_MISSING",
        Severity.NOTE,
        "A level names no parent (HL02); it was given to the nearest level before it that may hold it.",
    )
    HL_CYCLE = "HL_CYCLE", Severity.HOLD, "Levels are each other's parents; one was given to the shipment."
    QUANTITY_MISSING = "QUANTITY_MISSING", Severity.HOLD, "An item shipped has no quantity (SN102)."
    ORDER_MISSING = "ORDER_MISSING", Severity.NOTE, "An item shipped belongs to no order (PRF01)."

    ITEMS_MISSING = "ITEMS_MISSING", Severity.HOLD, "A ship notice has levels but no item."

    # Remittances and credits
    TRACE_MISSING = "TRACE_MISSING", Severity.HOLD, "A payment has no trace or check number (TRN02)."
    PAYMENT_SUM = (
        "PAYMENT_SUM",
        Severity.HOLD,
        "What a payment is for does not add up to BPR02 in any known way.",
    )
    LOOP_UNREAD = "LOOP_UNREAD", Severity.HOLD, "Details of a payment stand in loops that are not read."
    ADJUSTMENT_UNCOUNTED = (
        "ADJUSTMENT_UNCOUNTED",
        Severity.HOLD,
        "The documents alone make BPR02, so the adjustments beside them (ADX) are not part of it.",
    )
    PAID_MISSING = "PAID_MISSING", Severity.HOLD, "A document of a payment has no paid amount (RMR04)."
    DOCUMENT_MISSING = "DOCUMENT_MISSING", Severity.HOLD, "A payment names a document without number (RMR02)."
    PARTY_REPEATED = "PARTY_REPEATED", Severity.HOLD, "A payment names several payers or payees."
    CREDIT_SUM = "CREDIT_SUM", Severity.HOLD, "The details of an 812 do not add up to BCD04 in any known way."

    # Acknowledgements
    ANSWER_MISSING = (
        "ANSWER_MISSING",
        Severity.HOLD,
        "An acknowledgement does not say what became of a set or group.",
    )
    ANSWER_CONTRADICTS = (
        "ANSWER_CONTRADICTS",
        Severity.HOLD,
        "The counts or results of an acknowledgement contradict each other.",
    )

    # Orders, what answers them, grocery
    SET_UNPARSED = "SET_UNPARSED", Severity.NOTE, "Sets with this code are kept whole, not read."
    ORDER_NUMBER_MISSING = "ORDER_NUMBER_MISSING", Severity.ERROR, "The number of the order is empty."
    RELEASE_MISSING = (
        "RELEASE_MISSING",
        Severity.HOLD,
        "A release order has no release number to tell it from others.",
    )
    LINES_MISSING = "LINES_MISSING", Severity.HOLD, "The document has no lines."
    CODE_UNKNOWN = "CODE_UNKNOWN", Severity.HOLD, "A code that decides what the document means is not known."
    SDQ_PAIR = "SDQ_PAIR", Severity.HOLD, "An SDQ names a place without quantity, or the reverse."
    SDQ_QUANTITY = (
        "SDQ_QUANTITY",
        Severity.HOLD,
        "The quantities per place do not make the quantity of the line.",
    )
    SCH_QUANTITY = (
        "SCH_QUANTITY",
        Severity.HOLD,
        "The scheduled quantities do not make the quantity of the line.",
    )
    UNITS_DIFFER = "UNITS_DIFFER", Severity.NOTE, "Quantities in different units were not compared."
    ORDER_TOTAL = "ORDER_TOTAL", Severity.HOLD, "The total of the order is not explained by its lines."
    ANSWER_QUANTITY = (
        "ANSWER_QUANTITY",
        Severity.HOLD,
        "The answers to a line do not make its quantity, and none says that it changed.",
    )
    QUANTITY_TOTAL = (
        "QUANTITY_TOTAL",
        Severity.NOTE,
        "The total quantity (G31, G76) is not that of the lines.",
    )
    ADJUSTMENT_COMPUTED = (
        "ADJUSTMENT_COMPUTED",
        Severity.NOTE,
        "The amount of an allowance or charge was worked out from its rate or percentage.",
    )
    ADJUSTMENT_OUTSIDE = (
        "ADJUSTMENT_OUTSIDE",
        Severity.NOTE,
        "An allowance or charge is settled apart from the invoice and does not count.",
    )


class Finding(Struct, frozen=True, kw_only=True, gc=False):
    """One thing wrong or odd, and where; a place that is not known is None.

    `offset` counts bytes: from the first byte of the set for a finding of a set or document,
    from the first byte of the input for every other.
    """

    code: Code | SchemaCode
    message: str  #: one sentence with the value and the place
    offset: int | None = None
    position: int | None = None  #: of the segment inside the set, ST = 1
    tag: str | None = None
    element: int | None = None
    component: int | None = None
    loop: str | None = None  #: the innermost loop by its first segment; None outside any
    value: str | None = None  #: as sent
    element_id: str | None = None  #: the number of the data element

    @property
    def severity(self) -> Severity:
        return self.code.severity
