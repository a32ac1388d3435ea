"""A phone at a box in a village's network: it enrols, trusts the box, and the app may be installed.

The server is Kapok's own, reached by a name that is not localhost. The browser trusts the box's
authority as a computer does that followed the page: through its list of authorities (NSS).
"""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from playwright.sync_api import BrowserContext, BrowserType, Error, expect
from tests.functional.pages import follow

from kapok.box.tls import names, operations

NAME, FOREIGN = "grid.village.lan", "other.example.org"
PASSWORD = "three-kapoks-in-bloom"
TRIES = 3
SERVER = Path(__file__).with_name("https_server.py")
REGISTER = """async () => {
    const made = await navigator.serviceWorker.register('/static/probe.js');
    await new Promise(resolve => {
        const worker = made.installing || made.waiting || made.active;
        if (worker.state === 'activated') resolve();
        worker.addEventListener('statechange', () => worker.state === 'activated' && resolve());
    });
    return made.active.state;
}"""


READ_CODE = """async () => {
    const {BarcodeDetector} = await import('/static/vendor/qr/decode.js');
    const picture = new Image();
    picture.src = '/static/code.png';
    await picture.decode();
    const found = await new BarcodeDetector({formats: ['qr_code']}).detect(picture);
    return found.map(each => each.rawValue);
}"""
KEEP = """async () => {
    const {openDB} = await import('/static/vendor/idb/index.js');
    const upgrade = database => database.createObjectStore('outbox', {keyPath: 'id'});
    const database = await openDB('probe', 1, {upgrade});
    await database.put('outbox', {id: 'a', text: '红棉'});
    return (await database.get('outbox', 'a')).text;
}"""
PRECACHED = (
    "async () => (await caches.match('/static/kapok/kapok.css', {ignoreSearch: true})).status"
)


@dataclass(frozen=True)
class Box:
    """A box that is being served: its data, its ports."""

    home: Path
    port: int
    enrol_port: int

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.port}"

    @property
    def authority(self) -> str:
        """The certificate that phones install."""
        return ssl.DER_cert_to_PEM_cert(self.fetched("/tls/kapok-authority.crt"))

    def fetched(self, path: str) -> bytes:
        """What the port without HTTPS gives."""
        from urllib.request import urlopen  # noqa: PLC0415

        with urlopen(f"http://127.0.0.1:{self.enrol_port}{path}") as answer:
            return answer.read()


def free_ports() -> tuple[int, int]:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        return one.getsockname()[1], other.getsockname()[1]


