"""A cookie is read only whole, by whom it was made, in its place and in its time."""

import time
from http.cookies import SimpleCookie

from starlette.responses import Response

from portal.session import FLOW, NAME, Flow, Seal, Session, new_csrf
from portal.visit import own_path

KEY, OTHER = b"k" * 32, b"o" * 32


def session(token: str = "t", seconds: float = 60) -> Session:  # noqa: S107
    return Session(
        person="p-1", roles=("employee",), token=token, csrf=new_csrf(),
        ends=time.time() + seconds,
    )  # fmt: skip


def kept(seal: Seal, name: str, content: Session | Flow) -> dict[str, str]:
    answer = Response()
    seal.write(answer, name, content)
    found: dict[str, str] = {}
    for key, value in answer.raw_headers:
        if key == b"set-cookie":
            for morsel in SimpleCookie(value.decode()).values():
                assert morsel["httponly"]
                assert morsel["samesite"] == "lax"
                if morsel.value:
                    found[morsel.key] = morsel.value
    return found


def test_who_is_signed_in_comes_back_as_they_were() -> None:
    seal, who = Seal((KEY,), secure=False), session()
    assert seal.read(kept(seal, NAME, who), NAME, Session) == who


def test_a_long_token_lies_in_several_cookies_and_half_of_it_is_nothing() -> None:
    seal, who = Seal((KEY,), secure=False), session("".join(f"{n:x}" for n in range(3_000)))
    cookies = kept(seal, NAME, who)
    assert len(cookies) > 1
    assert all(len(value) < 4_000 for value in cookies.values())
    assert seal.read(cookies, NAME, Session) == who
    cookies.popitem()
    assert seal.read(cookies, NAME, Session) is None


def test_a_cookie_that_was_changed_or_is_anothers_or_is_over_is_nobody() -> None:
    seal = Seal((KEY,), secure=False)
    cookies = kept(seal, NAME, session())
    text = cookies[NAME]
    for at in range(0, len(text), 7):
        changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        assert seal.read({NAME: changed}, NAME, Session) is None
    assert Seal((OTHER,), secure=False).read(cookies, NAME, Session) is None
    assert seal.read(kept(seal, NAME, session(seconds=-1)), NAME, Session) is None
    assert seal.read({NAME: "not base64 ☂"}, NAME, Session) is None


def test_a_cookie_is_no_use_in_another_place() -> None:
    seal = Seal((KEY,), secure=False)
    flow = Flow(state="s", verifier="v", to="/", ends=time.time() + 60)
    moved = {NAME: kept(seal, FLOW, flow)[FLOW]}
    assert seal.read(moved, NAME, Flow) is None


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old, both = Seal((KEY,), secure=False), Seal((OTHER, KEY), secure=False)
    who = session()
    assert both.read(kept(old, NAME, who), NAME, Session) == who
    assert old.read(kept(both, NAME, who), NAME, Session) is None


def test_over_tls_a_browser_keeps_it_for_this_host_only() -> None:
    assert list(kept(Seal((KEY,), secure=True), NAME, session())) == [f"__Host-{NAME}"]


def test_a_forms_proof_is_of_this_session_and_never_twice_the_same() -> None:
    who, other = session(), session()
    one, two = who.form_token(), who.form_token()
    assert one != two
    assert who.made(one)
    assert who.made(two)
    for wrong in (other.form_token(), "", "☂", "AAAA", one[:-4]):
        assert not who.made(wrong)


def test_nobody_is_sent_to_another_site() -> None:
    assert own_path("/ideas?mine=1") == "/ideas?mine=1"
    for wrong in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "",
                  "/a\\b", "/\tevil", "/a\nset-cookie: x"):  # fmt: skip
        assert own_path(wrong) == "/"
