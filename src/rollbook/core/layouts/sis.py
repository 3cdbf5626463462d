"""Exports of student information systems: a row is a student, and the codes are the vendor's."""

from typing import Final

from rollbook.core.layouts.layout import Layout, LayoutColumn, Meant, Role

_PERSONAL: Final = (
    "middle name", "student middle name", "gender", "sex", "dob", "birth date", "birthdate",
    "date of birth", "ethnicity", "race", "home room", "homeroom", "home phone", "street", "city",
    "state", "zip", "mailing *", "mother*", "father*", "guardian *", "email", "student email",
    "phone", "sms", "username", "password", "family ident", "doctor *", "emerg *",
)  # fmt: skip
_NOT_ENROLLED: Final = "students who aren't enrolled"

POWERSCHOOL: Final = Layout(
    name="powerschool-students",
    vendor="powerschool",
    title="PowerSchool student export (quick export, student.export.text)",
    columns=(
        LayoutColumn("student_id", ("student number",)),
        LayoutColumn("ssid", ("state studentnumber",)),
        LayoutColumn("last_name", ("last name",)),
        LayoutColumn("first_name", ("first name",)),
        LayoutColumn("grade", ("grade level",)),
        LayoutColumn("school", ("school name", "schools name")),
        LayoutColumn(Role.STATUS, ("enroll status",)),
        LayoutColumn(Role.STARTED, ("entrydate",)),
        LayoutColumn(Role.ENDED, ("exitdate",)),
    ),
    signs=(
        ("student number",),
        ("state studentnumber",),
        ("grade level",),
        ("schoolid", "enrollment schoolid", "enroll status", "lastfirst", "dcid"),
    ),
    ignored=(
        *_PERSONAL, "dcid", "id", "schoolid", "enrollment schoolid", "lastfirst",
        "entrycode", "exitcode", "exitcomment", "sched *", "fteid", "web id",
        "student web id", "lunch *", "locker *", "enrollmentcode", "next school", "log",
        "teachergroupid", "team", "house", "fulltimeequiv obsolete", "districtentry *",
        "schoolentry *", "graduated *", "classof", "bus *", "track", "membershipshare",
        "studentpict *", "person id", "psguid", "last name first name", "network id",
    ),
    meant=(Meant(Role.STATUS, "0(\\.0+)?|active|currently enrolled", _NOT_ENROLLED),),
    values={"grade": {"-1": "PK", "-2": "PK"}},
    sources=(
        "https://github.com/ldesimon/illuminate_kipp_workspace/blob/master/kipp_nj/enrollment.sql",
    ),
    notes=("Grade -1 and -2 are PK, 0 is K. SchoolID is a number and not read as the school.",),
)  # fmt: skip

AERIES: Final = Layout(
    name="aeries-query",
    vendor="aeries",
    title="Aeries query",
    columns=(
        LayoutColumn("student_id", ("student id", "stu id", "id")),
        LayoutColumn("ssid", ("state student id", "stu cid", "cid")),
        LayoutColumn("last_name", ("last name", "stu ln", "ln")),
        LayoutColumn("first_name", ("first name", "stu fn", "fn")),
        LayoutColumn("grade", ("grade", "stu gr", "gr")),
        LayoutColumn("school", ("school name",)),
        LayoutColumn("absences_ytd", ("days absent",)),
        LayoutColumn("absence_percentage", ("% days absent",)),
    ),
    signs=(
        ("student id", "stu id", "id"), ("state student id", "stu cid", "cid"),
        ("grade", "stu gr", "gr"), ("% days absent", "days absent", "stu sc", "sc"),
    ),
    ignored=(*_PERSONAL, "school", "stu sc", "stu sn", "sc", "sn", "days enrolled", "days present"),
    values={"grade": {"-1": "TK", "-2": "PK"}},
    notes=(
        "Grade -1 is TK, as Aeries stores it; -2 is PK, 0 is K. A column “School” with numbers "
        "isn't read.",
    ),
)  # fmt: skip

SKYWARD: Final = Layout(
    name="skyward-students",
    vendor="skyward",
    title="Skyward student export",
    columns=(
        LayoutColumn("student_id", ("stu other id",)),
        LayoutColumn("ssid", ("stu state id",)),
        LayoutColumn("last_name", ("stu last name",)),
        LayoutColumn("first_name", ("stu first name",)),
        LayoutColumn("grade", ("stu grade",)),
        LayoutColumn("school", ("entity name", "stu school name")),
        LayoutColumn("absences_ytd", ("days absent",)),
        LayoutColumn("tardies_ytd", ("days tardy",)),
    ),
    signs=(("stu other id",), ("stu last name",), ("stu grade",)),
    ignored=(*_PERSONAL, "entity id", "stu alphakey", "stu name id", "stu grad yr"),
)  # fmt: skip

