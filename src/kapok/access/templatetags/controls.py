"""How form controls look, and data that scripts read from attributes (nothing is inline)."""

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BoundField, CheckboxInput

register = template.Library()


@register.filter
def control(field: BoundField) -> str:
    """The control of a field in Kapok's look, tied to its error and its hint."""
    kind = "form-check-input" if isinstance(field.field.widget, CheckboxInput) else "form-control"
    attrs: dict[str, str | bool] = {"class": f"{kind} is-invalid" if field.errors else kind}
    attrs["placeholder"] = ""  # the label says it, and stays when one types
    described = [f"{field.auto_id}-error"] if field.errors else []
    if field.help_text:
        described.append(f"{field.auto_id}-hint")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


@register.filter
def as_json(value: Any) -> str:
    """Data as JSON text, to be escaped into an attribute."""
    return json.dumps(value, cls=DjangoJSONEncoder)
