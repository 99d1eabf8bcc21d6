"""What of a link's settings is kept with its rules, so that a plan of then can be made again."""

import json

from ml_connector.app.pinning import describe_bills, describe_settings, restore_bills
from ml_connector.config.settings import CleoSettings, CompanySettings, IntacctSettings, LinkSettings
from ml_connector.mapping.bill_setup import BillSetup


def make_settings(company: CompanySettings) -> LinkSettings:
    return LinkSettings(
        intacct=IntacctSettings(sender_id="s", company_id="BIRCH", user_id="u", base_currency="USD"),
        cleo=CleoSettings(url="https://cleo.example", username="u"),
        company=company,
    )


def test_how_the_company_wants_its_bills_is_kept_as_it_was_said() -> None:
    company = CompanySettings(
        tax_solution=False, named_bill_summaries=True, bill_summary="EDI", account_labels=True
    )

    kept = json.loads(describe_settings(make_settings(company)))

    assert restore_bills(kept) == describe_bills(company)
    assert describe_bills(company).summary == "EDI"


def test_of_a_company_of_which_nothing_was_said_nothing_is_kept() -> None:
    kept = json.loads(describe_settings(make_settings(CompanySettings())))

    assert "bills" not in kept
    assert restore_bills(kept) == BillSetup()
