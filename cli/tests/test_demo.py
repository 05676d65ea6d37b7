"""The demonstration waits for what it tells of, and says what did not come."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cli.demo.cast import Cast
from cli.demo.post import Post
from cli.demo.story import TITLE, Story
from cli.demo.waiting import wait_for
from cli.failures import Failure
from cli.tokens import Persona


def test_what_the_demo_waits_for_in_vain_is_said() -> None:
    with pytest.raises(Failure, match="it did not come: the sun rises"):
        wait_for("the sun rises", lambda: None, patience=0)


def test_the_demo_looks_again_until_it_is_there() -> None:
    seen = iter([None, None, "there"])
    pauses: list[float] = []

    assert wait_for("it", lambda: next(seen), sleep=pauses.append) == "there"
    assert len(pauses) == 2


def test_only_new_mails_about_the_idea_are_shown(tmp_path: Path) -> None:
    head = "To: a@example.org\nSubject: =?utf-8?q?x?=\n\n"
    (tmp_path / "1-a.eml").write_text(head + TITLE.replace(" op ", "\nop ", 1))
    (tmp_path / "1-b.eml").write_text(head + "Something else")
    (tmp_path / ".1-c.eml").write_text(head + TITLE)

    assert [path.name for path, _ in Post(tmp_path, 0, TITLE).mails()] == ["1-a.eml"]
    assert Post(tmp_path, 9e12, TITLE).mails() == []


def story(folder: Path, sleep: Callable[[float], None]) -> Story:
    anna = Cast(Persona("p-1", ("employee",)), "Anna Vos", "Kas", of_directory=True)
    return Story(None, anna, Post(folder, 0, TITLE), sleep)  # type: ignore[arg-type]


def test_the_demo_lets_nobody_answer_before_the_acknowledgement_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mail = f"To: Anna Vos <a@example.org>\nSubject: We have it: {TITLE}\n\nx"

    def arrive(_: float) -> None:
        (tmp_path / "1-a.eml").write_text(mail)

    assert story(tmp_path, arrive)._acknowledged()
    assert "Anna Vos has the acknowledgement: 'We have it: " in capsys.readouterr().out


def test_the_demo_says_so_where_an_author_has_no_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.demo.story.PATIENCE_FOR_MAIL", 0.0)
    assert not story(tmp_path, lambda _: None)._acknowledged()
    assert "no mail to Anna Vos: the acknowledgement is in the app" in capsys.readouterr().out
