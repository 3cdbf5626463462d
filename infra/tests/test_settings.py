"""What a deployment may be told."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from infra.app import warning
from infra.settings import Existing, Settings, SettingsRefused, read
from infra.tests.conftest import EXISTING

assert EXISTING.existing is not None
GIVEN = EXISTING.existing
EXAMPLE = Path(__file__).parents[1] / "district.example.toml"


def test_the_example_is_complete_and_lets_the_database_pause() -> None:
    settings = read(EXAMPLE)
    assert (settings.hour, settings.minimum_capacity, settings.existing) == (2, 0, None)


def test_one_table_is_all_it_takes_for_an_existing_network_and_database(tmp_path: Path) -> None:
    given = EXAMPLE.read_text()
    table = given[given.index("# [existing]") :].replace("# ", "")
    path = tmp_path / "district.toml"
    path.write_text(f"{given}\n{table}")
    assert isinstance(read(path).existing, Existing)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('time_zone = "Mars/Olympus"', "time_zone"),
        ('time_zone = ""', "time_zone"),
        ("hour = 24", "hour"),
        ("hour = 2.5", "hour"),
        ("hour = true", "hour"),
        ('alarms_to = "it@example.org, me@example.org"', "alarms_to"),
        ('mail_from = "nobody"', "mail_from"),
        ('name = "Rollbook"', "name"),
        ("minimum_capacity = 0.3", "Capacities"),
        ("minimum_capacity = 8", "Capacities"),
        ("maximum_capacity = 0.5", "Capacities"),
        ('domain = "rollbook.example.org"', "certificate"),
        ("log_days = 7", "log_days"),
        ("backup_days = 1", "backup_days"),
        ("sftp_ports = []", "sftp_ports"),
        ('sftp_ports = ["22"]', "sftp_ports"),
        ("hours = 2", "`hours` is not a setting"),
        ("existing = true", "existing"),
        ("[existing]", "`vpc` is missing"),
        ("hour = ", "cannot be read"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_name(line: str, told: str, tmp_path: Path) -> None:
    name = line.split(" = ")[0]
    kept = [each for each in EXAMPLE.read_text().splitlines() if not each.startswith(f"{name} =")]
    path = tmp_path / "district.toml"
    path.write_text("\n".join([*kept, line]))
    with pytest.raises(SettingsRefused, match=told):
        read(path)


@pytest.mark.parametrize(
    ("serving", "key"), [("the same", ""), ("", "arn:aws:kms:us-west-2:123456789012:key/0b0b")]
)
def test_the_role_that_serves_has_a_secret_of_its_own(serving: str, key: str) -> None:
    given = replace(GIVEN, serving_secret=GIVEN.secret if serving else "", serving_secret_key=key)
    with pytest.raises(SettingsRefused, match="serving_secret"):
        replace(EXISTING, existing=given)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="cannot be read"):
        read(tmp_path / "none.toml")


def test_a_zip_without_the_authorities_of_rds_is_told(tmp_path: Path) -> None:
    code = tmp_path / "code.zip"
    with zipfile.ZipFile(code, "w") as stub:
        stub.writestr("stub.txt", "stub")
    assert "ROLLBOOK_RDS_AUTHORITIES" in warning(code)
    with zipfile.ZipFile(code, "a") as stub:
        stub.writestr("rds-authorities.pem", "certificates")
    assert not warning(code)


def test_the_hour_after_the_last_is_the_first() -> None:
    settings = Settings(
        name="rollbook",
        district="",
        time_zone="America/Los_Angeles",
        alarms_to="it@example.org",
        mail_from="rollbook@example.org",
        hour=23,
    )
    assert settings.clock_change_hour == 0
