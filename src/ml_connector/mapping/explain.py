"""Sentences for people, made from provenance when somebody asks."""

from ml_connector.records.provenance import Reason


def explain(reason: Reason) -> str:
    """One value and why: `VENDORID is V-1001, by our vendor number: N1*VN is 0042; before it were asked: …`.

    What the document left out is said to be absent.
    """
    sentence = f"{reason.path} is {reason.value or 'empty'}, by {reason.rule}"
    if reason.inputs:
        sentence += ": " + ", ".join(f"{place} is {value or 'absent'}" for place, value in reason.inputs)
    if reason.losers:
        sentence += f"; before it were asked: {', '.join(reason.losers)}"
    return sentence
