"""The gates of `make check`: each runs one tool as a developer would, and shows what it said when it fails."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
APPS = ["home", "scoring", "competition", "notifications", "accounts"]


def run(*command: str) -> str:
    """The output of a command that must succeed."""
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    output = result.stdout + result.stderr
    assert result.returncode == 0, f"$ {' '.join(command)}\n{output}"
    return output


def test_code_passes_the_linter():
    run(sys.executable, "-m", "ruff", "check", "--output-format=concise")


def test_code_is_formatted():
    run(sys.executable, "-m", "ruff", "format", "--check")


def test_templates_are_formatted():
    templates = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("templates/**/*.html"))

    if templates:
        run(str(BIN / "djade"), "--check", "--target-version", "5.2", *templates)


def test_types_of_the_inner_layers_hold():
    names = ["services", "selectors", "rules"]
    modules = [ROOT / app / name for app in APPS for name in names]
    modules += [ROOT / "scoring/assignment", ROOT / "scoring/aggregation"]
    paths = [path for module in modules for path in (module, module.with_suffix(".py")) if path.exists()]

    run(sys.executable, "-m", "mypy", *(str(path.relative_to(ROOT)) for path in paths))


def test_imports_run_one_way():
    run(str(BIN / "lint-imports"), "--no-cache")


def test_migrations_are_complete(db):
    run(sys.executable, "manage.py", "makemigrations", "--check", "--dry-run", "--settings=config.settings.test")


def test_texts_are_collected_for_translation(tmp_path):
    """Every text of the code stands in every catalogue, and no catalogue holds a text that the code has lost."""
    if not shutil.which("xgettext"):
        pytest.skip("GNU GETTEXT IS NOT INSTALLED: the catalogues were not compared with the code")
    languages = sorted(path.parent.parent.name for path in ROOT.glob("locale/*/LC_MESSAGES/django.po"))
    if not languages:
        pytest.skip("THERE ARE NO CATALOGUES in locale/")
    copy = tmp_path / "project"
    ignored = shutil.ignore_patterns(".git", ".venv", "node_modules", "var", "tests", "staticfiles", "*.mo", ".*_cache")
    shutil.copytree(ROOT, copy, ignore=ignored)

    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--all", "--no-location", "--no-wrap", "--ignore=tests"],
        cwd=copy,
        check=True,
        capture_output=True,
        env=_environment_without_settings(),
    )

    for language in languages:
        path = f"locale/{language}/LC_MESSAGES/django.po"
        assert _texts(copy / path) == _texts(ROOT / path), f"{path} is behind the code: run `make messages`"


def _environment_without_settings() -> dict[str, str]:
    """makemessages needs none, and a copy must not start servers of its own."""
    import os

    return {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}


def _texts(path: Path) -> set[tuple[object, object]]:
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return {(message.context, message.id) for message in read_po(file)}
