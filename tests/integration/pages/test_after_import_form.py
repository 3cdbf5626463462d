"""What becomes of an imported file on its server, as the feed's form sets it."""

from collections.abc import Callable
from typing import Any

from tests.doubles.feeds import add_feed
from tests.integration.pages.test_feed_credentials import FORM, HOST

Person = Callable[..., Any]


def test_where_a_file_goes_is_asked_for_at_its_field(person: Person) -> None:
    from rollbook.records.models import Feed

    add_feed(host=HOST, username="rollbook")
    client = person()
    moves = FORM | {"after_import": "move", "after_import_folder": ""}
    page = client.post("/feeds/sis/settings/", moves).content.decode()
    assert 'id="id_after_import_folder_error"' in page
    assert "No folder is set to move imported files to" in page
    client.post("/feeds/sis/settings/", moves | {"after_import_folder": "done"})
    feed = Feed.objects.get(name="sis")
    assert (feed.after_import, feed.after_import_folder) == ("move", "done")
    client.post("/feeds/sis/settings/", FORM | {"after_import_folder": "done", "pattern": "b*.csv"})
    feed.refresh_from_db()
    assert feed.after_import == "move", "a form that does not ask changes nothing"
    renames = {"after_import": "rename", "after_import_ending": ".csv"}
    assert "imported again" in client.post("/feeds/sis/settings/", FORM | renames).content.decode()
