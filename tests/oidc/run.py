"""Signs in with a real identity provider that runs here. KEYDESK_BIN is the binary, built with the
feature oidc."""

import http.cookiejar
import json
import os
import re
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import warnings

warnings.filterwarnings("ignore")

from oidc_provider_mock import run_server_in_thread  # noqa: E402

BINARY = os.environ["KEYDESK_BIN"]
PASSWORD = "violet harbor sings at 42"


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
            **settings,
        }

    def add(self, email, role):
        command = [BINARY, "staff", "add", email, "--name", "Ada", "--role", role, "--password-stdin"]
        subprocess.run(command, env=self.env, input=PASSWORD, text=True, check=True, capture_output=True)

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
        # From now on the subject counts, not the address.
        tell(issuer, "ada", email="somebody@else.example", email_verified=True)
        assert Browser(url).sign_in("ada") == "/grants"
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

    subprocess.run([BINARY, "staff", "disable", "ada@desk.example"], env=portal.env, check=True, capture_output=True)
    with portal as url:
        assert Browser(url).sign_in("ada") == "/login?failed=account"
        print("who is disabled stays out")


def new_people_and_roles(issuer, place):
    portal = Portal(place, issuer, KEYDESK_OIDC_DEFAULT_ROLE="viewer", KEYDESK_OIDC_ROLE_CLAIM="desk_role")
    portal.add("admin@desk.example", "admin")
    tell(issuer, "bob", email="bob@desk.example", email_verified=True, name="Bob")
    tell(issuer, "boss", email="admin@desk.example", email_verified=True, desk_role="viewer")
    with portal as url:
        for role, expected in ((None, "viewer"), ("agent", "agent"), (["admin"], "admin"), ("viewer", "viewer")):
            claims = {} if role is None else {"desk_role": role}
            tell(issuer, "bob", email="bob@desk.example", email_verified=True, name="Bob", **claims)
            bob = Browser(url)
            assert bob.sign_in("bob") == "/grants" and bob.role() == expected, (role, bob.role())
        boss = Browser(url)
        assert boss.sign_in("boss") == "/grants" and boss.role() == "admin", "the last admin stays one"
        print("new people get the role of the claim or the default; the last admin stays one")


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


def main():
    with run_server_in_thread(require_nonce=True) as server:
        issuer = f"http://localhost:{server.server_port}"
        for check in (known_people, new_people_and_roles, demanded_factor):
            with tempfile.TemporaryDirectory(prefix="keydesk-oidc-") as place:
                check(issuer, place)
    with tempfile.TemporaryDirectory(prefix="keydesk-oidc-") as place:
        with Portal(place, issuer) as url:
            assert Browser(url).ask("/login/provider")[1] == "/login?failed=provider"
            print("a provider that is away is told, and the password still works")


main()
