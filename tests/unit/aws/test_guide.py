"""The page on AWS adds up."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "deploy-on-aws.md"


def test_the_lines_of_a_months_cost_are_its_sum() -> None:
    table = PAGE.read_text().split("## What it costs")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (.*?) \| ([\d.*]*) ?\| ([\d.*]*) ?\|$", table, re.MULTILINE)
    *lines, (_, *sums) = [row for row in rows if re.search(r"\d", row[1] + row[2])]
    assert len(lines) > 8
    for column, told in enumerate(sums, start=1):
        total = sum(round(float(line[column] or 0) * 100) for line in lines)
        assert total == round(float(told.strip("*")) * 100)
