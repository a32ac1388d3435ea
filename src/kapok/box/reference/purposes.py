"""The page of purposes: what personal data is used for, why, by whom and for how long."""

from collections.abc import Iterator

from kapok.access import retention
from kapok.access.purposes import PURPOSES, Purpose


def lines() -> Iterator[str]:
    """Each purpose, and then how long each thing is kept."""
    yield "# Purposes and retention\n"
    yield (
        "Every use of personal data names one of these purposes. A field that none of them needs "
        "may not be stored; the build fails where one is.\n"
    )
    for code, purpose in PURPOSES.items():
        yield from _purpose(code, purpose)
    yield "## How long things are kept\n"
    yield "The worker deletes what falls due in each hour, with a certificate for each batch.\n"
    yield "| what | kept for | purpose | model |\n| --- | --- | --- | --- |"
    for rule in retention.rules():
        kept = "ends with the emergency" if rule.hangs_on_emergency else _days(rule.kept.days)
        yield f"| {rule.label} | {kept} | {_code(rule.purpose)} | `{rule.what}` |"
    yield ""


def _purpose(code: str, purpose: Purpose) -> Iterator[str]:
    yield f"## {purpose.label} (`{code}`)\n"
    yield f"{purpose.why}\n"
    yield f"- basis: {purpose.basis.value} – {purpose.law}"
    yield f"- roles: {', '.join(f'`{role}`' for role in sorted(purpose.roles))}"
    fields = ", ".join(f"`{field}`" for field in sorted(purpose.fields))
    yield f"- fields: {fields or 'none'}"
    yield f"- kept for: {_days(purpose.retention.days)} after it was last needed"
    if purpose.hangs_on_emergency:
        yield "- ends with the emergency that justified it"
    yield ""


def _days(days: int) -> str:
    if not days:
        return "until its own end"
    return f"{days // 365} years" if days % 365 == 0 else f"{days} days"


def _code(purpose: str) -> str:
    return f"`{purpose}`" if purpose else ""
