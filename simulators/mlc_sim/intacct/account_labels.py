"""Account labels: names that stand for accounts on lines of payables, where a company has switched them on.

Documented: a line has ACCOUNTNO or ACCOUNTLABEL. Inferred: that a company with labels takes no accounts and one without
takes no labels, that the account of a label is kept with the line, and the texts.
"""

from mlc_sim.intacct.dimensions import Books, refuse
from mlc_sim.intacct.posting import missing
from mlc_sim.intacct.problems import Problem
from mlc_sim.intacct.settings import Settings
from mlc_sim.intacct.store import Fields


def check_label(line: Fields, books: Books, settings: Settings) -> list[Problem]:
    """Why a line cannot name its label, or cannot do without."""
    label = line.get("ACCOUNTLABEL", "")
    if not settings.account_labels:
        return [refuse("Invalid field ACCOUNTLABEL specified.")] if label else []
    if not label:
        return [missing("ACCOUNTLABEL")]
    if line.get("ACCOUNTNO", "") not in {"", name_account(line, books)["ACCOUNTNO"]}:
        return [refuse("ACCOUNTNO and ACCOUNTLABEL exclude each other.")]
    return books.check("APACCOUNTLABEL", "Account Label", label)


def name_account(line: Fields, books: Books) -> Fields:
    """The line with the account that its label stands for."""
    label = books.find("APACCOUNTLABEL", line.get("ACCOUNTLABEL", "")) or {}
    return {**line, "ACCOUNTNO": label.get("GLACCOUNTNO") or line.get("ACCOUNTNO", "")}
