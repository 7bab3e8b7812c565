"""What the components under templates/components/ need and the template language lacks: fields, and bars of a chart."""

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from home.forms import SearchForm

register = template.Library()

GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)

# A chart's measures, in units of its view box.
BAR_ROOM = 360
ROW_HEIGHT = 56
SMALLEST_TOP = 1e-9  # a chart of nothing but zeros still has a scale


@register.filter
def field_kind(field: BoundField) -> str:
    """Return how components/field.html lays a field out: "hidden", "group", "parts", "checkbox" or "single"."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, GROUPS):
        return "group"
    if widget.use_fieldset:
        return "parts"
    return "checkbox" if isinstance(widget, forms.CheckboxInput) else "single"


@register.simple_tag
def field_input(field: BoundField, limit: int | None = None, rows: int | None = None) -> SafeString:
    """Render the control of a field with its class and the ids of its help, limit and error texts.

    The browser's own maxlength is taken off where a counter is shown: text pasted over the limit must stay visible
    and be refused with a message, not be cut off silently.
    """
    attrs: dict[str, str | bool] = {
        "class": "ds-input",
        "aria-describedby": describing_ids(field, limit),
    }
    if field.errors:
        attrs["aria-invalid"] = "true"
    if rows and isinstance(field.field.widget, forms.Textarea):
        attrs["rows"] = str(rows)
    if limit:
        field.field.widget.attrs.pop("maxlength", None)
    field.field.widget.attrs.pop("placeholder", None)  # a label says it, and stays
    field.field.widget.attrs.pop("cols", None)  # the column decides the width
    if not attrs["aria-describedby"]:
        del attrs["aria-describedby"]
    return field.as_widget(attrs=attrs)


@register.simple_tag
def group_options(field: BoundField) -> list:
    """Return the options of a radio or checkbox group, each control carrying the design system's class."""
    field.field.widget.attrs["class"] = "ds-input"
    return list(field.subwidgets)


@register.simple_tag
def describing_ids(field: BoundField, limit: int | None = None) -> str:
    """Return the ids for aria-describedby: error first, then help, then the limit."""
    ids = []
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    if field.help_text:
        ids.append(f"{field.auto_id}_helptext")
    if limit:
        ids.append(f"{field.auto_id}_limit")
    return " ".join(ids)


@register.simple_tag
def error_target(field: BoundField) -> str:
    """Return the id an error summary links to: the control, or the first control of a group."""
    if field_kind(field) in ("group", "parts"):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


@register.inclusion_tag("components/chart_bars.html")
def bar_chart(rows: list[dict], line: float | str | None = None) -> dict:
    """Draw horizontal bars. rows: [{"label": str, "value": float, "text": str}]; line: a value to mark across all bars.

    Geometry is computed here, in units of the drawing's 420 wide view box, so that no style attribute is needed.
    """
    line = line or None  # a template without the variable passes an empty string
    top = max([row["value"] for row in rows] + [line or 0, SMALLEST_TOP])
    bars = [
        {
            "label": row["label"],
            "text": row.get("text", row["value"]),
            "label_y": index * ROW_HEIGHT + 18,
            "y": index * ROW_HEIGHT + 26,
            "value_y": index * ROW_HEIGHT + 41,
            "width": round(BAR_ROOM * row["value"] / top, 1),
            "end": round(BAR_ROOM * row["value"] / top + 8, 1),
        }
        for index, row in enumerate(rows)
    ]
    mark = None if line is None else round(BAR_ROOM * line / top, 1)
    return {"bars": bars, "height": len(rows) * ROW_HEIGHT, "mark": mark}


@register.simple_tag
def empty_search() -> SearchForm:
    """{% empty_search as form %}{% include "components/search_form.html" with form=form %} on any page."""
    return SearchForm()
