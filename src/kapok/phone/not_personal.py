"""Fields of this app's models that say nothing about a resident, each with the reason."""

STAFF = "about a member of staff's own phone, or which of them did it"
OF_COMMAND = "about a command as a whole: what it holds is encrypted and of the matter"

NOT_PERSONAL = {
    f"device.{name}": STAFF
    for name in ("account", "public_key", "name", "enrolled_at", "seen_at", "revoked_at")
} | {
    f"heldcommand.{name}": OF_COMMAND
    for name in (
        "place", "account", "device", "role", "content", "why", "received_at", "verdict",
        "decided_by", "decided_at", "reason",
    )
}  # fmt: skip
