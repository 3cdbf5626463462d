"""Rollbook's settings explain themselves among another application's."""

from tests.doubles.neighbor import Neighbor
from tests.integration.cli.commands import CommandLine


def test_rows_have_a_category_and_a_description_and_keep_those_of_other_hands(
    owner: CommandLine, neighbor: Neighbor
) -> None:
    neighbor.as_owner(
        "insert into settings (key, value, description) values"
        " ('import.unchanged_days', '2', 'by hand')"
    )
    for key, value in (("import.unchanged_days", "5"), ("retention.issues_days", "60")):
        assert owner("settings", "set", key, value).code == 0
    found = neighbor.rows(
        "select key, value, category, description, is_secret from settings"
        " where key like 'import.%' or key like 'retention.%' order by key"
    )
    assert found == [
        ("import.unchanged_days", "5", "rollbook", "by hand", False),
        (
            "retention.issues_days", "60", "rollbook",
            "Rollbook: Problems and rejected rows (days). They contain student data. The"
            " totals of each import are kept.", False,
        ),
    ]  # fmt: skip
