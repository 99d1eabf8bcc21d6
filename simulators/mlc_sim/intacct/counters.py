"""How much a gateway was asked, in all and by company. Counted in memory: a restart begins at zero."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable


class Counters:
    """Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self._requests = 0
            self._by_company: defaultdict[str, Counter[str]] = defaultdict(Counter)
            self._functions: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def count_request(self) -> None:
        with self._lock:
            self._requests += 1

    def count_login(self, company_id: str) -> None:
        with self._lock:
            self._by_company[company_id]["logins"] += 1

    def count_functions(self, company_id: str, names: Iterable[str], transactions: int) -> None:
        """Functions of an operation, whatever became of them, and the API transactions of the successful ones."""
        with self._lock:
            self._functions[company_id].update(names)
            self._by_company[company_id]["api_transactions"] += transactions

    def describe(self) -> dict[str, object]:
        with self._lock:
            companies = sorted({*self._by_company, *self._functions})
            return {
                "requests": self._requests,
                "functions": dict(sum(self._functions.values(), Counter())),
                "api_transactions": sum(each["api_transactions"] for each in self._by_company.values()),
                "logins": sum(each["logins"] for each in self._by_company.values()),
                "by_company": {company: self._describe(company) for company in companies},
            }

    def _describe(self, company_id: str) -> dict[str, object]:
        counts = self._by_company[company_id]
        return {
            "functions": dict(self._functions[company_id]),
            "api_transactions": counts["api_transactions"],
            "logins": counts["logins"],
        }
