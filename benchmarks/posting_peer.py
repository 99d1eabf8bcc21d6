"""Posts bills with sageintacctsdk, one after the other: login and bills as JSON on standard input, seconds on standard output."""

import importlib
import json
import sys
import time


def main() -> None:
    asked = json.load(sys.stdin)
    client = importlib.import_module("sageintacctsdk").SageIntacctSDK(**asked["login"])
    began = time.perf_counter()
    for bill in asked["bills"]:
        client.bills.post(bill)
    json.dump({"seconds": time.perf_counter() - began}, sys.stdout)


if __name__ == "__main__":
    main()
