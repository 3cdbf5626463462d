"""A synthesized template as the tests ask it: resources by type, statements by role."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Resource = dict[str, Any]


@dataclass(frozen=True)
class Template:
    """What CloudFormation would be given, and where it lies."""

    path: Path
    content: dict[str, Any]

    @classmethod
    def at(cls, path: Path) -> "Template":
        """Return the template in a file."""
        return cls(path, json.loads(path.read_text()))

    def of(self, kind: str) -> dict[str, Resource]:
        """Return the resources of one type by their name, such as AWS::SQS::Queue."""
        found = self.content["Resources"].items()
        return {name: each for name, each in found if each["Type"] == kind}

    def only(self, kind: str, starts_with: str = "") -> Resource:
        """Return the properties of the one resource of this type and beginning."""
        (found,) = (each for name, each in self.of(kind).items() if name.startswith(starts_with))
        properties: Resource = found["Properties"]
        return properties

    def statements(self) -> Iterator[tuple[str, Resource]]:
        """Yield each statement of each role's policies with the role's name."""
        for each in self.of("AWS::IAM::Policy").values():
            for role in each["Properties"]["Roles"]:
                for statement in each["Properties"]["PolicyDocument"]["Statement"]:
                    yield role["Ref"], statement


def listed(value: Any) -> list[Any]:
    """Return a list of one where IAM writes one thing without its list."""
    return value if isinstance(value, list) else [value]


def plain(value: Any) -> str:
    """Return a resource or text with what CloudFormation fills in as `<Name.Attribute>`."""
    if isinstance(value, str):
        return value
    if "Ref" in value:
        return f"<{value['Ref']}>"
    if "Fn::GetAtt" in value:
        return f"<{'.'.join(value['Fn::GetAtt'])}>"
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        text: str = separator.join(plain(part) for part in parts)
        return text
    return json.dumps(value)
