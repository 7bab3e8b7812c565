"""The components keep their word: ids that agree, words for asterisks, no link where nothing may be opened."""

import re

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation


class Form(forms.Form):
    title = forms.CharField(label="Title", help_text="A few words.")
    need = forms.CharField(label="Need", widget=forms.Textarea, required=False, max_length=20)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "State"), ("b", "Municipality")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="We agree")


def render(source: str, **context: object) -> str:
    libraries = "{% load skisse_format skisse_ui %}"
    with translation.override("en"):
        html = Template(libraries + source).render(Context(context))
    return " ".join(html.split())


def field(form: forms.Form, name: str, **extra: object) -> str:
    options = "".join(f" {key}={key}" for key in extra)
    return render("{% include 'components/field.html' with field=field" + options + " %}", field=form[name], **extra)


def described_by(html: str) -> list[str]:
    return re.search(r'aria-describedby="([^"]*)"', html).group(1).split()


def test_field_is_described_by_its_help_and_says_that_it_is_required():
    html = field(Form(), "title")

    assert described_by(html) == ["id_title_helptext"]
    assert 'id="id_title_helptext"' in html
    assert "Required" in html
    assert "aria-invalid" not in html


def test_refused_field_is_described_by_its_error_first():
    html = field(Form({}), "title")

    assert described_by(html) == ["id_title_error", "id_title_helptext"]
    assert 'id="id_title_error"' in html
    assert 'aria-invalid="true"' in html


def test_field_with_a_limit_says_it_and_lets_too_much_text_be_seen():
    html = field(Form(), "need", limit=20)

    assert described_by(html) == ["id_need_limit"]
    assert "At most 20 characters." in html
    assert 'data-limit="20"' in html
    assert "maxlength" not in html
    assert "Optional" in html


def test_group_of_radios_is_a_fieldset_whose_summary_link_reaches_the_first_one():
    form = Form({})

    html = field(form, "kind")
    target = render("{% error_target field %}", field=form["kind"])

    assert html.startswith("<fieldset")
    assert 'id="id_kind_error"' in html
    assert f'id="{target}"' in html


@pytest.mark.parametrize("name", ["title", "need", "kind", "agree"])
def test_every_id_that_describes_a_field_exists(name):
    html = field(Form({}), name)

    for reference in re.findall(r'aria-describedby="([^"]*)"', html):
        assert all(f'id="{part}"' in html for part in reference.split())


def test_error_summary_names_field_and_remedy_and_is_silent_otherwise():
    include = "{% include 'components/error_summary.html' with form=form %}"

    refused, clean = render(include, form=Form({})), render(include, form=Form())

    assert '<a href="#id_title">Title: This field is required.</a>' in refused
    assert "autofocus" in refused
    assert clean == ""


def test_locked_task_has_no_link_and_says_why():
    tasks = [{"label": "Check", "url": "", "hint": "Opens when the rest is done.", "status": "Locked"}]

    html = render("{% include 'components/task_list.html' with tasks=tasks %}", tasks=tasks)

    assert "<a" not in html
    assert "Opens when the rest is done." in html


def test_summary_list_escapes_what_somebody_wrote_and_keeps_their_lines():
    rows = [{"label": "Need", "value": "<b>Water</b>\nlost", "url": "/x"}]

    html = render("{% include 'components/summary_list.html' with rows=rows %}", rows=rows)

    assert "&lt;b&gt;Water&lt;/b&gt;<br>lost" in html


def test_chart_draws_bars_to_scale_and_lists_the_numbers():
    bars = [{"label": "Need", "value": 6.0, "text": "6.0"}, {"label": "Height", "value": 3.0, "text": "3.0"}]

    table = {"columns": ["Criterion", "Mean"], "rows": [["Need", "6.0"], ["Height", "3.0"]]}
    include = "{% include 'components/chart_with_table.html' with title='Means' %}"

    with translation.override("nb"):  # numbers in a drawing keep their point, whatever the reader's language
        html = Template(include).render(Context({"bars": bars, **table}))

    assert re.findall(r'class="sk-chart__bar"[^>]* width="([^"]*)"', html) == ["360.0", "180.0"]
    assert "<caption" in html


def test_chart_of_zeros_is_drawn():
    html = render("{% bar_chart rows %}", rows=[{"label": "Need", "value": 0, "text": "0"}])

    assert 'width="0.0"' in html
