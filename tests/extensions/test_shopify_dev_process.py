"""What `shopify app dev` starts: the environment handed on, and the commands that stand in the configuration."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path

import click
import pytest

from shopify_app.cli import main
from shopify_app.config import load_config

ROOT = Path(__file__).resolve().parents[2]
FROM_THE_CLI = {
    "PORT": "51234",
    "HOST": "https://quiet-forest.trycloudflare.com",
    "SHOPIFY_API_KEY": "client-id",
    "SHOPIFY_API_SECRET": "client-secret",
}


@pytest.fixture
def shopify_dev():
    specification = importlib.util.spec_from_file_location("shopify_dev", ROOT / "scripts" / "shopify_dev.py")
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_what_the_cli_hands_over_becomes_a_complete_configuration(shopify_dev, tmp_path):
    config = load_config(shopify_dev.postlude_environment(FROM_THE_CLI, tmp_path / "dev.key"))

    assert (config.api_key, config.api_secret) == ("client-id", "client-secret")
    assert config.app_url == "https://quiet-forest.trycloudflare.com"


def test_the_key_for_personal_data_is_made_once_and_kept_to_its_owner(shopify_dev, tmp_path):
    file = tmp_path / "var" / "dev.key"

    first = shopify_dev.postlude_environment(FROM_THE_CLI, file)
    second = shopify_dev.postlude_environment(FROM_THE_CLI, file)

    assert first["POSTLUDE_ENCRYPTION_KEYS"] == second["POSTLUDE_ENCRYPTION_KEYS"]
    assert file.stat().st_mode & 0o077 == 0


def test_what_is_set_in_the_environment_wins(shopify_dev, tmp_path):
    own = {"POSTLUDE_APP_URL": "https://own.example.com", "POSTLUDE_ENCRYPTION_KEYS": "ab" * 32}

    environment = shopify_dev.postlude_environment(FROM_THE_CLI | own, tmp_path / "dev.key")

    assert own.items() <= environment.items()
    assert not (tmp_path / "dev.key").exists()


def test_started_by_hand_it_says_who_should_start_it(shopify_dev, tmp_path):
    with pytest.raises(SystemExit, match="PORT is not set: this is started by `shopify app dev`"):
        shopify_dev.postlude_environment({}, tmp_path / "dev.key")


def test_every_command_it_runs_is_a_command_of_postlude(shopify_dev):
    context = click.Context(main)
    for _, verb, *options in shopify_dev.commands("51234"):
        command = main.get_command(context, verb)
        assert command is not None
        known = {option for parameter in command.params for option in parameter.opts}
        assert {option for option in options if option.startswith("--")} <= known
    assert shopify_dev.commands("51234")[0][1:] == ["serve", "--port", "51234"]
    assert "migrate" in main.list_commands(context)


def test_the_configuration_of_the_web_process_names_a_script_that_is_there():
    web = tomllib.loads((ROOT / "shopify.web.toml").read_text())

    interpreter, script = web["commands"]["dev"].split(" ")  # the CLI splits at spaces and knows no quotes
    assert interpreter == ".venv/bin/python"
    assert (ROOT / script).is_file()
    assert web["roles"] == ["frontend", "backend"]
