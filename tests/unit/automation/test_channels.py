"""What was called before anyone listened is made up once all channels are listened to."""

import pytest


@pytest.mark.usefixtures("django_ready")
def test_the_call_comes_after_the_last_channel_and_on_each_new_connection() -> None:
    from rollbook.automation.queue import Channels

    done: list[str] = []
    channels = Channels(["jobs", "work"], then=lambda: done.append("called"))
    for _ in range(2):
        for name in channels:
            done.append(name)
            assert done[-2:] != ["work", "called"]
    assert done == ["jobs", "work", "called"] * 2
