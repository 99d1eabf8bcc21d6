"""The rules on new vendors. What is not written is the careful choice: nothing is created."""

import re
from typing import Literal, Self

from pydantic import Field, model_validator

from ml_connector.mapping.rules.fields import Texts
from ml_connector.mapping.rules.toml_reading import Model

Policy = Literal["hold", "propose", "create"]


class NewVendorRules(Model):
    """What becomes of a seller that no vendor in Intacct answers to, and what a vendor made of it is given."""

    policy: Policy = "hold"  #: of partners that have none of their own
    id: str | None = (
        None  #: a template with `{id}`, the seller's id; left out where Intacct numbers its vendors
    )
    type: str | None = None
    gl_group: str | None = None
    term: str | None = None
    currency: str | None = None
    expense_account: str | None = None
    payables_account: str | None = None
    restriction: Literal["Unrestricted", "RootOnly", "Restricted"] | None = None
    restricted_locations: Texts = ()
    form_1099: str | None = Field(default=None, max_length=4)
    box_1099: str | None = Field(default=None, max_length=4)
    until_confirmed: Literal["do_not_pay", "on_hold"] = "do_not_pay"  #: until a person has verified it
    approval_field: str | None = None
    """The field of VENDOR that tells its approval, where the company approves vendors."""
    approved: str = "Approved"  #: what that field says of an approved one

    @model_validator(mode="after")
    def check(self) -> Self:
        if self.id is not None and len(re.findall(r"\{id\}", self.id)) != 1:
            raise ValueError('write the id with one {id} in it, such as "EDI-{id}"')
        if self.id is not None and re.search(r"[{}]", self.id.replace("{id}", "")):
            raise ValueError("in the id, nothing but {id} stands for something else")
        if (self.restriction == "Restricted") != bool(self.restricted_locations):
            raise ValueError('give restricted_locations together with restriction = "Restricted"')
        if self.approval_field is not None and not re.fullmatch(r"[A-Z0-9_]{1,60}", self.approval_field):
            raise ValueError('write approval_field as Intacct names it, such as "STATE"')
        return self
