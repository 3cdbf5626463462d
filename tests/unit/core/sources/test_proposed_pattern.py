"""A pattern for one file's name takes it, its other nights, and no more than it must."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.sources.proposed_pattern import ONLY_THIS, TOO_MANY, proposed_patterns

names = st.text(st.sampled_from("ab_-. 0123é[]*?\u202e\udce9"), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("files", "pattern"),
    [
        (["student_data_20261127.csv"], "student_data_*.csv"),
        (["student_data_2026-11-27_0200.csv"], "student_data_*.csv"),
        (["students_g1_11272026.csv", "students_g2_11282026.csv"], "students_g*_*.csv"),
        (["school12_20261128.csv", "school13_20261128.csv"], "school12_*.csv"),
        (["s12_20261128.csv", "s12_20261127.csv", "s13_20261127.csv"], "s12_*.csv"),
        (["20261128.csv", "x.csv"], "[0-9]" * 8 + ".csv"),
        (["2026-11-28", "x"], "[0-9]" * 4 + "-[0-9][0-9]" * 2),
        (["20261128.csv.gz"], "[0-9]" * 8 + ".csv.gz"),
        (["1.csv", "2.csv", "x.csv"], "[0-9].csv"),
        (["sis_20261128.csv", "sis_old_20261127.csv"], f"sis_{'[0-9]' * 8}.csv"),
        (["sis_v2.csv", "other_v3.csv"], "sis_v2.csv"),
        (["sis_20269999.csv"], "sis_20269999.csv"),
        (["x[1]*.csv"], "x[[]1][*].csv"),
        (["x\udce9\u202e.csv"], "x??.csv"),
        ([" a.csv "], "?a.csv?"),
    ],
)
def test_dates_and_numbers_that_differ_become_a_star(files: list[str], pattern: str) -> None:
    assert proposed_patterns(files, files[:1])[files[0]].pattern == pattern


@pytest.mark.parametrize(
    ("files", "others", "pattern", "why"),
    [
        (["sis_20261128.csv", "sis_old.csv"], ["sis_o*"], f"sis_{'[0-9]' * 8}.csv", ""),
        (["sis_20261128.csv", "sis_20261127.csv"], ["*27.csv"], "sis_20261128.csv", ONLY_THIS),
        (["20261128.csv", "12345678.csv"], [], "20261128.csv", ONLY_THIS),
        (["sis.csv"], ["*.csv"], "sis.csv", ""),
        (["s_20261127.csv"], ["s_extra_*.csv"], f"s_{'[0-9]' * 8}.csv", ""),
        (["s_20261127.csv"], ["s_x[0-9]*.csv"], f"s_{'[0-9]' * 8}.csv", ""),
        (["s_20261127.csv"], ["s_2*.csv"], "s_20261127.csv", ONLY_THIS),
        (["s_20261127.csv"], ["?_2026*"], "s_20261127.csv", ONLY_THIS),
        (["s_20261127.csv"], ["*x*.csv"], f"s_{'[0-9]' * 8}.csv", ""),
        (["s_20261127.csv"], ["t_*.csv"], "s_*.csv", ""),
    ],
)
def test_a_pattern_takes_no_files_of_another_shape_or_feed(
    files: list[str], others: list[str], pattern: str, why: str
) -> None:
    proposal = proposed_patterns(files, files[:1], others=others)[files[0]]
    assert (proposal.pattern, proposal.why_exact) == (pattern, why)


@pytest.mark.parametrize("other", [" b.csv", "xb.csv"])
def test_a_sign_that_cant_be_written_takes_no_other_file(other: str) -> None:
    name = "\u202eb.csv"
    assert proposed_patterns([name], [name])[name].pattern == "?b.csv"
    assert proposed_patterns([name, other], [name]) == {}


def test_names_of_many_numbers_are_kept_without_much_work() -> None:
    numbers = [str(number).zfill(115) for number in range(2_000)]
    files = ["".join(f"a{digit}" for digit in each) for each in numbers]
    proposed = proposed_patterns(files, files[-200:])
    assert {each.why_exact for each in proposed.values()} <= {"", TOO_MANY}
    many = [f"{number:04}_" + "1a" * 9 + f"{number}.csv" for number in range(3)]
    scattered = [name.replace("1a", f"{at}a") for at, name in enumerate(many)]
    assert proposed_patterns(scattered, scattered[:1])[scattered[0]].why_exact == TOO_MANY


@given(st.lists(names, min_size=1, max_size=5))
def test_a_pattern_takes_its_name_and_shows_all_of_itself(files: list[str]) -> None:
    for name, proposal in proposed_patterns(files, files).items():
        pattern = proposal.pattern
        assert fnmatchcase(name, pattern)
        assert pattern.isprintable()
        assert pattern == pattern.strip()
