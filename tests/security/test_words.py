"""What people type stays one readable line, and settings that cannot be are refused by name."""

from __future__ import annotations

import tomllib

import pytest

from core.config import PRESETS, PROJECT, RunConfig, preset
from core.errors import AffinityError, DiskFull, InvalidSetting
from core.export.csv_file import csv_bytes


@pytest.mark.parametrize(
    "named",
    ["two\nlines", "a\0b", "\ud800", "\u202egnp", "\x1b[2J", "A" * 100_000, "tab\there", "\r\n"],
)
def test_a_sentence_is_one_line_whatever_it_names(named: str) -> None:
    said = str(AffinityError(f"There is no run {named} in this library; choose another."))
    assert said.isprintable() and len(said) <= 1000
    assert said.startswith("There is no run") and said.endswith("choose another.")
    assert said.encode()


def test_a_sentence_that_can_be_shown_stays_as_it_is() -> None:
    said = "新闻.mp4 is empty; choose another file – 100 °C."
    assert str(AffinityError(said)) == said == str(DiskFull(said, 5))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("batch_size", "0"),
        ("batch_size", "1.5"),
        ("batch_size", "9" * 400),
        ("learning_rate", "nan"),
        ("learning_rate", "1e309"),
        ("learning_rate", ""),
        ("latent_size", "10000000"),
        ("steps", "-1"),
        ("shuffle", "maybe"),
        ("schedule", "=1+1"),
        ("width", "201"),
        ("no such", "1"),
    ],
)
@pytest.mark.parametrize("model", ["compact", "crvae"])
def test_settings_that_cannot_be(model: str, key: str, value: str) -> None:
    with pytest.raises(InvalidSetting, match=r"\.$") as caught:
        preset(model, "fast", {key: value})
    assert key in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"model": None},
        {"model": {}},
        {"training": None},
        {"training": {"steps": "1"}},
        {"training": {"steps": True}},
        {"training": {"learning_rate": None}},
        {"preset": ...},
    ],
)
def test_stored_settings_that_cannot_be(change: dict) -> None:
    stored = PRESETS["compact"]["fast"].to_json() | change
    stored = {key: value for key, value in stored.items() if value is not ...}
    with pytest.raises(InvalidSetting, match=r"\.$"):
        RunConfig.from_json(stored)


def test_half_a_character_leaves_in_no_table() -> None:
    assert csv_bytes([{"a": "x\ud800"}], ["a"]).decode("utf-8-sig") == "a\r\nx?\r\n"


def test_the_server_is_for_this_machine_and_protected() -> None:
    said = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())
    assert said["server"]["address"] == "127.0.0.1"
    assert said["server"]["enableXsrfProtection"] and said["server"]["enableCORS"]
    assert not said["server"]["enableStaticServing"]
    assert not said["browser"]["gatherUsageStats"]
    assert said["client"]["showErrorDetails"] == "none"
