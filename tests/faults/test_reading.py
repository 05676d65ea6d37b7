"""What is read of mails: the Message-ID and the address, however the name is written."""

from collections import Counter
from pathlib import Path

from tests.faults.reading import mails


def test_a_mail_that_came_twice_is_counted_twice_and_another_id_is_another_mail(
    tmp_path: Path,
) -> None:
    told = "Subject: =?utf-8?q?Gelukt?=\r\nTo: Anna Jansen <anna-1@example.org>\r\n"
    for number, name in enumerate(("<a@example.org>", "<a@example.org>", "<b@example.org>")):
        text = f"Message-ID: {name}\r\n{told}\r\nHallo\r\n\r\nMessage-ID: <c@example.org>\r\n"
        (tmp_path / f"{number}.eml").write_text(text, "utf-8")
    (tmp_path / "note.txt").write_text("no mail")
    assert Counter(mails(tmp_path)) == {
        ("<a@example.org>", "anna-1@example.org"): 2, ("<b@example.org>", "anna-1@example.org"): 1,
    }  # fmt: skip
