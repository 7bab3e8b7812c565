from django.contrib.staticfiles import finders


def test_chosen_files_of_packages_are_found():
    assert finders.find("npm/htmx/htmx.min.js")
    assert finders.find("npm/designsystemet-css/index.css")
    assert finders.find("npm/inter/files/inter-latin-wght-normal.woff2")


def test_what_lies_beside_them_is_not():
    assert finders.find("npm/htmx/htmx.esm.js") is None
    assert finders.find("npm/inter/package.json") is None
