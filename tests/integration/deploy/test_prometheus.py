"""The rules ring when a night is lost and at no other time, as Prometheus's own tool finds.

What the metrics say comes from the code that answers Prometheus, hour by hour.
"""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rollbook.core.scheduling.schedule import Pause, Schedule
from rollbook.records.feed_facts import FeedFacts, Run
from rollbook.records.measurements import FeedMeasurements, Measurements
from rollbook.records.outcome import GOOD, Outcome
from rollbook.records.standing import judge
from rollbook.web.metrics_text import exposition, meanings

ROOT = Path(__file__).parents[3]
RULES = ROOT / "deploy/prometheus/rollbook.rules.yml"
DASHBOARD = ROOT / "deploy/grafana/rollbook.json"
MONDAY = datetime(2026, 11, 16, 5, tzinfo=UTC)
"""Midnight in New York: the beginning of each test, which promtool takes for 1970."""
FORTNIGHT = 14
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NIGHTLY = Schedule(zone="America/New_York", is_on=True)
WEEKDAYS = replace(NIGHTLY, days=frozenset(range(5)))
PAUSED = replace(NIGHTLY, pauses=(Pause(date(2026, 11, 18), date(2026, 11, 22), "Break"),))

Measured = Callable[[datetime], Measurements]


def promtool(*words: str | Path) -> None:
    """A missing promtool is an error and no reason to skip."""
    done = subprocess.run(
        ["promtool", *map(str, words)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_finds_nothing_wrong_with_the_rules() -> None:
    promtool("check", "rules", RULES)


def run_on(day: int, outcome: Outcome = Outcome.SUCCEEDED) -> Run:
    """A run that ends at 2:03 AM, so many days after the Monday."""
    return Run(100 + day, outcome, MONDAY + day * DAY + timedelta(hours=2, minutes=3))


FRIDAY_BEFORE = run_on(-3)
FAILED, HELD = Outcome.FAILED, Outcome.NEEDS_REVIEW


def well(now: datetime) -> Measurements:
    moment = now.timestamp()
    return Measurements(workers=1, planned_at=moment, backed_up_at=moment)


def feed(schedule: Schedule, *runs: Run, set_at: datetime = MONDAY - 7 * DAY) -> Measured:
    """An installation with one feed of these runs, the earliest first."""

    def measured(now: datetime) -> Measurements:
        ended = [each for each in runs if each.ended_at <= now]
        last = ended[-1] if ended else None
        held = last if last and last.outcome is HELD else None
        good = next((each for each in reversed(ended) if each.outcome in GOOD), None)
        facts = FeedFacts(
            name="sis", schedule=schedule, schedule_set_at=set_at, last=last, good=good, held=held
        )
        found = FeedMeasurements(
            standing=judge(facts, now),
            recipients=1,
            held=1 if held else 0,
            held_since=held.ended_at.timestamp() if held else None,
        )
        return replace(well(now), feeds=[found])

    return measured


class Fortnight:
    """What rings, asked of promtool at each noon and midnight."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "rollbook.test.json"

    def expect(
        self,
        measured: Measured,
        *alarms: tuple[str, float, float],
        has_mail: bool = True,
        is_up: bool = True,
    ) -> None:
        """Each alarm, with the first and the last half day on which it rings; and no other."""
        tests = [
            {
                "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": f"{half * 12}h",
                "exp_samples": [
                    {"labels": f'{{alertname="{name}"}}', "value": 1}
                    for name, first, last in alarms
                    if first <= half / 2 <= last
                ],
            }
            for half in range(1, FORTNIGHT * 2)
        ]
        series = list(_series(measured, has_mail=has_mail, is_up=is_up))
        content: dict[str, Any] = {
            "rule_files": [str(RULES)],
            "evaluation_interval": "1h",
            "tests": [{"interval": "1h", "input_series": series, "promql_expr_test": tests}],
        }
        self._file.write_text(json.dumps(content))
        promtool("test", "rules", self._file)


def _series(measured: Measured, *, has_mail: bool, is_up: bool) -> Iterator[dict[str, str]]:
    yield {
        "series": 'up{job="rollbook",instance="i"}',
        "values": f"{int(is_up)}+0x{FORTNIGHT * 24}",
    }
    hours = [MONDAY + hour * HOUR for hour in range(FORTNIGHT * 24)]
    told = [_samples(exposition(measured(now), version="1", has_mail=has_mail)) for now in hours]
    for name in sorted({name for each in told for name in each}):
        values = (each.get(name) for each in told)
        yield {
            "series": name,
            "values": " ".join("_" if value is None else str(value) for value in values),
        }


def _samples(text: str) -> dict[str, float]:
    """Values by series, as a Prometheus stores them that has begun on the Monday."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            metric, _, labels = name.partition("{")
            since = MONDAY.timestamp() if metric.endswith("_timestamp_seconds") else 0
            labels = f",{labels}" if labels else "}"
            found[f'{metric}{{job="rollbook",instance="i"{labels}'] = float(value) - since
    return found


@pytest.fixture
def fortnight(tmp_path: Path) -> Fortnight:
    return Fortnight(tmp_path)


def test_a_feed_of_weekdays_is_quiet_on_weekends(fortnight: Fortnight) -> None:
    nights = [run_on(day) for day in range(FORTNIGHT) if day % 7 < 5]
    fortnight.expect(feed(WEEKDAYS, FRIDAY_BEFORE, *nights))


def test_a_feed_that_has_never_succeeded_rings_from_its_first_night_on(
    fortnight: Fortnight,
) -> None:
    fortnight.expect(feed(NIGHTLY, set_at=MONDAY), ("RollbookNightMissed", 0.5, FORTNIGHT))


def test_one_night_without_a_run_rings_until_the_next_good_one(fortnight: Fortnight) -> None:
    nights = [run_on(day) for day in range(FORTNIGHT) if day != 3]
    fortnight.expect(feed(NIGHTLY, *nights), ("RollbookNightMissed", 3.5, 4))


def test_a_pause_is_quiet_and_the_night_after_it_is_not_forgotten(fortnight: Fortnight) -> None:
    before = [run_on(-1), run_on(0), run_on(1)]
    fortnight.expect(feed(PAUSED, *before), ("RollbookNightMissed", 7.5, FORTNIGHT))
    fortnight.expect(feed(PAUSED, *before, *(run_on(day) for day in range(7, FORTNIGHT))))


def test_a_failure_rings_at_once_and_once_over_a_weekend_too(fortnight: Fortnight) -> None:
    nights = [run_on(day) for day in range(FORTNIGHT) if day % 7 < 5 and day != 4]
    runs = [FRIDAY_BEFORE, *nights[:4], run_on(4, FAILED), *nights[4:]]
    fortnight.expect(feed(WEEKDAYS, *runs), ("RollbookImportFailed", 4.5, 7))


def test_a_failed_import_by_hand_of_a_feed_without_schedule_wakes_no_one(
    fortnight: Fortnight,
) -> None:
    fortnight.expect(feed(replace(NIGHTLY, is_on=False), run_on(2, FAILED)))


def test_a_decision_that_nobody_makes_rings_until_it_is_made(fortnight: Fortnight) -> None:
    nights = [run_on(day) for day in range(FORTNIGHT) if day not in (3, 4)]
    runs = [*nights[:3], run_on(3, HELD), *nights[3:]]
    fortnight.expect(feed(NIGHTLY, *runs), ("RollbookHeld", 3.5, 5))


SCHEDULED = feed(NIGHTLY, *(run_on(day) for day in range(-1, FORTNIGHT)))
ALWAYS = (0.5, FORTNIGHT)


def with_feed(**changes: Any) -> Measured:
    def measured(now: datetime) -> Measurements:
        found = SCHEDULED(now)
        return replace(found, feeds=[replace(each, **changes) for each in found.feeds])

    return measured


@pytest.mark.parametrize(
    ("alarm", "measured"),
    [
        ("RollbookNoWorker", lambda now: replace(well(now), workers=0)),
        ("RollbookPlansNothing", lambda now: replace(well(now), planned_at=MONDAY.timestamp())),
        ("RollbookQueueStuck", with_feed(waiting=1, waiting_since=MONDAY.timestamp())),
        ("RollbookMailsGivenUp", lambda now: replace(well(now), lost_mails=2)),
        ("RollbookMessagesGivenUp", lambda now: replace(well(now), lost_messages=2)),
        ("RollbookTellsNobody", with_feed(recipients=0)),
        ("RollbookCleanUpFails", lambda now: replace(well(now), failed_clean_ups=3)),
        ("RollbookBackupOld", lambda now: replace(well(now), backed_up_at=None)),
        ("RollbookManyRejected", with_feed(counts={"rejected": 101})),
    ],
)
def test_each_other_trouble_has_one_alarm(
    fortnight: Fortnight, alarm: str, measured: Measured
) -> None:
    fortnight.expect(measured, (alarm, *ALWAYS))


def test_the_server_that_is_away_or_has_no_mail_server_rings(fortnight: Fortnight) -> None:
    fortnight.expect(SCHEDULED, ("RollbookTellsNobody", *ALWAYS), has_mail=False)
    fortnight.expect(SCHEDULED, ("RollbookDown", *ALWAYS), is_up=False)


def test_an_import_that_waits_while_another_runs_is_no_trouble(fortnight: Fortnight) -> None:
    waits = with_feed(waiting=1, waiting_since=MONDAY.timestamp())
    fortnight.expect(lambda now: replace(waits(now), jobs=[("running", "", 1)]))


def queries() -> list[str]:
    """Of the dashboard; what a person has chosen there is everything."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    found = [target["expr"] for panel in panels for target in panel["targets"]]
    assert len(found) >= 15
    return [each.replace("$instance", ".*") for each in found]


def test_rules_and_dashboard_name_metrics_that_there_are() -> None:
    named = set(re.findall(r"\brollbook_[a-z_]+", " ".join([RULES.read_text(), *queries()])))
    assert named <= {name for name, _ in meanings()}


def test_promtool_can_read_every_query_of_the_dashboard(tmp_path: Path) -> None:
    rules = [{"record": f"query{n}", "expr": query} for n, query in enumerate(queries())]
    file = tmp_path / "queries.json"
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    promtool("check", "rules", file)


def test_panels_of_the_dashboard_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken and max(x for x, _ in cells) < 24, panel["title"]
        taken |= cells