@pytest.fixture(scope="module")
def box(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    from django.db import connection  # noqa: PLC0415

    from kapok.access import secrets  # noqa: PLC0415

    home = tmp_path_factory.mktemp("box")
    name = connection.settings_dict["NAME"]  # of this worker's database
    env = os.environ | {
        "DATABASE_URL": re.sub(
            r"/[^/?]*(\?|$)", rf"/{name}\1", os.environ["DATABASE_URL"], count=1
        ),
        "KAPOK_KEYS": str(secrets.keys_file()),
        "KAPOK_DATA": str(home),
    }
    with pytest.MonkeyPatch.context() as making:
        making.setenv("KAPOK_DATA", str(home))
        wanted = names.with_local(names.checked([NAME], ["127.0.0.1"]))
        operations.make(wanted, at=datetime.now(UTC))
    box, process = served(home, env)
    yield box
    process.terminate()
    process.wait(60)


def served(home: Path, env: dict[str, str]) -> tuple[Box, subprocess.Popen[str]]:
    """The server, once it answers; a port that was free may be another program's by then."""
    for _try in range(TRIES):
        box = Box(home, *free_ports())
        ports = {"KAPOK_PORT": str(box.port), "KAPOK_ENROL_PORT": str(box.enrol_port)}
        process = subprocess.Popen(
            [sys.executable, str(SERVER)], env=env | ports, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        if process.stdout.readline() == "ready\n":
            return box, process
        process.kill()
        process.wait()
    pytest.fail("The server of the box does not start.")


@pytest.fixture
def phone(
    box: Box, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[Callable[..., BrowserContext]]:
    """Open a browser of one's own that finds the box by its name; it may have been enrolled."""
    opened = []

    def open_one(*, is_enrolled: bool) -> BrowserContext:
        home = tmp_path / ("enrolled" if is_enrolled else "new")
        if is_enrolled:
            enrol(home, box.authority)
        home.mkdir(exist_ok=True)
        rules = f"--host-resolver-rules=MAP {NAME} 127.0.0.1, MAP {FOREIGN} 127.0.0.1"
        arguments = [*browser_type_launch_args["args"], rules, "--disable-background-networking"]
        env = {**os.environ, "HOME": str(home)}
        how = browser_type_launch_args | {"args": arguments, "env": env}
        opened.append(browser_type.launch(**how))
        return opened[-1].new_context(locale="en-GB", viewport={"width": 390, "height": 844})

    yield open_one
    for browser in opened:
        browser.close()


def enrol(home: Path, authority: str) -> None:
    """Do what the page says for Linux."""
    certutil = shutil.which("certutil")
    if certutil is None:
        pytest.fail("certutil is missing; make setup installs it (Debian package libnss3-tools).")
    database = home / ".pki/nssdb"
    database.mkdir(parents=True)
    where = f"sql:{database}"
    subprocess.run([certutil, "-d", where, "-N", "--empty-password"], check=True)
    add = [certutil, "-d", where, "-A", "-t", "C,,", "-n", "Kapok", "-a"]
    subprocess.run(add, input=authority, text=True, check=True)


def test_an_enrolled_phone_works_as_if_the_box_were_on_the_internet(
    transactional_db: None, box: Box, phone: Any
):
    from kapok.access.models import User  # noqa: PLC0415

    hashed = PBKDF2PasswordHasher().encode(PASSWORD, "salt")  # as the server does, unlike the tests
    User.objects.create(username="chen", password=hashed, name="陈主任")
    page = phone(is_enrolled=True).new_page()

    page.goto(f"{box.url}/sign-in/")
    assert page.evaluate("window.isSecureContext") is True
    assert page.evaluate("location.hostname") == NAME
    assert page.evaluate(REGISTER) == "activated"

    page.get_by_label("Name of the account").fill("chen")
    page.get_by_label("Password").fill(PASSWORD)
    follow(page.get_by_role("button", name="Sign in", exact=True))
    expect(page).to_have_url(f"{box.url}/")
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["sessionid"]["secure"]
    assert cookies["csrftoken"]["secure"]


def test_the_application_of_the_phone_is_set_up_and_starts_without_network(
    transactional_db: None, box: Box, phone: Any
):
    from tests import factories  # noqa: PLC0415

    from kapok.access.models import User  # noqa: PLC0415

    with factories.as_owner_of_rows():
        factories.Community(code=440103022001001, level="GRID", name_zh="第1网格")
    hashed = PBKDF2PasswordHasher().encode(PASSWORD, "salt")
    worker = User.objects.create(username="worker", password=hashed, name="王网格员")
    factories.Appointment(account=worker, role="grid_worker", place=440103022001001)
    context = phone(is_enrolled=True)
    page = context.new_page()
    page.goto(f"{box.url}/my/")
    follow(page.get_by_role("link", name="Sign in"))
    page.get_by_label("Name of the account").fill("worker")
    page.get_by_label("Password").fill(PASSWORD)
    follow(page.get_by_role("button", name="Sign in", exact=True))
    page.get_by_label("PIN").fill("493817")
    page.get_by_label("Once more").fill("493817")
    page.get_by_role("button", name="Set this PIN").click()
    expect(page.get_by_text("Nothing is open.")).to_be_visible()
    assert page.evaluate("[isSecureContext, location.hostname]") == [True, NAME]

    context.set_offline(True)
    page.reload()
    page.get_by_label("PIN").fill("493817")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_text("Nothing is open.")).to_be_visible()
    expect(page.locator("#state")).to_contain_text("No network")


def test_the_libraries_of_the_phone_work_under_the_policy_of_our_pages(box: Box, phone: Any):
    page = phone(is_enrolled=True).new_page()
    page.goto(f"{box.url}/sign-in/")

    assert page.evaluate(REGISTER) == "activated"
    assert page.evaluate(PRECACHED) == 200
    assert page.evaluate(KEEP) == "红棉"
    assert page.evaluate(READ_CODE) == ["https://grid.village.lan/p/红棉"]


def test_a_phone_that_was_not_enrolled_is_warned_and_finds_the_page(box: Box, phone: Any):
    browser = phone(is_enrolled=False)
    warned = browser.new_page()

    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        warned.goto(f"{box.url}/")

    page = browser.new_page()  # the other one is still on its way to the browser's warning
    page.goto(f"http://{NAME}:{box.enrol_port}/tls/")
    assert page.evaluate("window.isSecureContext") is False
    expect(page.locator("article")).to_have_count(2)
    expect(page.locator(".fingerprint")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("img").evaluate("img => img.naturalWidth") > 0


def test_the_authority_opens_no_other_name(box: Box, phone: Any):
    page = phone(is_enrolled=True).new_page()

    with pytest.raises(Error, match="ERR_CERT_COMMON_NAME_INVALID"):
        page.goto(f"https://{FOREIGN}:{box.port}/")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("host", [NAME, "127.0.0.1", "localhost"])
def test_a_program_that_trusts_the_authority_alone_gets_an_answer(box, host, version):
    context = ssl.create_default_context(cadata=box.authority)
    context.minimum_version = context.maximum_version = version
    context.verify_flags |= ssl.VERIFY_X509_STRICT

    with (
        socket.create_connection(("127.0.0.1", box.port), timeout=30) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        asked = f"GET /health/ HTTP/1.1\r\nHost: {host}:{box.port}\r\nConnection: close\r\n\r\n"
        secure.sendall(asked.encode())
        answer = secure.makefile("rb").read().decode()

    assert answer.startswith("HTTP/1.1 200")
    assert json.loads(answer[answer.index("{") : answer.rindex("}") + 1])
