"""The chart of accounts of the sample company, a manufacturer.

One account a line: number, balance sheet (B) or income statement (I), debit (D) or credit (C), the dimensions
it demands (d department, l location, p project, c class, - none), title.
"""

from typing import Final

_REQUIREMENTS: Final = {"d": "REQUIREDEPT", "l": "REQUIRELOC", "p": "REQUIREPROJECT", "c": "REQUIRECLASS"}
_CONTROL: Final = {"1200": "Receivables account", "2000": "Payables account"}

_CHART: Final = """
1000 B D - Cash - Operating
1010 B D - Cash - Payroll
1020 B D - Petty Cash
1200 B D - Accounts Receivable - Trade
1210 B D - Allowance for Doubtful Accounts
1250 B D - Other Receivables
1300 B D l Inventory - Raw Materials
1310 B D l Inventory - Work in Process
1320 B D l Inventory - Finished Goods
1330 B D l Inventory - Packaging
1340 B D l Inventory - MRO Spares
1350 B D l Goods in Transit
1400 B D - Prepaid Insurance
1410 B D - Prepaid Rent
1420 B D - Prepaid Software and Maintenance
1430 B D - Vendor Deposits
1500 B D - Land
1510 B D l Buildings
1520 B D l Machinery and Equipment
1530 B D l Tooling and Dies
1540 B D - Vehicles
1550 B D - Office Furniture
1560 B D - Computer Equipment
1570 B D p Construction in Progress
1600 B C - Accumulated Depreciation - Buildings
1610 B C - Accumulated Depreciation - Machinery
1620 B C - Accumulated Depreciation - Tooling
1630 B C - Accumulated Depreciation - Other
1700 B D - Patents and Trademarks
1710 B D - Goodwill
2000 B C - Accounts Payable - Trade
2010 B C - Goods Received Not Invoiced
2020 B C - Accrued Expenses
2030 B C - Accrued Freight
2100 B C - Accrued Wages
2110 B C - Payroll Taxes Payable
2120 B C - Benefits Payable
2200 B C - Sales Tax Payable
2210 B C - Use Tax Payable
2220 B C - Income Tax Payable
2300 B C - Customer Deposits
2310 B C - Warranty Reserve
2400 B C - Line of Credit
2410 B C - Current Portion of Long-Term Debt
2500 B C - Long-Term Debt
2510 B C - Lease Liabilities
3000 B C - Common Stock
3100 B C - Retained Earnings
3200 B D - Distributions
4000 I C lc Sales - Cabinet Hardware
4010 I C lc Sales - Architectural Fittings
4020 I C lc Sales - Contract Manufacturing
4030 I C l Sales - Spare Parts
4100 I D l Sales Returns and Allowances
4110 I D l Sales Discounts
4200 I C l Freight Billed to Customers
4900 I C - Scrap and Other Income
5000 I D lc Raw Materials - Steel
5010 I D lc Raw Materials - Brass and Bronze
5020 I D lc Raw Materials - Aluminium
5030 I D lc Raw Materials - Resins and Plastics
5040 I D lc Raw Materials - Timber
5050 I D l Purchased Components
5060 I D l Fasteners
5070 I D l Coatings and Chemicals
5080 I D l Packaging Materials
5090 I D lp Subcontracted Work
5100 I D dl Direct Labor
5110 I D dl Temporary Labor - Production
5200 I D l Freight In
5210 I D l Customs and Duties
5220 I D l Use Tax on Materials
5230 I D l Purchase Price Variance
5240 I C l Purchase Discounts and Allowances
5250 I D l Fuel Surcharges
5300 I D l Inventory Adjustments
5310 I D l Scrap and Rework
5400 I D dl Shop Supplies
5410 I D dl Small Tools
5420 I D dl MRO - Bearings and Power Transmission
5430 I D dl MRO - Electrical
5440 I D dl MRO - Lubricants
5450 I D dl Safety Supplies
5460 I D dl Machine Repair and Maintenance
5470 I D dl Calibration and Testing
5480 I D l Waste Disposal
5490 I D l Equipment Rental
5500 I D l Electricity
5510 I D l Natural Gas
5520 I D l Water and Sewer
5600 I D l Freight Out
5610 I D l Parcel and Courier
6000 I D d Salaries
6010 I D d Payroll Taxes
6020 I D d Employee Benefits
6030 I D d Temporary Staff - Office
6040 I D d Recruiting
6050 I D d Training
6100 I D dl Rent
6110 I D l Property Tax
6120 I D l Building Maintenance
6130 I D l Janitorial
6140 I D l Security Services
6150 I D l Landscaping and Snow Removal
6200 I D d Office Supplies
6210 I D d Postage and Printing
6220 I D d Telephone and Internet
6230 I D d Software Subscriptions
6240 I D d IT Services
6250 I D d Computer Supplies
6300 I D d Legal Fees
6310 I D d Audit and Accounting Fees
6320 I D dp Consulting Fees
6330 I D dp Engineering Services
6340 I D - Bank Charges
6350 I D - Insurance
6400 I D d Travel
6410 I D d Meals and Entertainment
6420 I D d Vehicle Expense
6430 I D d Dues and Subscriptions
6500 I D dp Advertising and Trade Shows
6510 I D d Sales Commissions
6600 I D dp Research and Development Supplies
6700 I D - Depreciation
6710 I D - Amortization
6800 I D - Use Tax
6810 I D - Taxes and Licenses
6890 I D - Invoice Rounding
6900 I D - Bad Debt
7000 I D - Interest Expense
7100 I C - Interest Income
7200 I D - Income Tax Expense
"""


def build_accounts() -> list[dict[str, object]]:
    """GLACCOUNT records."""
    return [_build_account(*line.split(maxsplit=4)) for line in _CHART.strip().splitlines()]


def _build_account(number: str, statement: str, balance: str, demanded: str, title: str) -> dict[str, object]:
    is_income = statement == "I"
    return {
        "ACCOUNTNO": number,
        "TITLE": title,
        "ACCOUNTTYPE": "incomestatement" if is_income else "balancesheet",
        "NORMALBALANCE": "debit" if balance == "D" else "credit",
        "CLOSINGTYPE": "closing account" if is_income else "non-closing account",
        "CLOSINGACCOUNTNO": "3100" if is_income else "",
        "ALTERNATIVEACCOUNT": _CONTROL.get(number, "None"),
        "STATUS": "inactive" if title == "Petty Cash" else "active",
        **{flag: letter in demanded for letter, flag in _REQUIREMENTS.items()},
        **dict.fromkeys(
            ("REQUIRETASK", "REQUIRECUSTOMER", "REQUIREVENDOR", "REQUIREEMPLOYEE", "REQUIREITEM"), False
        ),
    }
