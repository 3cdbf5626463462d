"""Which passwords are refused; at each limit, the last one that is taken as well."""

from collections.abc import Callable

import pytest

Judge = Callable[[str], str]

REFUSED = {
    "short": "tR7!xq2Lm",
    "short with blanks": "t R 7 ! x q 2 L m",
    "blanks alone": " " * 20,
    "one sign": "aaaaaaaaaaaaaaaa",
    "two signs": "abababababababab",
    "a repeated word": "kitten kitten kitten",
    "a repeated date": "2026-11-262026-11-26"[:20] * 2,
    "the alphabet": "abcdefghijklmnop",
    "numbers": "123456789012345",
    "numbers backward": "098765432109876",
    "keys in a row": "qwertyuiopasdfghjkl",
    "runs of keys": "qwerty123456asdfgh",
    "common": "passwordpassword",
    "common with an end": "basketball!!!!2026",
    "common in capitals": "BASKETBALL 1 2 3 4",
    "this product": "Rollbook2026!",
    "this product twice": "rollbook-rollbook-1",
    "the address": "ada.lovelace@example.org",
    "parts of the address": "Lovelace-Example-12",
    "the host": "rollbook.springfield-usd.org",
    "endless": "x7-" * 200,
}
TAKEN = (
    "violet otter marble lamp",
    "another long sentence",
    "correct horse battery staple",
    "tR7!xq2LmVw9",
    "ein längerer Satz mit Umlauten",
    "我们每天早上都去学校学习新的东西",
    "my rollbook opens at noon",
)


@pytest.fixture
def judge(django_ready: None) -> Judge:
    """Return the reason why Ada's password is refused, "" for one that is taken."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.test import override_settings

    from rollbook.access.models import User

    def of(password: str) -> str:
        with override_settings(PUBLIC_URL="https://rollbook.springfield-usd.org"):
            try:
                validate_password(password, User(email="ada.lovelace@example.org"))
            except ValidationError as error:
                return " ".join(error.messages)
            return ""

    return of


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_quickly_guessed_is_refused(judge: Judge, name: str) -> None:
    assert judge(REFUSED[name])


@pytest.mark.parametrize("password", TAKEN)
def test_a_sentence_of_ones_own_is_taken(judge: Judge, password: str) -> None:
    assert judge(password) == ""


@pytest.mark.parametrize(
    ("taken", "refused", "why"),
    [
        ("tR7!xq2LmVw9", "tR7!xq2LmVw", "too short"),
        ("t R7!xq2 LmVw9 ", "t R7!xq2 LmVw ", "too short"),
        ("tR7!xq2LmVw9" * 10 + "k4Bn#Zp8", "tR7!xq2LmVw9" * 10 + "k4Bn#Zp8j", "longer than 128"),
        # Six signs of its own are the least, whatever runs and repetitions are between them.
        ("aaakkkfffzzzpppccc", "aaakkkfffzzzppp", "repetition"),
        ("aaccfhkmrt77", "aabbccddkkzz", "repetition"),
        ("qwekjhmn7ru3", "qwertasdfghj", "repetition"),
        ("poiuytmamawk", "poiuytrewqkj", "repetition"),
        ("xk7mq2vp9rtz" * 2, "xk7mq2vp9rt" * 2, "repetition"),
        ("xk7mq2v" + "xk7mq2", "xk7mq2v" * 2, "repetition"),
        # What anybody knows is taken away, the longest first; six signs must be left.
        ("lovelace marble", "lovelace marbl", "this site's name"),
        ("ada marblelllll", "ada marbllllll", "this site's name"),
        ("or marbllllllll", "org marblllllll", "this site's name"),
        ("ada.lovelacemarble", "ada.lovelacemarbl", "this site's name"),
        ("ada.lovelace@example.org marble", "ada.lovelace@example.org marbl", "this site's name"),
        ("springfield marble", "springfield marbl", "this site's name"),
        ("Springfield-USD MARBLE", "Springfield-USD MARB", "this site's name"),
        ("student marble", "student marbl", "this site's name"),
        ("district marble", "district marbl", "this site's name"),
        ("schoolmarble", "school marblll", "this site's name"),
        ("admin marble welcome", "admin marbl welcome", "this site's name"),
        ("password marble", "password marbl", "this site's name"),
        ("rollbook marble", "rollbook marbl", "this site's name"),
        ("basketballmarble", "99basketball__2026", "too common"),
        ("marble basketball", "basketballbasketball!!!", "too common"),
    ],
)
def test_at_each_limit_one_is_taken_and_the_next_is_not(
    judge: Judge, taken: str, refused: str, why: str
) -> None:
    assert judge(taken) == ""
    assert why in judge(refused)


def test_without_an_address_of_the_pages_the_other_words_count(judge: Judge) -> None:
    from django.test import override_settings

    from rollbook.access.passwords import HardToGuess

    with override_settings(PUBLIC_URL=""):
        HardToGuess().validate("springfield marbl")
        with pytest.raises(Exception, match="this site's name"):
            HardToGuess().validate("rollbook marbl")
