"""The pages of ``docs/reference``, printed from the code; the committed pages must match."""

import json
import os
import sys

from kapok.box.folder import SOURCE

FOLDER = SOURCE / "docs" / "reference"
NOTE = "<!-- Printed from the code by `kapok reference`; do not edit. -->\n\n"


def write(*, check: bool) -> int:
    """Write the pages, or with ``check`` only say which are out of date (exit status 1)."""
    _set_up()
    stale = []
    for name, text in pages().items():
        path = FOLDER / name
        if path.exists() and path.read_text() == text:
            continue
        stale.append(path.relative_to(SOURCE))
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    for path in stale:
        sys.stderr.write(f"{path} {'is out of date; run make fix.' if check else 'written.'}\n")
    return 1 if stale and check else 0


def pages() -> dict[str, str]:
    """The text of each page, by its file name."""
    from kapok.box.reference import commands, matters, packs, permissions, purposes, states, tables

    written = {
        "commands.md": commands.lines(),
        "matters.md": matters.lines(),
        "pack-schema.md": packs.schema_lines(),
        "packs.md": packs.shipped_lines(),
        "permissions.md": permissions.lines(),
        "purposes.md": purposes.lines(),
        "states.md": states.lines(),
        "tables.md": tables.lines(),
    }
    texts = {name: NOTE + "\n".join(lines) for name, lines in written.items()}
    return texts | {"openapi.json": _openapi()}


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapok.settings")
    import django
    from django.utils import translation

    django.setup()
    translation.activate("en")


def _openapi() -> str:
    from kapok.api import api

    schema = api.get_openapi_schema(path_prefix="/api/")
    return json.dumps(schema, indent=2, ensure_ascii=False, default=str) + "\n"
