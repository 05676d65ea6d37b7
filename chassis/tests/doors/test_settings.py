"""What a service must be told, and what it says when it was not."""

import pytest
from pydantic import Field, ValidationError

from chassis.settings import Settings, SettingsWrong, example, load


class HouseSettings(Settings):
    desk: str = Field(description="who sits at the desk", examples=["p-desk"])


def test_everything_that_is_missing_is_said_at_once_and_how_to_set_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"KIEM_{name.upper()}", raising=False)
    monkeypatch.setenv("KIEM_PORT", "a lot")
    monkeypatch.setenv("KIEM_ZONE", "Mars/Olympus")

    with pytest.raises(SettingsWrong) as said:
        load(HouseSettings)

    text = str(said.value)
    for name in ("DATABASE_URL", "KAFKA_BOOTSTRAP", "ISSUER", "KEYS", "CLIENT_ID", "DESK"):
        assert f"KIEM_{name} is missing" in text
    assert "set KIEM_DESK=p-desk" in text
    assert "KIEM_PORT is wrong" in text
    assert "KIEM_ZONE is wrong" in text
    assert "a lot" not in text


def test_settings_do_not_change_and_do_not_show_secrets(complete: dict[str, str]) -> None:
    settings = load(Settings)

    assert "not-to-be-shown" not in repr(settings)
    assert settings.client_secret.get_secret_value() == complete["KIEM_CLIENT_SECRET"]
    with pytest.raises(ValidationError):
        settings.port = 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("KIEM_HOST", "0.0.0.0"), ("KIEM_ISSUER", "https://login.example.org")],  # noqa: S104
)
def test_development_shortcuts_are_refused_off_loopback(
    complete: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("KIEM_DEVELOPMENT", "true")
    assert load(Settings).development
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsWrong, match="loopback"):
        load(Settings)


def test_an_example_of_every_required_setting_is_a_valid_one() -> None:
    assert example(HouseSettings).desk == "p-desk"
