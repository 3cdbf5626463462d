"""The district's students as the files of a OneRoster archive, 1.1 or 1.2, with their schools."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from rollbook.core.catalogue.students import Catalogue
from rollbook.demo.writers import rows_as_text

Row = Sequence[str]

MOVED: Final = 5
"""One student in so many has changed schools in the year, and users.csv still names both."""

_USERS: Final = (
    "sourcedId", "status", "dateLastModified", "enabledUser", "orgSourcedIds", "role", "username",
    "userIds", "givenName", "familyName", "middleName", "identifier", "email", "sms", "phone",
    "agentSourcedIds", "grades", "password",
)  # fmt: skip
_USERS_12: Final = (
    "sourcedId", "status", "dateLastModified", "enabledUser", "username", "userIds", "givenName",
    "familyName", "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades",
    "password", "userMasterIdentifier", "preferredGivenName", "preferredMiddleName",
    "preferredFamilyName", "primaryOrgSourcedId", "pronouns",
)  # fmt: skip
_ROLES: Final = (
    "sourcedId", "status", "dateLastModified", "userSourcedId", "roleType", "role", "beginDate",
    "endDate", "orgSourcedId", "userProfileSourcedId",
)  # fmt: skip
_DEMOGRAPHICS: Final = (
    "sourcedId", "status", "dateLastModified", "birthDate", "sex",
    "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican",
    "nativeHawaiianOrOtherPacificIslander", "white", "demographicRaceTwoOrMoreRaces",
    "hispanicOrLatinoEthnicity", "countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth",
    "publicSchoolResidenceStatus",
)  # fmt: skip
_ORGS: Final = (
    "sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId",
)  # fmt: skip
_ENROLLMENTS: Final = (
    "sourcedId", "status", "dateLastModified", "classSourcedId", "schoolSourcedId",
    "userSourcedId", "role", "primary", "beginDate", "endDate",
)  # fmt: skip
_MANIFEST: Final = (
    ("propertyName", "value"), ("manifest.version", "1.0"), ("oneroster.version", "1.1"),
    ("file.users", "bulk"), ("file.orgs", "bulk"), ("file.enrollments", "bulk"),
)  # fmt: skip


def write_archive(path: Path, files: Mapping[str, Iterable[Row]]) -> Path:
    """Write the files into one archive, the same bytes each time; return its path."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, rows in files.items():
            archive.writestr(zipfile.ZipInfo(name), rows_as_text(rows), zipfile.ZIP_DEFLATED)
    return path


def oneroster_files(
    catalogue: Catalogue, students: Iterable[Row], *, day: date
) -> dict[str, list[Row]]:
    """Return the rows of each file by its name, header first, as of `day`."""
    places = {field.name: at for at, field in enumerate(catalogue.fields)}
    district = [{name: row[at] for name, at in places.items()} for row in students]
    schools = dict.fromkeys(student["school"] for student in district)
    numbers = {name: f"org-{at}" for at, name in enumerate(schools, 1)}
    orgs = [("org-0", "The District", "district"), *((n, s, "school") for s, n in numbers.items())]
    users, enrollments = [], []
    for at, student in enumerate(district):
        here = numbers[student["school"]]
        before = [each for each in numbers.values() if each != here][:1] if at % MOVED == 0 else []
        began, left = f"{day - timedelta(60)}", f"{day - timedelta(8)}"
        begins, ends = f"{day - timedelta(7)}", f"{day + timedelta(90)}"
        users.append(_user(f"user-{at}", [*before, here], "student", student))
        enrollments += [
            *(
                _enrollment(f"user-{at}", school, f"{day - timedelta(60)}", left)
                for school in before
            ),
            *(_enrollment(f"user-{at}", school, began, left) for school in before),
            *(_enrollment(f"user-{at}", here, begins, ends) for _ in range(2)),
        ]
    teacher = {"first_name": "T", "last_name": "T", "student_id": "900001", "grade": ""}
    users.append(_user("teacher", list(numbers.values()), "teacher", teacher))
    return {
        "manifest.csv": list(_MANIFEST),
        "users.csv": [_USERS, *users],
        "orgs.csv": [_ORGS, *((n, "", "", name, kind, "", "") for n, name, kind in orgs)],
        "enrollments.csv": [_ENROLLMENTS, *enrollments],
    }


