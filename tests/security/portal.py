"""A portal of its own for a script, and people who use it without a browser.

KEYDESK_BIN is the binary. Everything a portal writes lies in a directory that is thrown away.
"""

import html.parser
import http.cookiejar
import os
import pathlib
import re
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

BINARY = os.environ.get("KEYDESK_BIN") or pathlib.Path(__file__).resolve().parents[2] / "target/debug/keydesk"
START_SECONDS = 60
STOP_SECONDS = 20


class Portal:
    """A running `keydesk demo`, or whatever command is given, until the `with` ends."""

    def __init__(self, *command, **settings):
        self.command = [BINARY, *(command or ("demo", "--grants", "60"))]
        self.settings = settings

    def __enter__(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="keydesk-security-")
        self.place = pathlib.Path(self.scratch.name)
        # Beside the data, so that what is looked through does not hold what was printed.
        (self.place / "data").mkdir()
        self.env = {
            "PATH": os.environ["PATH"],
            "TMPDIR": f"{self.place}/data",
            "KEYDESK_DATA_DIR": f"{self.place}/data",
            "KEYDESK_LOG_FORMAT": "json",
            "KEYDESK_LISTEN": "127.0.0.1:0",
            "KEYDESK_LOG_LEVEL": "warn",
            "KEYDESK_RATE_LIMIT_ADDRESS": "0",
            "KEYDESK_RATE_LIMIT_KEY": "0",
            **self.settings,
        }
        try:
            self.start()
        except BaseException:
            self.scratch.cleanup()
            raise
        return self

    def __exit__(self, kind, *_):
        try:
            self.stop()
            if kind:
                print(self.said("stderr")[-20_000:])
        finally:
            self.scratch.cleanup()

    def start(self):
        """Starts it (again, after a stop), and reads where it listens and who may sign in."""
        out, err = (open(self.place / name, "ab") for name in ("stdout", "stderr"))
        before = out.tell()
        with out, err:
            self.process = subprocess.Popen(
                self.command, env=self.env, cwd=self.place, stdin=subprocess.DEVNULL, stdout=out, stderr=err
            )
        deadline = time.monotonic() + START_SECONDS
        while not (found := re.search(r"^listening on (http://\S+)$", self.said("stdout")[before:], re.M)):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise AssertionError(f"the portal did not start:\n{self.said('stdout')}{self.said('stderr')}")
            time.sleep(0.05)
        self.url = found.group(1).rstrip("/")
        # The demo makes a directory of its own below the one for temporary files.
        self.data = next((self.place / "data").glob("keydesk-demo-*"), self.place / "data")
        self.env["KEYDESK_DATA_DIR"] = str(self.data)
        # What it takes for its own place: a base URL that was set, or where it listens.
        self.origin = self.env.get("KEYDESK_BASE_URL", self.url)
        people = re.findall(r"^\s+(admin|agent|viewer)\s+(\S+)\s+password: (\S+)$", self.said("stdout"), re.M)
        self.people = {role: (email, password) for role, email, password in people}

    def stop(self):
        self.process.terminate()
        try:
            code = self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"the portal did not end within {STOP_SECONDS} s") from None
        assert code == 0, f"the portal ended with {code}:\n{self.said('stderr')}"

    def said(self, stream):
        """Everything it printed so far."""
        return (self.place / stream).read_text()

    def run(self, *arguments, text=None):
        """Another command of the same installation."""
        command = [BINARY, *arguments]
        return subprocess.run(command, env=self.env, cwd=self.place, input=text, capture_output=True, text=True, check=True)

    def person(self, role="admin"):
        """Somebody of that role who has signed in; `None` is somebody who has not."""
        person = Person(self)
        if role:
            person.sign_in(*self.people[role])
        return person


class Plain(urllib.request.HTTPErrorProcessor):
    """Hands over every answer as it is: no redirect is followed, no status is an exception."""

    def http_response(self, request, response):
        return response


class Person:
    """Keeps cookies and sends what a browser would send."""

    def __init__(self, portal):
        self.portal = portal
        # A portal that believes to be behind https is talked to as its proxy would: without.
        policy = http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https"))
        self.jar = http.cookiejar.CookieJar(policy)
        cookies = urllib.request.HTTPCookieProcessor(self.jar)
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Plain, cookies)

    def request(self, method, path, body=None, headers=None):
        url = urllib.parse.urljoin(self.portal.url, path)
        request = urllib.request.Request(url, body, headers or {}, method=method)
        with self.opener.open(request, timeout=30) as response:
            return Answer(f"{method} {path}", response.status, response.headers, response.read())

    def get(self, path, **headers):
        return self.request("GET", path, headers=headers)

    def post(self, path, page=None, expect=303, **fields):
        """Posts a form with the token of the page it stands on; any status will do where none is expected."""
        hidden = self.get(page).hidden() if page else {}
        body = urllib.parse.urlencode({**hidden, **fields}).encode()
        answer = self.request("POST", path, body, {"Origin": self.portal.origin})
        assert expect in (answer.status, None), f"POST {path}: {answer.status} instead of {expect}\n{answer.text[:4000]}"
        return answer

    def sign_in(self, email, password, expect=303):
        return self.post("/login", page="/login", expect=expect, email=email, password=password)

    def cookies(self):
        """As one header."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)


class Answer:
    """What came back."""

    def __init__(self, what, status, headers, body):
        self.what, self.status, self.headers, self.body = what, status, headers, body
        self.text = body.decode("utf-8", "replace")
        self.is_page = headers.get_content_type() == "text/html"

    def elements(self):
        """Every element of the page, as its name and attributes."""
        found = []
        parser = html.parser.HTMLParser()
        parser.handle_starttag = lambda tag, attributes: found.append((tag, dict(attributes)))
        parser.feed(self.text)
        return found

    def hidden(self):
        """The token and the mark against double clicks; what else is hidden belongs to other forms."""
        names = ("csrf_token", "idempotency_key")
        inputs = [attributes for tag, attributes in self.elements() if tag == "input"]
        return {field["name"]: field["value"] for field in inputs if field.get("name") in names}
