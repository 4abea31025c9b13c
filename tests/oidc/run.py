"""Signs in with a real identity provider that runs here. KEYDESK_BIN is the binary, built with the feature oidc.
With TEST_POSTGRES_URL everything is done on PostgreSQL too, with a fresh database for each check."""

import contextlib
import glob
import http.cookiejar
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
import warnings

warnings.filterwarnings("ignore")

from oidc_provider_mock import run_server_in_thread  # noqa: E402

BINARY = os.environ["KEYDESK_BIN"]
PASSWORD = "violet harbor sings at 42"
# Where portals keep their data, if not in a file of their own.
DATABASE = {}


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    """Cookies, and no redirect that is not asked for."""

    def __init__(self, url):
        self.url = url
        self.opener = urllib.request.build_opener(
            NoRedirect, urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )

    def ask(self, url, form=None, method=None):
        body = urllib.parse.urlencode(form).encode() if form is not None else None
        headers = {"Origin": self.url} if form is not None else {}
        request = urllib.request.Request(urllib.parse.urljoin(self.url, url), body, headers, method=method)
        try:
            answer = self.opener.open(request)
        except urllib.error.HTTPError as error:
            answer = error
        return answer.status, answer.headers.get("Location", ""), answer.read().decode()

    def depart(self):
        """To the provider: its page's address."""
        status, there, _ = self.ask("/login/provider?next=/grants")
        assert status == 303, status
        query = urllib.parse.parse_qs(urllib.parse.urlparse(there).query)
        assert query["code_challenge_method"] == ["S256"] and query["state"] and query["nonce"], there
        return there

    def sign_in(self, subject):
        """There and back; where that leads."""
        status, back, text = self.ask(self.depart(), {"sub": subject})
        assert status == 302, text
        return self.ask(back)[1]

    def post(self, page, action, **fields):
        """Sends a form with the token of that page; status and where that leads."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.ask(page)[2]).group(1)
        return self.ask(action, {"csrf_token": token, **fields})[:2]

    def person(self, email):
        """The page of a member of staff, for admins."""
        return next(path for path in re.findall(r'href="(/staff/stf_\w+)"', self.ask("/staff")[2]) if email in self.ask(path)[2])

    def latest(self, action):
        """The latest entry of that action, for admins."""
        return re.search(r"<tbody>.*?</tr>", self.ask(f"/audit?action={action}")[2], re.S).group(0)

    def role(self):
        """What the pages that open tell of the role."""
        if self.ask("/account")[0] != 200:
            return None
        return "admin" if self.ask("/staff")[0] == 200 else "agent" if self.ask("/audit")[0] == 200 else "viewer"


class Portal:
    def __init__(self, place, issuer, **settings):
        self.env = {
            "PATH": os.environ["PATH"],
            "KEYDESK_DATA_DIR": place,
            "KEYDESK_LISTEN": "127.0.0.1:0",
            "KEYDESK_LOG_LEVEL": "warn",
            "KEYDESK_OIDC_ISSUER": issuer,
            "KEYDESK_OIDC_CLIENT_ID": "keydesk",
            "KEYDESK_OIDC_CLIENT_SECRET": "secret",
            **DATABASE,
            **settings,
        }

    def run(self, *arguments, text=None):
        return subprocess.run([BINARY, *arguments], env=self.env, input=text, text=True, capture_output=True)

    def add(self, email, role):
        added = self.run("staff", "add", email, "--name", "Ada", "--role", role, "--password-stdin", text=PASSWORD)
        assert added.returncode == 0, added.stderr

    def __enter__(self):
        self.process = subprocess.Popen([BINARY, "serve"], env=self.env, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if found := re.match(r"listening on (http://\S+)", line):
                return found.group(1).rstrip("/")
        raise AssertionError("the portal did not start")

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(timeout=20) == 0, "the portal did not end cleanly"


def tell(issuer, subject, **claims):
    """Makes somebody known to the provider."""
    body = json.dumps(claims).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{issuer}/users/{subject}", body, headers, method="PUT")
    urllib.request.urlopen(request).close()


def known_people(issuer, place):
    portal = Portal(place, issuer)
    portal.add("ada@desk.example", "agent")
    portal.add("admin@desk.example", "admin")
    tell(issuer, "ada", email="ada@desk.example", email_verified=True)
    tell(issuer, "eve", email="ada@desk.example", email_verified=False)
    tell(issuer, "nobody", email="nobody@desk.example", email_verified=True)
    with portal as url:
        assert "/login/provider" in Browser(url).ask("/login")[2]
        assert Browser(url).sign_in("eve") == "/login?failed=account", "an address that is not verified"
        assert Browser(url).sign_in("nobody") == "/login?failed=account", "nobody the portal knows"
        ada = Browser(url)
        assert ada.sign_in("ada") == "/grants" and ada.role() == "agent"
        # From now on the subject counts, not the address, and nobody else comes in by it.
        tell(issuer, "ada", email="somebody@else.example", email_verified=True)
        assert Browser(url).sign_in("ada") == "/grants"
        tell(issuer, "newcomer", email="ADA@desk.example", email_verified=True)
        assert Browser(url).sign_in("newcomer") == "/login?failed=account", "a second subject with the same address"
        tell(issuer, "admin", email="admin@desk.example", email_verified=True)
        admin = Browser(url)
        assert admin.sign_in("admin") == "/grants"
        assert "other_subject" in admin.latest("staff.login_failed"), admin.latest("staff.login_failed")
        print("known people are bound by their verified address once, by their subject from then on")

        # An answer that belongs to another browser, or to none.
        first, second = Browser(url), Browser(url)
        _, back, _ = first.ask(first.depart(), {"sub": "ada"})
        second.depart()
        for browser in (second, Browser(url)):
            assert browser.ask(back)[1] == "/login?failed=provider" and browser.role() is None
        assert first.ask(re.sub(r"code=[^&]+", "code=wrong", back))[1] == "/login?failed=provider"
        assert first.ask(back)[1] == "/login?failed=provider", "a trip is made once"
        _, back, _ = second.ask(second.depart(), {"sub": "ada", "action": "deny"})
        assert second.ask(back)[1] == "/login?failed=provider"
        print("answers with a foreign state, a wrong code or a refusal let nobody in")

    assert portal.run("staff", "disable", "ada@desk.example").returncode == 0
    with portal as url:
        assert Browser(url).sign_in("ada") == "/login?failed=account"
        print("who is disabled stays out")


def forgotten_identities(issuer, place):
    portal = Portal(place, issuer)
    portal.add("ada@desk.example", "agent")
    portal.add("admin@desk.example", "admin")
    tell(issuer, "old", email="ada@desk.example", email_verified=True)
    tell(issuer, "new", email="ada@desk.example", email_verified=True)
    tell(issuer, "chief", email="admin@desk.example", email_verified=True)
    with portal as url:
        ada, admin = Browser(url), Browser(url)
        assert ada.sign_in("old") == "/grants" and admin.sign_in("chief") == "/grants"
        assert Browser(url).sign_in("new") == "/login?failed=account"
        person = admin.person("ada@desk.example")
        assert issuer in admin.ask(person)[2], "the page says where the person is bound"
        assert admin.post(person, f"{person}/identity/removal") == (303, person)
        assert ada.role() is None, "the session has ended"
        assert issuer in admin.latest("staff.identity_remove")
        assert Browser(url).sign_in("new") == "/grants"
        assert Browser(url).sign_in("old") == "/login?failed=account"
        print("a forgotten identity makes room for the next one, which is bound then")


def two_at_once(issuer, place):
    portal = Portal(place, issuer, KEYDESK_OIDC_DEFAULT_ROLE="viewer")
    portal.add("ada@desk.example", "agent")
    with portal as url:
        for email in ("ada@desk.example", "new@desk.example"):
            browsers = [(Browser(url), f"{email} {number}") for number in range(4)]
            for _, subject in browsers:
                tell(issuer, urllib.parse.quote(subject), email=email, email_verified=True)
            ways = [(browser, browser.ask(browser.depart(), {"sub": subject})[1]) for browser, subject in browsers]
            answers = []
            threads = [
                threading.Thread(target=lambda browser=browser, back=back: answers.append(browser.ask(back)[:2]))
                for browser, back in ways
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted(answers) == [(303, "/grants")] + 3 * [(303, "/login?failed=account")], answers
        print("of four subjects with one address who come at once, one is let in")


def new_people_and_roles(issuer, place):
    portal = Portal(place, issuer, KEYDESK_OIDC_DEFAULT_ROLE="viewer", KEYDESK_OIDC_ROLE_CLAIM="desk_role")
    portal.add("admin@desk.example", "admin")
    tell(issuer, "bob", email="bob@desk.example", email_verified=True, name="Bob")
    tell(issuer, "boss", email="admin@desk.example", email_verified=True, desk_role="viewer")
    with portal as url:
        for role, expected in (
            (None, "viewer"),
            ("agent", "agent"),
            (["staff", "admin", "viewer"], "admin"),
            ("nobody", "viewer"),
        ):
            claims = {} if role is None else {"desk_role": role}
            tell(issuer, "bob", email="bob@desk.example", email_verified=True, name="Bob", **claims)
            bob = Browser(url)
            assert bob.sign_in("bob") == "/grants" and bob.role() == expected, (role, bob.role())
        boss = Browser(url)
        assert boss.sign_in("boss") == "/grants" and boss.role() == "admin", "the last admin stays one"
        print("new people get the role of the claim or the default; the last admin stays one")


def taken_roles(issuer, place):
    portal = Portal(place, issuer, KEYDESK_OIDC_ROLE_CLAIM="desk_role")
    portal.add("admin@desk.example", "admin")
    tell(issuer, "root", email="admin@desk.example", email_verified=True, desk_role="nobody")
    with portal as url:
        root = Browser(url)
        assert root.sign_in("root") == "/grants" and root.role() == "admin", "the last admin comes in"
        for gone in ({}, {"desk_role": "nobody"}, {"desk_role": ["staff"]}):
            tell(issuer, "carl", email="carl@desk.example", email_verified=True, desk_role="agent")
            carl = Browser(url)
            assert carl.sign_in("carl") == "/grants" and carl.role() == "agent"
            tell(issuer, "carl", email="carl@desk.example", email_verified=True, **gone)
            assert Browser(url).sign_in("carl") == "/login?failed=role", gone
            assert carl.role() is None, "the old session is over"
            assert "no_role" in root.latest("staff.login_failed")
        print("a role that is taken away at the provider is taken away here, with the sessions")


def no_passwords(issuer, place):
    portal = Portal(place, issuer, KEYDESK_PASSWORDS="off")
    assert portal.run("staff", "add", "dora@desk.example", "--name", "Dora", "--role", "admin").returncode == 0
    refusal = portal.run("staff", "reset", "dora@desk.example")
    assert refusal.returncode == 1 and "KEYDESK_PASSWORDS=on" in refusal.stderr, refusal.stderr
    tell(issuer, "dora", email="dora@desk.example", email_verified=True)
    with portal as url:
        page = Browser(url).ask("/login")[2]
        assert "/login/provider" in page and "<form" not in page and "/forgotten-password" not in page
        for path, form in (
            ("/login", {"email": "dora@desk.example", "password": PASSWORD}),
            ("/forgotten-password", None),
            ("/forgotten-password", {"email": "dora@desk.example"}),
            ("/new-password?token=x", None),
            ("/new-password", {"token": "x", "password": PASSWORD}),
        ):
            status, _, text = Browser(url).ask(path, form)
            assert status == 403 and "Passwords are turned off" in text, (path, status)
        dora = Browser(url)
        assert dora.sign_in("dora") == "/grants" and dora.role() == "admin"
        assert 'type="password"' not in dora.ask("/account")[2] + dora.ask("/account/second-factor")[2]
        print("without passwords everybody comes by the provider")


def demanded_factor(issuer, place):
    portal = Portal(place, issuer, KEYDESK_SECOND_FACTOR="all")
    portal.add("ada@desk.example", "agent")
    tell(issuer, "ada2", email="ada@desk.example", email_verified=True)
    with portal as url:
        ada = Browser(url)
        ada.sign_in("ada2")
        status, there, _ = ada.ask("/grants")
        assert (status, there) == (303, "/account/second-factor"), (status, there)
        print("a second factor that is demanded is demanded here too")


CHECKS = (
    known_people,
    forgotten_identities,
    two_at_once,
    new_people_and_roles,
    taken_roles,
    no_passwords,
    demanded_factor,
)


@contextlib.contextmanager
def database(number):
    """A fresh PostgreSQL database for the portals of one check; nothing where none is asked for."""
    server = os.environ.get("TEST_POSTGRES_URL")
    if number is None or not server:
        yield
        return
    found = shutil.which("psql") or sorted(glob.glob("/usr/lib/postgresql/*/bin/psql"))[-1]
    name = f"keydesk_oidc_{os.getpid()}_{number}"

    def say(statement):
        subprocess.run([found, "-qc", statement, server], check=True)

    say(f"CREATE DATABASE {name}")
    DATABASE["DATABASE_URL"] = server.rsplit("/", 1)[0] + "/" + name
    try:
        yield
    finally:
        DATABASE.clear()
        say(f"DROP DATABASE {name} WITH (FORCE)")


def main():
    kinds = ["SQLite", "PostgreSQL"] if os.environ.get("TEST_POSTGRES_URL") else ["SQLite"]
    for kind in kinds:
        print(f"on {kind}:")
        with run_server_in_thread(require_nonce=True) as server:
            issuer = f"http://localhost:{server.server_port}"
            for number, check in enumerate(CHECKS):
                with tempfile.TemporaryDirectory(prefix="keydesk-oidc-") as place:
                    with database(number if kind == "PostgreSQL" else None):
                        check(issuer, place)
    with tempfile.TemporaryDirectory(prefix="keydesk-oidc-") as place:
        with Portal(place, issuer) as url:
            assert Browser(url).ask("/login/provider")[1] == "/login?failed=provider"
            print("a provider that is away is told, and the password still works")


main()
