"""Delimited text, clause by clause of what an import means."""

import pytest

from rollbook.core.feed_settings import FeedRules
from rollbook.core.reading.errors import FileTooLarge, MissingColumns
from tests.spec.reading import opened, read

HEAD = "Student ID,SSID,Last Name\n"
ADA = ["001", "9001", "Ada"]
BEN = ["002", "9002", "Ben"]
CEM = ["003", "9003", "Cem"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "^"])
def test_the_delimiter_is_found_by_the_header(delimiter: str) -> None:
    text = f"{HEAD}001,9001,Ada\n002,9002,Ben\n".replace(",", delimiter)
    result = read(text)
    assert result.records == {2: ADA, 3: BEN}
    assert result.table.facts.delimiter == delimiter


def test_a_title_full_of_another_delimiter_does_not_decide() -> None:
    assert read(f"a;b;c;d;e\n{HEAD}001,9001,Ada\n002,9002,B;n\n").records[4][2] == "B;n"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_any_line_end_is_read_and_the_last_may_be_missing(line_end: str, last: bool) -> None:
    text = f"{HEAD}001,9001,Ada\n002,9002,Ben\n".replace("\n", line_end)
    assert read(text if last else text.removesuffix(line_end)).records == {2: ADA, 3: BEN}


@pytest.mark.parametrize("blank", ["", "   ", ",,", " , ,", '"","",""'])
def test_a_blank_line_counts_as_a_row_and_is_no_student(blank: str) -> None:
    result = read(f"{HEAD}001,9001,Ada\n{blank}\n002,9002,Ben\n")
    assert result.records == {2: ADA, 4: BEN}
    assert result.damaged == {}
    assert "1 blank row " in " ".join(result.table.notes)


def test_trailing_delimiters_are_harmless() -> None:
    result = read("Student ID,SSID,Last Name,,\n001,9001,Ada,,\n002,9002,Ben,\n003,9003,Cem\n")
    assert result.table.header == ("Student ID", "SSID", "Last Name")
    assert result.records == {2: ADA, 3: BEN, 4: CEM}


def test_a_preamble_is_passed_over_and_named() -> None:
    result = read(f"Roster\nPrinted,today\n\n{HEAD}001,9001,Ada\n")
    assert result.records == {5: ADA}
    assert result.table.facts.header_row == 4
    assert "rows 1 to 3" in " ".join(result.table.facts.notes)


@pytest.mark.parametrize("footer", ["Total,2", "End of report", "2 students", "Total: 2\n\nEOF\n"])
def test_a_footer_is_passed_over_and_named(footer: str) -> None:
    result = read(f"{HEAD}001,9001,Ada\n002,9002,Ben\n{footer}\n")
    assert result.records == {2: ADA, 3: BEN}
    assert result.damaged == {}
    assert "footer" in " ".join(result.table.notes)


def test_a_footer_is_none_before_the_last_student() -> None:
    result = read(f"{HEAD}001,9001,Ada\nTotal,1\n002,9002,Ben\n")
    assert result.records == {2: ADA, 4: BEN}
    assert result.damaged == {3: "ROW_TOO_SHORT"}


@pytest.mark.parametrize("cut", ["002,9002", "002,9", "002,9002\n"])
def test_a_last_record_that_could_be_a_cut_off_student_is_rejected(cut: str) -> None:
    result = read(f"{HEAD}001,9001,Ada\n{cut}")
    assert result.records == {2: ADA}
    assert result.damaged == {3: "FILE_TRUNCATED"}


@pytest.mark.parametrize("cut", ["002", "00"])
def test_a_cut_off_first_cell_may_be_the_end_of_the_row_before_so_both_are_rejected(
    cut: str,
) -> None:
    result = read(f"{HEAD}001,9001,Ada\n{cut}")
    assert result.records == {}
    assert result.damaged == {2: "ROW_BROKEN", 3: "FILE_TRUNCATED"}


def test_quoted_cells_hold_delimiters_doubled_quotes_and_line_breaks() -> None:
    result = read(f'{HEAD}001,9001,"A, ""d""\r\na"\n002,9002,Ben\n')
    assert result.records == {2: ["001", "9001", 'A, "d"\r\na'], 3: BEN}


def test_a_line_break_in_the_first_cell_is_one_too() -> None:
    text = 'Last Name,Student ID,SSID\n"A\nda",001,9001\nBen,002,9002\n'
    assert read(text).records == {2: ["A\nda", "001", "9001"], 3: ["Ben", "002", "9002"]}