SYNERGY: Final = Layout(
    name="synergy-students",
    vendor="synergy",
    title="Synergy student export",
    columns=(
        LayoutColumn("student_id", ("sis number",)),
        LayoutColumn("ssid", ("state student number",)),
        LayoutColumn("last_name", ("last name",)),
        LayoutColumn("first_name", ("first name",)),
        LayoutColumn("grade", ("grade",)),
        LayoutColumn("school", ("organization name",)),
        LayoutColumn("absences_ytd", ("total days absent",)),
        LayoutColumn("unexcused_absences_ytd", ("unexcused days",)),
        LayoutColumn("excused_absences_ytd", ("excused days",)),
    ),
    signs=(("sis number",), ("state student number",), ("organization name",)),
    ignored=(*_PERSONAL, "organization gu", "student gu", "perm id"),
)  # fmt: skip

INFINITE_CAMPUS: Final = Layout(
    name="infinite-campus-ad-hoc",
    vendor="infinite-campus",
    title="Infinite Campus ad hoc export",
    columns=(
        LayoutColumn("student_id", ("studentnumber",)),
        LayoutColumn("ssid", ("stateid",)),
        LayoutColumn("last_name", ("lastname",)),
        LayoutColumn("first_name", ("firstname",)),
        LayoutColumn("preferred_name", ("alias", "preferredname")),
        LayoutColumn("grade", ("grade",)),
        LayoutColumn("school", ("sch name", "schoolname")),
        LayoutColumn(Role.STARTED, ("startdate",)),
        LayoutColumn(Role.ENDED, ("enddate",)),
        LayoutColumn(Role.PRIMARY, ("servicetype",)),
    ),
    signs=(("studentnumber",), ("stateid",), ("lastname",), ("grade",)),
    ignored=(
        *_PERSONAL, "personid", "calendarid", "calendarname", "middlename", "suffix", "birthdate",
        "endyear", "activetoday", "enrollmentid", "sch number", "cal *", "activeyear", "schoolid",
    ),
    primary_words={"p": "yes", "s": "no", "n": "no"},
    notes=("Service type P is the primary enrollment, not S or N.",),
)  # fmt: skip

ILLUMINATE: Final = Layout(
    name="illuminate-enrollment",
    vendor="illuminate",
    title="Illuminate student enrollment file (numbered headers)",
    columns=(
        LayoutColumn("student_id", ("student id",)),
        LayoutColumn("ssid", ("state student id",)),
        LayoutColumn("last_name", ("student last name",)),
        LayoutColumn("first_name", ("student first name",)),
        LayoutColumn("grade", ("student grade level id",)),
        LayoutColumn(Role.STARTED, ("enrollment start",)),
        LayoutColumn(Role.ENDED, ("enrollment end",)),
        LayoutColumn(Role.PRIMARY, ("is primary ada",)),
    ),
    signs=(
        ("student id",), ("student grade level id",), ("site id",), ("enrollment start",),
        ("is primary ada", "session type", "attendance category"),
    ),
    ignored=(
        *_PERSONAL, "site id", "academic year", "attendance category",
        "enrollment exit code", "session type",
    ),
    values={
        "grade": {"15": "PK", "1": "K", **{str(number + 1): str(number) for number in range(1, 13)}}
    },
    sources=(
        "https://github.com/ldesimon/illuminate_kipp_workspace/blob/master/kipp_nj/enrollment.sql",
    ),
    notes=("Its grades are numbers of a list: 1 is K, 2 is grade 1, 13 is grade 12, 15 is PK.",),
)  # fmt: skip

