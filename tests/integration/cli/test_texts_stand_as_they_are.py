"""Names and headers that look like markup: they neither vanish nor end a command."""

from pathlib import Path

from tests.integration.cli.commands import HEADER, CommandLine, student, write_csv


def test_a_file_keeps_its_brackets_in_the_history(rollbook: CommandLine, tmp_path: Path) -> None:
    done = rollbook("import", write_csv(tmp_path / "students[final].csv", student(1)))
    assert done.code == 0, done
    assert "students[final].csv" in rollbook("jobs", "list").out


def test_a_header_in_a_refusal_is_shown_as_it_is(rollbook: CommandLine, tmp_path: Path) -> None:
    header = HEADER.replace("SSID", "[/Identity]")
    rows = [student(number) for number in range(1, 4)]
    done = rollbook.at_terminal("import", write_csv(tmp_path / "a.csv", *rows, header=header))
    assert done.code == 3, done
    assert "[/Identity]" in done.out


def test_invisible_signs_are_written_out_and_json_and_csv_stay_exact(
    rollbook: CommandLine, tmp_path: Path
) -> None:
    turned = "\u202e"
    rows = [f"{student(number)},x" for number in range(1, 21)]
    rows.append(student(21, grade=f"{turned}\x1b[31mtwelve") + ",x")
    file = write_csv(tmp_path / f"a{turned}vsc.csv", *rows, header=f"{HEADER},Bus{turned}")
    told = [
        rollbook("feeds", "map", "files", "--from", file),
        rollbook.at_terminal("check", file),
        rollbook("import", file),
        rollbook("jobs", "show", "1"),
        rollbook("jobs", "list"),
        rollbook.at_terminal("import", tmp_path / f"gone{turned}"),
    ]
    said = "".join(done.out + done.err for done in told)
    assert turned not in said
    assert "\x1b" not in said
    for shown in ("Bus[U+202E]", "[U+202E][U+001B][31mtwelve", "a[U+202E]vsc.csv", "gone[U+202E]"):
        assert shown in said, shown
    exact = rollbook("jobs", "show", "1", "--json")
    assert turned not in exact.out
    assert {issue["column"] for issue in exact.object["issue_list"]} == {f"Bus{turned}", "Grade"}
    assert any(turned in (issue["value"] or "") for issue in exact.object["issue_list"])