def test_a_line_break_in_quotes_is_not_a_row_of_its_own() -> None:
    result = read(f'{HEAD}001,9001,"A\nd\na"\n\n002,9002,"Ben"\n')
    assert list(result.records) == [2, 4]


def test_blanks_between_a_delimiter_and_a_quote_are_ignored() -> None:
    assert read(f'{HEAD} "001" , "9001","Ada" \n').records == {2: ADA}


def test_a_half_quoted_line_does_not_swallow_the_next_student() -> None:
    result = read(f'{HEAD}001,9001,"Ada\n002,9002,Ben\n003,9003,"Cem"\n')
    assert result.records == {3: BEN, 4: CEM}
    assert result.damaged == {2: "ROW_QUOTE_OPEN"}


def test_two_half_quoted_lines_do_not_join_into_one_student() -> None:
    result = read(f'{HEAD}"001,9001,Ada\n002,9002,Ben\n003,9003,Cem"\n')
    assert result.records[3] == BEN
    assert result.damaged[2] == "ROW_QUOTE_OPEN"


def test_the_rest_of_an_open_first_cell_is_no_student_of_its_own() -> None:
    text = 'Last Name,Student ID,SSID\n"A\nda,001,9001\nBen,002,9002\nCem,003,9003\n'
    result = read(text)
    assert result.records == {4: ["Ben", "002", "9002"], 5: ["Cem", "003", "9003"]}
    assert result.damaged == {2: "ROW_QUOTE_OPEN", 3: "ROW_BROKEN"}


def test_a_half_quoted_line_is_split_so_that_it_is_known_whose_it_is() -> None:
    chunks = opened(f'{HEAD}"001,9001,Ada\n002,9002,Ben\n').chunks()
    (damaged,) = [record for chunk in chunks for record in chunk.damaged]
    assert damaged.cells == ['"001', "9001", "Ada"]


def test_text_after_a_closing_quote_rejects_that_line_alone() -> None:
    result = read(f'{HEAD}001,9001,"A"da\n002,9002,Ben\n')
    assert result.records == {3: BEN}
    assert result.damaged == {2: "ROW_QUOTE_OPEN"}


def test_a_quote_on_the_last_line_that_is_never_closed_rejects_it() -> None:
    result = read(f'{HEAD}001,9001,Ada\n002,9002,"Ben')
    assert result.records == {2: ADA}
    assert list(result.damaged) == [3]


@pytest.mark.parametrize("after", ["", "002,9002,Ben\n", "\n", "Total,1\n"])
def test_a_quote_inside_an_unquoted_cell_is_kept_with_a_warning(after: str) -> None:
    result = read(f'{HEAD}001,9001,Ada "A" Day\n{after}')
    assert result.records[2] == ["001", "9001", 'Ada "A" Day']
    assert result.strays == [2]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('="00123"', "00123"),
        ('="00123" ', "00123"),
        ('"=""00123"""', "00123"),
        ('="O""Brien"', 'O"Brien'),
        ('="Smith, Jr."', "Smith, Jr."),
        ('=""', ""),
        ('"="""""', ""),
    ],
)
def test_a_value_that_the_export_wraps_into_a_formula_counts_without_it(
    cell: str, value: str
) -> None:
    for line, record in ((f"001,9001,{cell}", 2), (f"{cell},9001,x", 0)):
        result = read(f"{HEAD}{line}\n002,9002,Ben\n")
        assert result.records[2][record] == value
        assert (result.strays, result.damaged) == ([], {})
        assert result.records[3] == BEN


@pytest.mark.parametrize("cell", ['="00123', '="00123"4', '=00"123"', '="a" "b"'])
def test_what_only_begins_like_a_wrapped_value_is_kept_with_a_warning(cell: str) -> None:
    result = read(f"{HEAD}001,9001,{cell}\n002,9002,Ben\n")
    assert result.records == {2: ["001", "9001", cell], 3: BEN}
    assert result.strays == [2]


def test_headers_may_be_wrapped_into_formulas_too() -> None:
    assert read('="Student ID",="SSID",="Last Name"\n001,9001,Ada\n').records == {2: ADA}


def test_a_damaged_row_with_a_quote_inside_a_cell_is_an_error_and_no_warning_too() -> None:
    result = read(f'{HEAD}001,9001,A"da,x\n002,9002,Ben\n')
    assert (result.damaged, result.strays) == ({2: "ROW_TOO_LONG"}, [])