CLEVER: Final = Layout(
    name="clever-students",
    vendor="clever",
    title="Clever students.csv",
    columns=(
        LayoutColumn("student_id", ("student number",)),
        LayoutColumn("ssid", ("state id",)),
        LayoutColumn("last_name", ("last name",)),
        LayoutColumn("first_name", ("first name",)),
        LayoutColumn("grade", ("grade",)),
    ),
    signs=(
        ("school id",), ("student id",), ("student number",), ("grade",), ("last name",),
        ("frl status", "ell status", "iep status", "hispanic latino", "student email"),
    ),
    ignored=(
        *_PERSONAL, "school id", "student id", "graduation year", "hispanic latino",
        "home language", "home language code", "frl status", "ell status", "iep status",
        "student *", "contact *", "unweighted gpa", "weighted gpa", "section 504 status",
        "disability *", "gifted status", "ext *",
    ),
    values={"grade": {"PreKindergarten": "PK", "TransitionalKindergarten": "TK"}},
)  # fmt: skip

ONEROSTER: Final = Layout(
    name="oneroster-users",
    vendor="oneroster",
    title="OneRoster 1.1 users.csv",
    columns=(
        LayoutColumn("student_id", ("identifier",)),
        LayoutColumn("last_name", ("familyname",)),
        LayoutColumn("first_name", ("givenname",)),
        LayoutColumn("preferred_name", ("preferredgivenname",)),
        LayoutColumn("grade", ("grades",)),
        LayoutColumn(Role.PERSON, ("role",)),
        LayoutColumn(Role.STATUS, ("status",)),
    ),
    signs=(
        ("sourcedid",), ("orgsourcedids",), ("role",), ("givenname",), ("familyname",),
        ("identifier",),
    ),
    ignored=(
        *_PERSONAL, "sourcedid", "datelastmodified", "enableduser", "orgsourcedids", "userids",
        "middlename", "agentsourcedids", "metadata *",
    ),
    meant=(
        Meant(Role.PERSON, "student", "people who aren't students"),
        # Blank in an archive of all records, as the standard demands.
        Meant(Role.STATUS, "active", "records that are to be deleted", is_blank_meant=True),
    ),
    sources=("https://www.imsglobal.org/oneroster-v11-final-csv-tables",),
    notes=(
        "People who aren't students are left out. The file has only the school's number: its "
        "name comes "
        "from orgs.csv, where both are in one archive.",
        "If a student is in several grades, the grade isn't imported.",
    ),
)  # fmt: skip

JOINED_ROLE: Final = (
    "role (roles.csv)", "beginDate (roles.csv)", "endDate (roles.csv)",
)  # fmt: skip
"""Headers of the columns that users of OneRoster 1.2 get from the file beside theirs."""

ONEROSTER_12: Final = Layout(
    name="oneroster-12-users",
    vendor="oneroster",
    title="OneRoster 1.2 users.csv, with roles.csv beside it",
    columns=(
        LayoutColumn("student_id", ("identifier",)),
        LayoutColumn("last_name", ("familyname",)),
        LayoutColumn("first_name", ("givenname",)),
        LayoutColumn("preferred_name", ("preferredgivenname",)),
        LayoutColumn("grade", ("grades",)),
        LayoutColumn(Role.STATUS, ("status",)),
        LayoutColumn(Role.PERSON, ("role roles csv",)),
        LayoutColumn(Role.STARTED, ("begindate roles csv",)),
        LayoutColumn(Role.ENDED, ("enddate roles csv",)),
    ),
    signs=(
        ("sourcedid",), ("enableduser",), ("givenname",), ("familyname",), ("identifier",),
        ("primaryorgsourcedid",), ("usermasteridentifier",),
    ),
    ignored=(
        *_PERSONAL, "sourcedid", "datelastmodified", "enableduser", "userids", "middlename",
        "agentsourcedids", "metadata *", "usermasteridentifier", "resourcesourcedids",
        "preferredmiddlename", "preferredfamilyname", "primaryorgsourcedid", "pronouns",
    ),
    others=("role", "orgsourcedids"),
    meant=(
        Meant(Role.PERSON, "student", "people who aren't students"),
        # Blank in an archive of all records, as the standard demands.
        Meant(Role.STATUS, "active", "records that are to be deleted", is_blank_meant=True),
    ),
    sources=("https://www.imsglobal.org/spec/oneroster/v1p2/bind/csv",),
    notes=(
        "Who is a student, since when, until when, and in which organization is in roles.csv; the "
        "school's name is in orgs.csv. All have to be in one archive.",
        "If a student is in several grades, the grade isn't imported.",
    ),
)  # fmt: skip

LAYOUTS: Final = (
    POWERSCHOOL, AERIES, SKYWARD, SYNERGY, INFINITE_CAMPUS, ILLUMINATE, CLEVER, ONEROSTER,
    ONEROSTER_12,
)  # fmt: skip
