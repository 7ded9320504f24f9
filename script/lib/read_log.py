"""Reads Odoo's log as a strict judge and ends with "N passed, N failed".

usage: read_log.py [--tests] LOG...

Every warning or error that is not known foreign noise (log-noise.txt) fails, each text once.
With --tests the log must also tell of tests: a failed or skipped one fails, and so do none.
"""

import argparse
import re
from pathlib import Path
from typing import NamedTuple

START = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+): (?P<text>.*)"
)
CLOSING = re.compile(r"^(\d+) failed, (\d+) error\(s\) of (\d+) tests")
BROKEN = re.compile(r"^(FAIL|ERROR): ")
ECHO = re.compile(
    r"^(Module \S+: \d+ failures, \d+ errors|At least one test failed|Test suite halted)"
)


class Record(NamedTuple):
    level: str
    logger: str
    text: str


def read_records(path):
    """The log's records; lines without a head belong to the record above."""
    records = []
    for line in Path(path).read_text(encoding="utf-8", errors="replace").splitlines():
        if found := START.match(line):
            records.append(Record(**found.groupdict()))
        elif records:
            records[-1] = records[-1]._replace(text=f"{records[-1].text}\n{line}")
    return records


def read_noise():
    lines = Path(__file__).with_name("log-noise.txt").read_text(encoding="utf-8").splitlines()
    return [re.compile(line) for line in lines if line and not line.startswith("#")]


def find_complaints(records):
    """Warnings and errors that are neither noise nor the echo of a failed test."""
    noise = read_noise()
    loud = [record for record in records if record.level in ("WARNING", "ERROR", "CRITICAL")]
    spoken = [
        record for record in loud if not (BROKEN.match(record.text) or ECHO.match(record.text))
    ]
    texts = {
        f"{record.level} {record.logger}: {record.text}": None
        for record in spoken
        if not CLOSING.match(record.text)
    }
    return [text for text in texts if not any(pattern.search(text) for pattern in noise)]


def judge_tests(records):
    """Returns (passed, failed, messages) of the tests of one log."""
    closings = [found.groups() for record in records if (found := CLOSING.match(record.text))]
    failed, errors, total = (sum(int(closing[i]) for closing in closings) for i in range(3))
    broken = [
        record.text for record in records if record.level == "ERROR" and BROKEN.match(record.text)
    ]
    skipped = [record.text for record in records if re.match(r"skipped \S+ : ", record.text)]
    bad = failed + errors + len(skipped)
    if not total:
        return 0, 1, ["No test ran."]
    return max(0, total - bad), bad, broken + skipped


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--tests", action="store_true")
    parser.add_argument("logs", nargs="+")
    options = parser.parse_args()
    records = [record for log in options.logs for record in read_records(log)]
    messages = find_complaints(records)
    passed, failed = 0 if options.tests else int(not messages), len(messages)
    if options.tests:
        tests_passed, tests_failed, test_messages = judge_tests(records)
        passed, failed, messages = tests_passed, failed + tests_failed, test_messages + messages
    for message in messages:
        print(f"---- {message}")
    print(f"{passed} passed, {failed} failed")


if __name__ == "__main__":
    main()
