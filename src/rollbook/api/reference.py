"""The reference of the API for people, made from its OpenAPI document (`make docs`)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rollbook.access.scopes import MEANINGS
from rollbook.api.problems import MEDIA_TYPE, REASONS

INTRODUCTION: Final = """\
# The HTTP API

What other programs can ask of Rollbook. This page is made from the OpenAPI 3.1 document, which
every installation has at `/api/openapi.json`. Its pages show the same under *Settings, API tokens*.

An administrator makes a token for each program, under *Settings, API tokens* or with
`rollbook tokens add NAME --scope SCOPE`. It is shown once. The program sends it with each request:

```
curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
     -H "Idempotency-Key: $(uuidgen)" -d '{"feed": "sis"}' \\
     https://rollbook.example.org/api/admin/import/trigger
```

Step by step: [import from another program](../how-to/import-from-another-program.md).

- The answer is 202 with the number of the import; its address is in `Location`. Ask there until
  `status` is `completed`, `failed` or `held`. One that has failed and has a `next_attempt_at` is
  tried again under the same number.
- The same `Idempotency-Key` again within 24 hours gives the same answer and begins no second
  import, so a program may repeat a request that had no answer. With another request it is refused.
  A new attempt, also after an import that failed, needs a new key.
- A file is sent as a form: `curl -H "Authorization: Bearer $TOKEN" -F file=@students.csv
  -F feed=files -F dry_run=true https://rollbook.example.org/api/admin/import/upload`.
- Lists have `limit` (1 to 100) and `cursor`: send the `next_cursor` of a page to get the next one,
  until it is null.
- A token may ask 600 times a minute. With 429 and 503 the header `Retry-After` says how many
  seconds to wait.
- A person who has signed in may ask with the cookie of the pages; what changes something needs the
  CSRF token of a page in the header `X-CSRFToken`. Viewers read what the pages show them; staff
  are refused.
- A parameter, a field of a form or a name in JSON that is there twice is refused, as is one that
  the address does not know.
- `HEAD` is answered where `GET` is, without the body. 409 says that the import is in another state
  than this needs, with the reason (`not_held`, `job_over`, `overtaken`, ...).
- A token that is refused, or lacks a scope, is in the audit log: at the 1st, 10th, 100th time in an
  hour, with the token's name where it is known, never with what was sent.
- A student is sought in the body of `POST /api/students/search`, and read by the `number` that it
  answers: no address holds a Student ID or a name, because proxies log addresses.
- What a program does is in the audit log with the administrator's address and the token's name, as
  is every look at students' values.
"""


@dataclass(frozen=True, slots=True)
class Field:
    """One field or parameter: where it is, its name, what it holds."""

    place: str
    name: str
    kind: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One route, for reading."""

    method: str
    path: str
    name: str
    summary: str
    description: str
    scope: str
    given: Sequence[Field]
    sent: str
    answered: str
    statuses: str


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Give every operation of the document in its order."""
    for path, methods in document["paths"].items():
        for method, found in methods.items():
            yield Operation(
                method=method.upper(),
                path=path,
                name=found["operationId"],
                summary=found["summary"],
                description=found["description"],
                scope=found["x-scope"],
                given=list(_given(document, found)),
                sent=_example(found.get("requestBody", {})),
                answered=next(map(_example, _successes(found)), ""),
                statuses=", ".join(found["responses"]),
            )


def http_reference(document: Mapping[str, Any]) -> str:
    """Return docs/reference/http-api.md."""
    scopes = "".join(f"| `{scope.value}` | {words} |\n" for scope, words in MEANINGS.items())
    problems = "".join(
        f"| {status} | `{reason}` | {detail} |\n" for status, (reason, detail) in REASONS.items()
    )
    return (
        f"{INTRODUCTION}\n## Scopes\n\n| scope | what it opens |\n| --- | --- |\n{scopes}"
        f"\n## Problems\n\nWhatever is refused is `{MEDIA_TYPE}` (RFC 9457): `title`, `status`, "
        "`detail` and our `reason`,\na code that stays the same; `job` is the import that is in "
        "the way, `errors` names the fields.\nNo problem holds a student's value. What is no HTTP, "
        "or larger than 1 GB, the server refuses before it\nreaches the API, in plain text.\n\n"
        f"| status | reason | meaning |\n| --- | --- | --- |\n{problems}\nWhere more is known, "
        "the reason says it, as in `no_such_feed`, `import_running` or `token_expired`.\n"
        + "".join(map(_section, operations(document)))
    )


def _section(each: Operation) -> str:
    text = f"\n## {each.summary}\n\n`{each.method} {each.path}`\n\n{each.description}\n"
    if each.given:
        rows = "".join(f"| {f.place} | `{f.name}` | {f.kind} | {f.meaning} |\n" for f in each.given)
        text += f"\n| in | name | kind | meaning |\n| --- | --- | --- | --- |\n{rows}"
    for title, example in (("Send", each.sent), ("Answer", each.answered)):
        if example:
            language = "json" if example.startswith("{") else ""
            text += f"\n{title}:\n\n```{language}\n{example.strip()}\n```\n"
    return f"{text}\nStatuses: {each.statuses}.\n"


def _given(document: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Field]:
    for parameter in found["parameters"]:
        kind, meaning = _kind(document, parameter["schema"]), parameter.get("description", "")
        yield Field(parameter["in"], parameter["name"], kind, meaning)
    for content in found.get("requestBody", {}).get("content", {}).values():
        schema = _resolved(document, content["schema"])
        wanted = schema.get("required", ())
        for name, each in schema.get("properties", {}).items():
            kind = _kind(document, each) + ("" if name in wanted else ", optional")
            yield Field("body", name, kind, each.get("description", ""))


def _kind(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    options = [_resolved(document, each) for each in schema.get("anyOf", [schema])]
    chosen = next(each for each in options if each.get("type") != "null")
    if "enum" in chosen:
        return ", ".join(f"`{each}`" for each in chosen["enum"])
    kind = str(chosen.get("format", chosen.get("type", "")))
    return f"{kind}, {schema['minimum']} to {schema['maximum']}" if "maximum" in schema else kind


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Mapping[str, Any] = document["components"]["schemas"][name] if name else schema
    return found


def _successes(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (answer for status, answer in found["responses"].items() if status.startswith("2"))


def _example(part: Mapping[str, Any]) -> str:
    for content in part.get("content", {}).values():
        if (example := content.get("example")) is not None:
            return example if isinstance(example, str) else json.dumps(example, indent=2)
    return ""


if __name__ == "__main__":
    import django

    django.setup()
    from rollbook.api.routes import openapi

    print(http_reference(openapi()), end="")  # noqa: T201
