"""What a test wants a person to read stands at the end of the run, also when the test passed.

A test says it with `record_property("note", text)`.
"""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed = terminalreporter.getreports("passed")
    for text in (text for report in passed for name, text in report.user_properties if name == "note"):
        terminalreporter.write_line(str(text), bold=True)
