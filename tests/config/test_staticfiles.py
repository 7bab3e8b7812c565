from django.contrib.staticfiles import finders
from django.core.management import call_command

from config.settings.parts.data import HASHED_STATICFILES


def test_chosen_files_of_packages_are_found():
    assert finders.find("npm/htmx/htmx.min.js")
    assert finders.find("npm/designsystemet-css/index.css")
    assert finders.find("npm/inter/files/inter-latin-wght-normal.woff2")


def test_what_lies_beside_them_is_not():
    assert finders.find("npm/htmx/htmx.esm.js") is None
    assert finders.find("npm/inter/package.json") is None


def test_files_are_collected_and_hashed(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {"staticfiles": HASHED_STATICFILES}
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [
        "css",
        "js",
        "map",
        "svg",
        "json",
        "txt",
        "html",
        "po",
        "ico",
    ]  # slow

    call_command("collectstatic", interactive=False, verbosity=0)

    packages = tmp_path / "npm"
    names = ["designsystemet-css", "designsystemet-web", "htmx", "inter"]
    assert sorted(path.name for path in packages.iterdir()) == names
    assert list(packages.glob("designsystemet-css/index.*.css"))
    assert not [path for path in packages.rglob("*") if path.name in ("package.json", "README.md")]
