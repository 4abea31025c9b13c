"""Starts a portal of its own, lets the vendor's SDKs make their rounds against it, then
schemathesis. KEYDESK_BIN is the binary, DATABASE_URL a database (an own SQLite file if unset)."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).parent
BINARY = os.environ["KEYDESK_BIN"]
SCHEMATHESIS_SECONDS = os.environ.get("SCHEMATHESIS_SECONDS") or "10"
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "ignored_auth",
]


def main():
    with tempfile.TemporaryDirectory(prefix="keydesk-sdk-") as place:
        settings = {
            "PATH": os.environ["PATH"],
            "HOME": place,
            "KEYDESK_DATA_DIR": f"{place}/data",
            "KEYDESK_LISTEN": "127.0.0.1:0",
            "KEYDESK_LOG_LEVEL": "warn",
            "KEYDESK_WEBHOOK_ALLOW": "127.0.0.1",
            "KEYDESK_RATE_LIMIT_ADDRESS": "0",
            "KEYDESK_RATE_LIMIT_KEY": "0",
        }
        if "DATABASE_URL" in os.environ:
            settings["DATABASE_URL"] = os.environ["DATABASE_URL"]
        tokens = {f"KEYDESK_{role.upper()}": token(settings, role) for role in ("admin", "agent", "viewer")}
        with open(f"{place}/portal.log", "w+") as log:
            portal = subprocess.Popen([BINARY, "serve"], env=settings, stdout=subprocess.PIPE, stderr=log, text=True)
            try:
                api = listening(portal) + "/api"
                run(["node", "round.mjs"], {**settings, **tokens, "KEYDESK_API": api})
                run([sys.executable, "-W", "ignore::DeprecationWarning", "round.py"], {**settings, **tokens, "KEYDESK_API": api})
                fuzz(settings, tokens, api)
            except BaseException:
                log.seek(0)
                print(log.read()[-20_000:])
                raise
            finally:
                portal.terminate()
                assert portal.wait(timeout=20) == 0, "the portal did not end cleanly"


def token(settings, role):
    """A new API key's token, which is the last line that is printed."""
    command = [BINARY, "api-key", "add", f"sdk-{role}", "--role", role]
    return subprocess.run(command, env=settings, check=True, capture_output=True, text=True).stdout.split()[-1]


def listening(portal):
    for line in portal.stdout:
        if found := re.match(r"listening on (http://\S+)", line):
            return found.group(1).rstrip("/")
    raise AssertionError("the portal did not start")


def fuzz(settings, tokens, api):
    """Requests made up from the document, good and bad ones, for a bounded time: first with ids made
    up too, then with ids that exist."""
    token = tokens["KEYDESK_ADMIN"]
    schemathesis = [pathlib.Path(sys.executable).parent / "schemathesis"]
    options = ["run", f"{api}/openapi.json", "--checks", ",".join(CHECKS), "--generation-database", "none"]
    options += ["--header", f"Authorization: Bearer {token}", "--no-color", "--warnings", "off"]
    run([*schemathesis, *options, "--max-time", SCHEMATHESIS_SECONDS], settings)
    known = pathlib.Path(settings["HOME"]) / "known.toml"
    known.write_text("[parameters]\n" + "".join(f'"path.{name}" = "{id}"\n' for name, id in ids(api, token)))
    run([*schemathesis, "--config-file", known, *options, "--max-time", SCHEMATHESIS_SECONDS], settings)


def ids(api, token):
    """Parameters of paths, and an id for each, of things made for this: what was there may be deleted
    or revoked by now. Where paths share a name the grant's entitlement has it."""

    def post(path, body):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(api + path, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    config = {"fulfillment_mode": "auto"}
    entitlement = post("/entitlements", {"name": "Known", "integration_type": "license_key", "integration_config": config})
    sale = {"entitlement_id": entitlement["id"], "customer": {"email": "known@example.com", "name": "Known"}}
    grant = post("/grants", sale)
    assert grant["status"] == "Delivered", grant
    yield "grant_id", grant["id"]
    yield "customer_id", grant["customer_id"]
    yield "id", entitlement["id"]


def run(command, env):
    print("+", *command[:2], flush=True)
    subprocess.run(command, env=env, check=True, cwd=HERE)


main()
