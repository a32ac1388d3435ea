"""The pages of packs: what a pack may say, from its JSON Schema, and what the shipped ones say."""

import json
from collections.abc import Iterator
from typing import Any

CONDITIONS = """\
## Conditions

`if`, `when`, `show_when`, `required` and `that` hold conditions in CEL, as far as the server, the
phone without network and ODK understand it alike:

- names: `answers.<field>` (earlier fields of the same form), `matter.<name>`, `place.<name>`,
  `now.<name>`;
- `==  !=  <  <=  >  >=  in  &&  ||  !  ? :  +  -  *  /  %`, texts in quotes, numbers, `true`,
  `false`, lists such as `['a', 'b']`;
- `has(answers.x)`, `size(answers.x)`, and of texts `.startsWith('…')`, `.endsWith('…')`,
  `.contains('…')`, `.matches('…')`.

What needs an answer that is not there is neither true nor false: `&&` and `||` decide without it
where they can, and else the condition does not hold. Several choices of which none was chosen are
an empty list. `*` needs a plain number, `/` takes decimal numbers, whole and decimal numbers are
not mixed. ODK counts some rare letters (emoji) as two in `size`.
"""


def schema_lines() -> Iterator[str]:
    """Each part of a pack with its fields, and the schema itself."""
    from kapok.packs.schema import PackBody

    schema = PackBody.model_json_schema(by_alias=True)
    parts = {"PackBody": schema} | schema["$defs"]
    yield "# What a pack may say\n"
    yield (
        "A pack is one YAML file in UTF-8. `kapok pack check FILE` says everything that is wrong "
        "with it. Fields in **bold** are needed; whatever is not named here is refused.\n"
    )
    yield CONDITIONS
    yield from _names()
    for name, part in parts.items():
        yield from _part(name, part)
    yield "## JSON Schema\n\n```json"
    yield json.dumps(schema, indent=1, ensure_ascii=False)
    yield "```\n"


def _names() -> Iterator[str]:
    from kapok.packs.conditions import kinds

    yield "| name | kind of value |\n| --- | --- |"
    for root, names in (("matter", kinds.MATTER), ("place", kinds.PLACE), ("now", kinds.NOW)):
        for name, kind in names.items():
            yield f"| `{root}.{name}` | {kind} |"
    yield ""


def _part(name: str, part: dict[str, Any]) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{' '.join(part.get('description', '').split())}\n"
    if "enum" in part:
        yield ", ".join(f"`{word}`" for word in part["enum"]) + "\n"
        return
    yield "| field | kind | default | |\n| --- | --- | --- | --- |"
    needed = set(part.get("required", ()))
    for field, of in part.get("properties", {}).items():
        shown = f"**`{field}`**" if field in needed else f"`{field}`"
        default = "" if "default" not in of else f"`{json.dumps(of['default'])}`"
        if len(default) > 40:
            default = ""
        about = " ".join(of.get("description", "").split())
        yield f"| {shown} | {_kind(of)} | {default} | {about} |"
    yield ""


def _kind(of: dict[str, Any]) -> str:
    """The kind of a field in words."""
    if "$ref" in of:
        name = of["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in of:
        return " or ".join(_kind(one) for one in of["anyOf"] if one.get("type") != "null")
    if of.get("cel"):
        return "condition"
    if of.get("type") == "array":
        return f"list of {_kind(of.get('items', {}))}"
    if of.get("type") == "object" and "additionalProperties" in of:
        return f"names with {_kind(of['additionalProperties'])}"
    if "patternProperties" in of:
        return f"names with {_kind(next(iter(of['patternProperties'].values())))}"
    if str(of.get("pattern", "")).startswith("^[a-z][a-z0-9_]"):
        return "code"
    if "const" in of:
        return f"`{json.dumps(of['const'])}`"
    return str(of.get("format") or of.get("type") or "value")


def shipped_lines() -> Iterator[str]:
    """The packs that are shipped, with every value and its source."""
    from kapok.packs.documents import read
    from kapok.packs.operations import SHIPPED

    yield "# Packs that are shipped\n"
    yield (
        "Grades of sources: A – a law or the text itself; B – a report or a reprint; C – known, "
        "not read again; D – a default of ours, to be changed freely.\n"
    )
    for path in sorted(SHIPPED.glob("*.yaml")):
        body = read(path.read_bytes()).body
        assert body is not None
        yield from _shipped(body)


def _shipped(body: Any) -> Iterator[str]:
    yield f"## {body.title.en} (`{body.code}`)\n"
    yield f"For {body.jurisdiction}, from {body.valid_from}.\n"
    yield "| kind of matter | realm | clocks | outcomes |\n| --- | --- | --- | --- |"
    for kind in body.kinds:
        clocks = "; ".join(f"{clock.label.en} {_limits(clock)}" for clock in kind.clocks)
        outcomes = ", ".join(f"`{outcome.code}`" for outcome in kind.outcomes)
        yield f"| {kind.label.en} (`{kind.code}`) | {kind.realm} | {clocks} | {outcomes} |"
    yield "\n| kind of zone | strictness | ways out | source |\n| --- | --- | --- | --- |"
    for zone in body.zone_kinds:
        ways = ", ".join(f"`{way.code}`" for way in zone.exits)
        source = f"{body.sources[zone.source].text} ({body.sources[zone.source].grade})"
        yield f"| {zone.label.en} (`{zone.code}`) | {zone.strictness} | {ways} | {source} |"
    yield "\n| value | number | source | grade |\n| --- | --- | --- | --- |"
    for name, value in body.values.items():
        source = body.sources[value.source]
        yield f"| `{name}` | {value.number} {value.unit} | {source.text} | {source.grade} |"
    yield ""


def _limits(clock: Any) -> str:
    """The limits of a clock, the usual one first."""
    others = [f"{word.lower()} {_long(limit)}" for word, limit in clock.by_urgency.items()]
    return ", ".join([_long(clock.limit), *others])


def _long(limit: Any) -> str:
    return f"{limit.amount} {limit.unit.replace('_', ' ')}"