def _user(number: str, schools: Sequence[str], role: str, person: Mapping[str, str]) -> Row:
    named = ["", "", person["first_name"], person["last_name"], "", person["student_id"]]
    about = [number, "", "", "true", ",".join(schools), role]
    return [*about, *named, "", "", "", "", person["grade"], ""]


def _enrollment(user: str, school: str, begins: str, ends: str) -> Row:
    return [f"{user}-{school}", "", "", "class", school, user, "student", "", begins, ends]


def oneroster_12_files(
    catalogue: Catalogue, students: Iterable[Row], *, day: date
) -> dict[str, list[Row]]:
    """Return the rows of each file of OneRoster 1.2, header first, as of `day`.

    Who has moved has a role in the earlier school that has ended, or, every other one, one in two
    schools of which the first is the primary one. A teacher and a parent are in it too.
    """
    places = {field.name: at for at, field in enumerate(catalogue.fields)}
    district = [{name: row[at] for name, at in places.items()} for row in students]
    numbers = {
        name: f"org-{at}"
        for at, name in enumerate(dict.fromkeys(each["school"] for each in district), 1)
    }
    users, roles, demographics = [], [], []
    begins, ends = f"{day - timedelta(60)}", f"{day + timedelta(90)}"
    for at, student in enumerate(district):
        user, here = f"user-{at}", numbers[student["school"]]
        users.append(_user_12(user, here, student))
        roles.append(_role(user, "student", here, begins, ends))
        demographics.append([user, "", "", "2015-05-05", "female", *[""] * 11])
        elsewhere = next((each for each in numbers.values() if each != here), None)
        if at % MOVED == 0 and elsewhere is not None:
            left = ends if at % (2 * MOVED) else f"{day - timedelta(8)}"
            roles.append(_role(user, "student", elsewhere, f"{day - timedelta(90)}", left))
    for role in ("teacher", "parent"):
        person = {"first_name": "T", "last_name": "T", "student_id": "900001", "grade": ""}
        users.append(_user_12(role, "", {**person, "preferred_name": ""}))
        roles += [_role(role, role, org, "", "") for org in numbers.values()]
    orgs = [("org-0", "The District", "district"), *((n, s, "school") for s, n in numbers.items())]
    manifest: list[Row] = [
        ("propertyName", "value"),
        ("manifest.version", "1.0"),
        ("oneroster.version", "1.2"),
        *((f"file.{each}", "bulk") for each in ("users", "roles", "orgs", "demographics")),
    ]
    return {
        "manifest.csv": manifest,
        "users.csv": [_USERS_12, *users],
        "roles.csv": [_ROLES, *roles],
        "orgs.csv": [_ORGS, *((n, "", "", name, kind, "", "") for n, name, kind in orgs)],
        "demographics.csv": [_DEMOGRAPHICS, *demographics],
    }


def _user_12(number: str, primary: str, person: Mapping[str, str]) -> Row:
    cells = {
        "sourcedId": number,
        "enabledUser": "true",
        "givenName": person["first_name"],
        "familyName": person["last_name"],
        "identifier": person["student_id"],
        "grades": person["grade"],
        "preferredGivenName": person["preferred_name"],
        "primaryOrgSourcedId": primary,
    }
    return [cells.get(name, "") for name in _USERS_12]


def _role(user: str, role: str, org: str, begins: str, ends: str) -> Row:
    return [f"{user}-{role}-{org}", "", "", user, "primary", role, begins, ends, org, ""]
