"""A server for the phone's journeys, as docs/reference/sync.md describes it, without a database."""

import base64
import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from kapok.matters.workflow import MOVES
from kapok.urls import handler403, handler404
from kapok.urls import urlpatterns as kapok

KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def b64(content):
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def key_id():
    digest = hashes.Hash(hashes.SHA256())
    digest.update(PUBLIC)
    return digest.finalize()[:8]


@dataclass
class Server:
    matters: dict[str, dict] = field(default_factory=dict)
    kinds: list[dict] = field(default_factory=list)
    taken: dict[str, dict] = field(default_factory=dict)
    commands: list[dict] = field(default_factory=list)
    uploads: dict[str, bytearray] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    version: int = 0
    revoked: bool = False
    requests: int = 0
    places: list[dict] = field(default_factory=list)
    broken: int = 0
    cursors: list[str | None] = field(default_factory=list)


NOW = Server()
PAUSED = False
BREAKS_AFTER = 0


def opened(sealed, device, command_id):
    raw = unb64(sealed)
    assert raw[0] == 1
    assert raw[1:9] == key_id()
    mine, iv, closed = raw[9:74], raw[74:86], raw[86:]
    shared = KEY.exchange(
        ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), mine)
    )
    key = HKDF(hashes.SHA256(), 32, mine + PUBLIC, b"kapok outbox 1").derive(shared)
    extra = uuid.UUID(device).bytes + uuid.UUID(command_id).bytes
    return json.loads(AESGCM(key).decrypt(iv, closed, extra))


def changed(matter):
    NOW.version += 1
    matter["changed"] = NOW.version


def applied(command):
    known = NOW.matters.get(command["matter"])
    data = command["data"]
    if command["move"] == "report":
        known = made(command["matter"], data["kind"], state="REPORTED", text=data.get("text", ""))
    elif known is None:
        return {"status": "REFUSED", "sentence": "There is no such matter here."}
    move = MOVES[command["move"]]
    if not move.adds and command["seen"] is not None and command["seen"] < known["other_version"]:
        return {"status": "CONFLICT", "sentence": "Somebody else changed this meanwhile."}
    if move.starts and known["state"] not in move.starts:
        return {"status": "REFUSED", "sentence": "Not possible from here."}
    known["version"] += 1
    known["state"] = str(move.ends or known["state"])
    if command["move"] == "step" and not data.get("noted"):
        known["steps"].append(data["step"])
    entry = {
        "id": command["id"],
        "move": command["move"],
        "at": command["at"],
        "by": "王",
        "mine": True,
    }
    known["entries"].append(entry | {"version": known["version"], "data": data})
    changed(known)
    return {"status": "TAKEN", "sentence": ""}


def made(key, kind, **more):
    matter = {
        "id": key,
        "number": 7,
        "kind": kind,
        "pack": "p1",
        "state": "ASSIGNED",
        "urgency": "ORDINARY",
        "version": 1,
        "other_version": 1,
        "received_at": datetime.now(UTC).isoformat(),
        "due_at": None,
        "place": 440103022001001,
        "place_name": "河畔 1",
        "building": None,
        "building_name": "",
        "address": "",
        "lon": None,
        "lat": None,
        "steps": [],
        "outcome": "",
        "text": "",
        "answers": {},
        "entries": [],
    } | more
    NOW.matters[key] = matter
    changed(matter)
    return matter


def devices(request):
    return JsonResponse(
        {"device": str(uuid.uuid4()), "server_key": {"id": b64(key_id()), "public": b64(PUBLIC)}}
    )


@csrf_exempt
@login_not_required
def sync(request):
    NOW.requests += 1
    if PAUSED:
        return HttpResponse(status=503)
    if NOW.revoked:
        return JsonResponse(
            {"title": "DeviceRevoked", "detail": "Your appointment ended."}, status=403
        )
    asked = json.loads(request.body)
    answers = []
    for each in asked["commands"]:
        if each["id"] not in NOW.taken:
            command = opened(each["sealed"], asked["device"], each["id"])
            said = applied(command)
            answer = {
                "id": each["id"],
                "matter": command["matter"],
                "state": "",
                "version": 0,
            } | said
            if said["status"] != "TAKEN":
                answers.append(answer)
                continue
            NOW.taken[each["id"]] = answer
            NOW.commands.append(command)
        answers.append(NOW.taken[each["id"]])
    since = int(asked["cursor"] or 0)
    if asked["pull"]:
        NOW.cursors.append(asked["cursor"])
    if not (asked["pull"] and request.user.is_authenticated):
        nothing = {"answers": answers, "changes": None, "cursor": asked["cursor"], "more": False}
        return JsonResponse({"now": datetime.now(UTC).isoformat(), "lease_hours": 72} | nothing)
    fresh = [each for each in NOW.matters.values() if each["changed"] > since]
    return JsonResponse(
        {
            "now": datetime.now(UTC).isoformat(),
            "lease_hours": 72,
            "answers": answers,
            "cursor": str(NOW.version),
            "more": False,
            "changes": {
                "matters": fresh,
                "kinds": NOW.kinds if not since else [],
                "profile": {"name": "王网格员", "role": "Grid worker", "places": NOW.places},
            },
        }
    )


def begin(request):
    asked = json.loads(request.body)
    NOW.uploads.setdefault(asked["id"], bytearray())
    NOW.sizes[asked["id"]] = asked["size"]
    offset = len(NOW.uploads[asked["id"]])
    state = "READY" if offset == asked["size"] else "COMING"
    return JsonResponse({"id": asked["id"], "offset": offset, "state": state}, status=201)


def part(request, key):
    content = NOW.uploads[key]
    if request.method == "PATCH":
        if int(request.headers["Upload-Offset"]) != len(content):
            return HttpResponse(status=409)
        content.extend(request.body)
        if BREAKS_AFTER and NOW.broken < BREAKS_AFTER:
            NOW.broken += 1
            return HttpResponse(status=503)
    return HttpResponse(status=204, headers={"Upload-Offset": str(len(content))})


urlpatterns: list[Any] = [
    path("api/sync/devices/", devices),
    path("api/sync/", sync),
    path("api/uploads/", begin),
    path("api/uploads/<str:key>/", part),
    *kapok,
]
__all__ = ["handler403", "handler404", "urlpatterns"]
