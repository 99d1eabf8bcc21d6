"""What the codes of acknowledgements mean: TA1 (elements I17, I18), 997 and 999 (715 to 721 and their like), 824 (110, 647)."""

from ml_connector.edi.documents.coded import Coded


class Result(Coded):
    """What became of a set, a group or an interchange: AK501, IK501, AK901 and TA104."""

    ACCEPTED = "A", "accepted"
    ACCEPTED_WITH_ERRORS = "E", "accepted, but errors were noted"
    PARTLY_ACCEPTED = "P", "partly accepted: at least one set was rejected"
    REJECTED = "R", "rejected"
    AUTHENTICATION_FAILED = "M", "rejected: message authentication failed"
    ASSURANCE_FAILED = "W", "rejected: assurance failed"
    UNDECIPHERABLE = "X", "rejected: the content could not be decrypted"


#: Results after which the sender has to act.
REJECTING = frozenset(
    {Result.REJECTED, Result.AUTHENTICATION_FAILED, Result.ASSURANCE_FAILED, Result.UNDECIPHERABLE}
)

#: AK304 and IK304.
SEGMENT_ERRORS = {
    "1": "unknown segment id",
    "2": "segment not expected here",
    "3": "mandatory segment missing",
    "4": "loop occurs too often",
    "5": "segment occurs too often",
    "6": "segment is not in this transaction set",
    "7": "segment is out of order",
    "8": "segment has errors in its elements",
    "I4": "the guide does not use this segment",
    "I6": "segment missing on which another depends",
    "I7": "loop occurs too seldom for the guide",
    "I8": "segment occurs too seldom for the guide",
    "I9": "segment must not be used together with another",
}

#: AK403 and IK403.
ELEMENT_ERRORS = {
    "1": "mandatory element missing",
    "2": "element missing that another requires",
    "3": "too many elements",
    "4": "element too short",
    "5": "element too long",
    "6": "character not allowed",
    "7": "code not valid",
    "8": "date not valid",
    "9": "time not valid",
    "10": "element excluded by another",
    "12": "too many repetitions",
    "13": "too many components",
    "I6": "the guide does not use this code",
    "I9": "element missing on which another depends",
    "I10": "the guide does not use this element",
    "I11": "too few repetitions for the guide",
    "I12": "value does not fit the pattern of the guide",
    "I13": "element must not be used together with another",
}

#: AK502 to AK506 and IK502 to IK506.
SET_ERRORS = {
    "1": "transaction set not supported",
    "2": "SE missing",
    "3": "control numbers of ST and SE differ",
    "4": "segment count in SE wrong",
    "5": "segments in error",
    "6": "transaction set id not valid",
    "7": "control number not valid",
    "23": "control number not unique in the group",
    "I5": "errors against the guide",
    "I6": "guide not supported",
}

#: AK905 to AK909. 10 to 18 and 23 to 26 are about security.
GROUP_ERRORS = {
    "1": "functional group not supported",
    "2": "version not supported",
    "3": "GE missing",
    "4": "control numbers of GS and GE differ",
    "5": "number of sets in GE wrong",
    "6": "control number not valid",
    "19": "control number not unique in the interchange",
} | dict.fromkeys([*map(str, range(10, 19)), *map(str, range(23, 27))], "security of the group failed")

#: TA105.
INTERCHANGE_NOTES = {
    "000": "no error",
    "001": "control numbers of ISA and IEA differ",
    "002": "standard (ISA11) not supported",
    "003": "version of the envelope not supported",
    "004": "segment terminator not valid",
    "005": "qualifier of the sender not valid",
    "006": "id of the sender not valid",
    "007": "qualifier of the receiver not valid",
    "008": "id of the receiver not valid",
    "009": "receiver unknown",
    "010": "authorisation qualifier not valid",
    "011": "authorisation value not valid",
    "012": "security qualifier not valid",
    "013": "security value not valid",
    "014": "date not valid",
    "015": "time not valid",
    "016": "standards id not valid",
    "017": "version id not valid",
    "018": "control number not valid",
    "019": "acknowledgement flag not valid",
    "020": "usage flag not valid",
    "021": "number of groups wrong",
    "022": "control structure not valid",
    "023": "end of file before the end of the interchange",
    "024": "content not valid, such as a broken GS",
    "025": "control number used before",
    "026": "element separator not valid",
    "027": "component separator not valid",
    "028": "delivery date not valid for deferred delivery",
    "029": "delivery time not valid for deferred delivery",
    "030": "delivery time code not valid for deferred delivery",
    "031": "grade of service not valid",
    "032": "repetition separator not valid",
} | dict.fromkeys([f"{code:03}" for code in range(33, 39)], "interchange service data (ISX) not valid")

#: OTI01: the first letter says what is meant, the second what became of it.
_ADVICE_LEVELS = {"B": "batch", "G": "functional group", "I": "item", "T": "transaction set"}
_ADVICE_RESULTS = {
    "A": "accepted",
    "C": "accepted, with data changed",
    "E": "accepted with errors",
    "H": "on hold",
    "P": "partly accepted",
    "R": "rejected",
}
ADVICE_RESULTS = {
    level + result: f"{name} {meaning}"
    for level, name in _ADVICE_LEVELS.items()
    for result, meaning in _ADVICE_RESULTS.items()
}

#: TED01, the commonest of a long list.
ADVICE_ERRORS = {
    "006": "duplicate",
    "007": "data missing",
    "008": "out of range",
    "009": "date not valid",
    "010": "total out of balance",
    "011": "does not match",
    "012": "combination not valid",
    "024": "other reason",
    "848": "data not correct",
}
