"""What an undo does is said in people first, and nothing is said of what does not change."""

from rollbook.web.pages.imports.undo_tiles import undo_tiles


def test_each_number_that_is_not_0_has_a_tile_and_people_come_first() -> None:
    numbers = {
        "values_restored": 36,
        "values_kept": 2,
        "students_kept": 1,
        "students_removed": 3,
        "students_active_again": 60,
        "students_missing_again": 0,
        "paused": True,
    }
    tiles = undo_tiles(numbers, is_done=False)
    assert [(tile.label, tile.number) for tile in tiles] == [
        ("Active again", 60),
        ("New students removed", 3),
        ("Values that go back", 36),
        ("Stay as they are", 3),
    ]
    assert tiles[-1].said == "2 values and 1 new student"


def test_an_undo_by_an_earlier_version_counts_what_it_counted() -> None:
    tiles = undo_tiles({"values_restored": 1, "students_removed": 0}, is_done=True)
    assert [(tile.label, tile.number) for tile in tiles] == [("Values restored", 1)]
    assert undo_tiles({}, is_done=True) == []