@pytest.mark.parametrize("halves", ["001,90\n01,Ada", "001\n,9001,Ada", "001,9001,\nAda"])
def test_a_stray_line_break_rejects_both_halves(halves: str) -> None:
    result = read(f"{HEAD}000,9000,Zoe\n{halves}\n002,9002,Ben\n003,9003,Cem\n")
    assert not {"001", "01", "Ada"} & {cell for row in result.rows for cell in row}
    assert result.records[6] == CEM
    assert {result.damaged[row] for row in (3, 4)} == {"ROW_BROKEN"}


def test_a_single_cell_rejects_the_neighbor_whose_half_it_may_be() -> None:
    # "002" is as long as all other numbers, so nothing of it is missing; of "Ada" it may be.
    result = read(f"{HEAD}001,9001,Ada\nLee\n002,9002,Ben\n003,9003,Cem\n")
    assert result.records == {4: BEN, 5: CEM}
    assert result.damaged == {2: "ROW_BROKEN", 3: "ROW_BROKEN"}


def test_a_single_cell_before_a_number_that_is_too_short_rejects_both() -> None:
    result = read(f"{HEAD}001,9001,Ada\n0\n02,9002,Ben\n003,9003,Cem\n")
    assert result.records == {2: ADA, 5: CEM}


@pytest.mark.parametrize("line", ["002;9002;Ben", "002\t9002\tBen", "002|9002|Ben"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_row_with_another_delimiter_is_rejected_alone_and_its_student_is_known(
    line: str, place: int
) -> None:
    rows = ["001,9001,Ada", "003,9003,Cem"]
    rows.insert(place, line)
    result = read(HEAD + "".join(f"{row}\n" for row in rows))
    assert result.damaged == {place + 2: "ROW_OTHER_DELIMITER"}
    assert list(result.records.values()) == [ADA, CEM]
    assert result.damaged_cells == {place + 2: BEN}


def test_the_own_delimiter_inside_a_row_with_another_one_changes_nothing() -> None:
    result = read(f"{HEAD}001,9001,Ada\n002;9002;Ben, Jr.\n003,9003,Cem\n")
    assert result.records == {2: ADA, 4: CEM}
    assert result.damaged == {3: "ROW_OTHER_DELIMITER"}


@pytest.mark.parametrize("line", ["Page 2 of 7", "Total: 12", "Printed 9/1/2025", "--- end ---"])
def test_a_line_of_a_report_between_two_students_is_rejected_alone(line: str) -> None:
    result = read(f"{HEAD}001,9001,Ada\n{line}\n002,9002,Ben\n")
    assert result.records == {2: ADA, 4: BEN}


@pytest.mark.parametrize(
    "rule", ["----------,----,---------", "----------+----+---------", "==========,====,========"]
)
def test_a_line_of_dashes_under_the_header_is_passed_over_and_noted(rule: str) -> None:
    result = read(f"{HEAD}{rule}\n001,9001,Ada\n002,9002,Ben\n\n(2 rows affected)\n")
    assert result.records == {3: ADA, 4: BEN}
    assert not result.damaged
    assert "A line of dashes was skipped (row 2)." in result.table.notes


def test_a_header_that_comes_again_may_have_its_line_of_dashes_again() -> None:
    rule = "----------,----,---------\n"
    result = read(f"{HEAD}{rule}001,9001,Ada\n{HEAD}{rule}002,9002,Ben\n")
    assert result.records == {3: ADA, 6: BEN}
    assert result.damaged == {4: "HEADER_REPEATED"}


def test_the_aligned_output_of_psql_is_read() -> None:
    text = " student id | ssid | last name \n------------+------+-----------\n"
    result = read(f"{text} 001        | 9001 | Ada       \n(1 row)\n\n")
    assert [[cell.strip() for cell in row] for row in result.records.values()] == [ADA]


@pytest.mark.parametrize(
    ("line", "code"), [("001,9001,Ada,x", "ROW_TOO_LONG"), ("001,9001", "ROW_TOO_SHORT")]
)
def test_a_record_of_another_width_is_rejected_and_never_padded_or_cut(
    line: str, code: str
) -> None:
    result = read(f"{HEAD}{line}\n002,9002,Ben\n003,9003,Cem\n")
    assert result.records == {3: BEN, 4: CEM}
    assert result.damaged == {2: code}


@pytest.mark.parametrize("hint", ["sep=;", "SEP=;", '"sep=;"'])
def test_the_delimiter_hint_of_excel_is_understood_and_is_no_row(hint: str) -> None:
    result = read(f"{hint}\r\nStudent ID;SSID;Last Name\r\n001;9001;Ada\r\n")
    assert result.records == {2: ADA}


def test_a_hint_without_a_delimiter_is_no_hint() -> None:
    assert read(f"sep=\r\n{HEAD}001,9001,Ada\n").records == {3: ADA}


def test_a_quoted_header_behind_a_byte_order_mark_has_no_quotes() -> None:
    text = '"Student ID","SSID","Last, Name"\n001,9001,Ada\n'
    for codec in ("utf-8-sig", "utf-16"):
        assert read(text.encode(codec)).table.header == ("Student ID", "SSID", "Last, Name")


def test_one_odd_quote_changes_nothing_for_the_lines_around_it() -> None:
    odd = ['003,9003,C"em', '"003","9003",C"em', '003,9003, "C""em"', '"003","9003","C""em"']
    for line in odd:
        result = read(f'{HEAD}"001","9001","Ada"\n{line}\n002,9002,Ben\n')
        assert result.records == {2: ADA, 3: ["003", "9003", 'C"em'], 4: BEN}
        assert result.strays == ([] if line.endswith('"') else [3])


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_an_encoding_does_not_change_what_is_read(codec: str) -> None:
    assert read(f"{HEAD}001,9001,Muñoz\n".encode(codec)).rows == [["001", "9001", "Muñoz"]]


def test_windows_1252_is_read() -> None:
    result = read(f"{HEAD}001,9001,Muñoz\n002,9002,O’Neil\n".encode("cp1252"))
    assert [row[2] for row in result.rows] == ["Muñoz", "O’Neil"]


def test_a_stray_byte_in_utf_8_stays_in_its_cell() -> None:
    result = read(f"{HEAD}001,9001,Muñoz\n".encode() + b"002,9002,B\xf1n\n")
    assert [row[2] for row in result.rows] == ["Muñoz", "B\udcf1n"]


def test_row_numbers_go_on_across_chunks() -> None:
    lines = [f"{number},9{number},Name" for number in range(2, 2_002)]
    lines[500] = '502,9502,"Na\nme"'
    lines[900] = ""
    result = read(HEAD + "\n".join(lines))
    assert all(int(cells[0]) == row for row, cells in result.records.items())
    assert len(result.records) == 1_999
    assert result.table.records_read == 2_001


def test_a_table_can_be_read_twice() -> None:
    table = opened(f"{HEAD}001,9001,Ada\nTotal,1\n")
    assert list(table.chunks()) == list(table.chunks())
    assert (len(table.notes), table.records_read) == (1, 3)


def test_a_file_without_a_header_lists_what_was_found() -> None:
    with pytest.raises(MissingColumns) as refused:
        opened("Pupil,Color\n1,red\n")
    assert "“Pupil”, “Color”" in refused.value.private


def test_a_file_with_one_identifier_will_do_where_the_feed_says_so() -> None:
    assert read("Student ID\n001\n002\n", FeedRules(required=("student_id",))).rows == [
        ["001"],
        ["002"],
    ]


def test_a_header_of_thousands_of_columns_is_refused() -> None:
    with pytest.raises(FileTooLarge):
        opened("Student ID,SSID" + ",x" * 2_000 + "\n")


@pytest.mark.parametrize("lone", ["0", "00"])
def test_half_a_number_before_its_other_half_leaves_the_student_in_front_alone(lone: str) -> None:
    rest = "002".removeprefix(lone)
    text = f"{HEAD}001,9001,Ada\n{lone}\n{rest},9002,Ben\n003,9003,Cem\n004,9004,Dan\n"
    result = read(text)
    assert result.damaged == {3: "ROW_BROKEN", 4: "ROW_BROKEN"}
    assert result.records[2] == ADA


def test_a_line_after_a_number_with_all_its_decimals_is_no_half_of_it() -> None:
    head = "Student ID,SSID,Attendance %\n"
    result = read(f"{head}001,9001,95.5\n0\n002,9002,94.5\n003,9003,93.5\n004,9004,91.0\n")
    assert result.damaged == {3: "ROW_TOO_SHORT"}
    broken = read(f"{head}001,9001,95\n.5\n002,9002,94.5\n003,9003,93.5\n004,9004,91.0\n")
    assert broken.damaged == {2: "ROW_BROKEN", 3: "ROW_BROKEN"}
