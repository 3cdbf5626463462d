"""What a function must be told before it begins."""

import pytest

from rollbook.aws.errors import SettingMissing
from rollbook.aws.setting_up import set_up


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://database.example/x"}, "ROLLBOOK_SECRET_KEY"),
    ],
)
def test_a_function_makes_neither_a_database_nor_a_key_of_its_own(
    environ: dict[str, str], missing: str
) -> None:
    for _ in range(2):
        with pytest.raises(SettingMissing, match=f"The setting {missing} is missing"):
            set_up(environ)
