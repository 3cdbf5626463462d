"""A provider that does not answer is not asked again for a moment, and each caller is told so."""

import pytest

pytestmark = pytest.mark.usefixtures("django_ready")


def test_each_caller_gets_an_error_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """One error raised again would keep the requests of all its callers in its traceback."""
    from rollbook.access.identity_provider import discovery
    from rollbook.access.identity_provider.errors import ProviderUnreachable

    asked = []

    def silent(issuer: str) -> dict[str, object]:
        asked.append(issuer)
        raise ProviderUnreachable(why="it doesn't answer")

    monkeypatch.setattr(discovery, "read_metadata", silent)
    discovery.forget()
    errors = []
    for _ in range(3):
        with pytest.raises(ProviderUnreachable) as caught:
            discovery.metadata("https://login.example.org")
        errors.append(caught.value)
    discovery.forget()
    assert asked == ["https://login.example.org"]
    assert len({id(error) for error in errors}) == 3
    assert {str(error) for error in errors} == {str(errors[0])}
