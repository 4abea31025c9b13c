"""A portal of its own for a script.

KEYDESK_BIN is the binary. Everything a portal writes lies in a directory that is thrown away.
"""

import os
import pathlib
import re
import subprocess
import tempfile
import time

from person import Person

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
            "KEYDESK_UNDO": "0s",
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
