"""Wapiti over the whole portal, signed in as an admin. KEYDESK_SECURITY_FULL=1 gives it half an hour."""

import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from portal import Portal
from servers import Endpoint, Page, serving

WAPITI = pathlib.Path(sys.executable).parent / "wapiti"
IS_FULL = bool(os.environ.get("KEYDESK_SECURITY_FULL"))
SCAN_SECONDS, ATTACK_SECONDS, GRANTS = (300, 300, "40") if IS_FULL else (12, 5, "6")
# Never ends well before this; then it is stopped.
MOST_SECONDS = 3_600 if IS_FULL else 240
MODULES = ["cookieflags", "crlf", "csp", "csrf", "exec", "file", "http_headers", "permanentxss", "redirect", "sql"]
MODULES += ["ssrf", "upload", "xss"]
STARTS = ["/grants/new", "/entitlements/new", "/webhooks/new", "/api-keys", "/audit", "/mail"]
FEWEST_PAGES = 30
# Findings that are none, and why.
ACCEPTED = {
    "X-Frame-Options is not set": "the policy's frame-ancestors says the same to every browser in use; headers.py checks it",
    "Secure flag is not set in the cookie : keydesk_login": "there is no https here; headers.py checks it under https",
    "Secure flag is not set in the cookie : keydesk_session": "as above",
    "Secure flag is not set in the cookie : keydesk_language": "as above",
    "Secure flag is not set in the cookie : keydesk_flash": "as above",
    "Secure flag is not set in the cookie : keydesk_browser": "as above",
}


def main():
    with serving(Page) as url:
        report = scan(url, ["sql", "xss"])
        found = {kind for kind, findings in report["vulnerabilities"].items() if findings}
        assert len(found) == 2, f"of the two holes of a page that has them Wapiti finds: {found or 'none'}"
    with serving(Endpoint) as endpoint, Portal("demo", "--grants", GRANTS, KEYDESK_LOG_LEVEL="info") as portal:
        admin = portal.person("admin")
        report = scan(portal.url, MODULES, portal, admin, endpoint)
        assert admin.get("/grants").status == 200, "Wapiti has signed itself out on the way"
        visits = [path for path in Endpoint.visitors if not path.startswith("/get_ssrf.php")]
        assert not visits, f"the portal went where it was sent: {visits}"
        log = [json.loads(line) for line in portal.said("stderr").splitlines()]
    judge(report, log)


def scan(url, modules, portal=None, person=None, endpoint="http://127.0.0.1:9"):
    """Lets it crawl and attack; its report."""
    with tempfile.TemporaryDirectory(prefix="keydesk-wapiti-") as place:
        command = [WAPITI, "--url", f"{url}/", "--endpoint", f"{endpoint}/"]
        command += ["--format", "json", "--output", f"{place}/report.json", "--no-bugreport"]
        command += ["--store-session", f"{place}/session", "--store-config", f"{place}/config"]
        command += ["--max-scan-time", str(SCAN_SECONDS), "--max-attack-time", str(ATTACK_SECONDS)]
        # Many things of a kind are one; a token that is attacked is a form that is refused.
        command += ["--max-files-per-dir", "40", "--skip", "csrf_token", "--skip", "idempotency_key"]
        command += [word for path in STARTS for word in ("--start", url + path)]
        if person:
            unused = {"version": 0, "expires": None, "secure": False, "port": None}
            cookies = {cookie.name: {"value": cookie.value, **unused} for cookie in person.jar}
            pathlib.Path(place, "cookies.json").write_text(json.dumps({"127.0.0.1": {"/": cookies}}))
            command += ["--cookie", f"{place}/cookies.json", "--header", f"Origin: {portal.origin}"]
            command += ["--exclude", f"{url}/logout", "--exclude", f"{url}/login"]
        env, said, left = {"PATH": os.environ["PATH"], "HOME": place}, "", modules
        # Where a time limit interrupts it while it writes, its own database is locked now and then: then it
        # goes on with what it has not begun. What was found by then is kept.
        for _ in modules:
            going_on = ["--skip-crawl"] if said else []
            done = subprocess.run(
                [*command, "--module", ",".join(left), *going_on], env=env, cwd=place, timeout=MOST_SECONDS,
                stdin=subprocess.DEVNULL, capture_output=True, text=True,
            )
            said += done.stdout
            left = [module for module in modules if f"Launching module {module}\n" not in said] or ["csp"]
            if "database is locked" not in done.stderr:
                break
        assert done.returncode == 0, f"Wapiti ended with {done.returncode}:\n{said[-4000:]}{done.stderr[-4000:]}"
        missing = [module for module in modules if f"Launching module {module}\n" not in said]
        assert not missing, f"Wapiti did not try {missing}:\n{said[-4000:]}"
        return json.loads(pathlib.Path(place, "report.json").read_text())


def judge(report, log):
    """Fails on findings that are not accepted, on errors of the portal, and on too little done."""
    findings = [
        f"{kind}: {found['info']} ({found['method']} {found['path']}, {found['parameter']})\n{found['curl_command']}"
        for section in ("vulnerabilities", "anomalies")
        for kind, all_found in report[section].items()
        for found in all_found
        if found["info"] not in ACCEPTED
    ]
    assert not findings, "Wapiti found:\n" + "\n".join(findings)
    errors = [line for line in log if line["level"] == "ERROR"]
    assert not errors, f"the portal complained: {errors[:5]}"
    answers = collections.Counter(
        (line["method"], re.sub(r"_[0-9A-Za-z]{15,}", "_…", line["path"])) for line in log if line["message"] == "answered"
    )
    count = report["infos"]["crawled_pages_nbr"]
    print(f"{count} URLs crawled, {answers.total()} requests on {len(answers)} routes; nothing was found")
    assert count >= FEWEST_PAGES, f"only {count} URLs were crawled"
    posted = {path for method, path in answers if method == "POST"}
    for path in ("/entitlements", "/grants", "/webhooks", "/grants/entg_…/fulfillment"):
        assert path in posted, f"the form of {path} was never sent"


main()
