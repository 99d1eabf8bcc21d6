"""Who calls: the sender first, then the company, the user, and the session (Intacct documentation, "API sessions")."""

import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mlc_sim.intacct.envelope import Control, Login, SessionId
from mlc_sim.intacct.problems import (
    SENDER_INCORRECT,
    SIGN_IN_INCORRECT,
    ControlError,
    Problem,
    SignInError,
)
from mlc_sim.intacct.store import Company, Session, Store
from mlc_sim.serving import CANARY


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who is signed in, where, and until when."""

    sender_id: str
    user_id: str
    company: Company
    entity: str
    signed_in: datetime
    expires: datetime

    def open_session(self, store: Store, entity: str) -> Session:
        """A new session of this caller in an entity; empty is the top level."""
        session = Session(
            id=f"{CANARY}{secrets.token_urlsafe(18)}..",
            company_id=self.company.id,
            sender_id=self.sender_id,
            user_id=self.user_id,
            entity=entity,
            expires=self.expires,
        )
        store.put_session(session)
        return session


def check_sender(control: Control, store: Store) -> None:
    """Refuse a wrong partner id or password, and a policy: nothing is asynchronous here. Raises ControlError."""
    if control.policy_id:
        text = f"{control.policy_id} is not a valid transport policy."
        raise ControlError(Problem(errorno="XL03000006", description2=text))
    known = store.find_sender_password(control.sender_id)
    if known is None or not hmac.compare_digest(known.encode(), control.password.encode()):
        raise ControlError(SENDER_INCORRECT)


def find_company_id(authentication: Login | SessionId, store: Store) -> str:
    """The company a request is about, before anyone is signed in; empty when nobody can tell."""
    if isinstance(authentication, Login):
        return authentication.company_id
    session = store.find_session(authentication.value)
    return session.company_id if session else ""


def sign_in(
    authentication: Login | SessionId, sender_id: str, store: Store, *, now: datetime, lasts: timedelta
) -> Caller:
    """The caller, by login or by a session that is then good for another `lasts`. Raises SignInError."""
    if isinstance(authentication, Login):
        return _sign_in_by_login(authentication, sender_id, store, now=now, lasts=lasts)
    session = store.find_session(authentication.value)
    # An expired session, or another sender's, is answered like a wrong password [inferred].
    if session is None or session.expires <= now or session.sender_id != sender_id:
        raise SignInError(SIGN_IN_INCORRECT)
    company = _find_company(session.company_id, sender_id, store)
    store.put_session(replace(session, expires=now + lasts))
    return Caller(
        sender_id=sender_id,
        user_id=session.user_id,
        company=company,
        entity=session.entity,
        signed_in=now,
        expires=now + lasts,
    )


def _sign_in_by_login(
    login: Login, sender_id: str, store: Store, *, now: datetime, lasts: timedelta
) -> Caller:
    company = _find_company(login.company_id, sender_id, store)
    password = company.users.get(login.user_id)
    if password is None or not hmac.compare_digest(password.encode(), login.password.encode()):
        raise SignInError(SIGN_IN_INCORRECT)
    if login.location_id and login.location_id not in company.entities:
        raise SignInError(SIGN_IN_INCORRECT)
    return Caller(
        sender_id=sender_id,
        user_id=login.user_id,
        company=company,
        entity=login.location_id,
        signed_in=now,
        expires=now + lasts,
    )


def _find_company(company_id: str, sender_id: str, store: Store) -> Company:
    company = store.find_company(company_id)
    if company is None:
        raise SignInError(SIGN_IN_INCORRECT)
    if company.sender_id != sender_id:
        raise SignInError(
            Problem(
                errorno="XL03000006",
                description="Invalid Web Services Authorization",
                description2=f"The sender ID '{sender_id}' is not authorized to make Web Services requests to this company.",
                correction="Contact the company administrator to grant Web Services authorization to this sender ID.",
            )
        )
    return company
