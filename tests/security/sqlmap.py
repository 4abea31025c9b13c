"""sqlmap on every query field and on the forms that reach the database with what was typed.

KEYDESK_SECURITY_FULL=1 tries the other forms too, and more statements on each field.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse

from portal import Portal
from servers import Page, serving
from targets import check_all, forms, pages, sign_in

SQLMAP = pathlib.Path(sys.executable).parent / "sqlmap"
IS_FULL = bool(os.environ.get("KEYDESK_SECURITY_FULL"))
LEVEL, RISK, TECHNIQUES = ("2", "2", "BEU") if IS_FULL else ("1", "1", "BE")
MOST_SECONDS = 1_800 if IS_FULL else 120
# How sqlmap says that a field is worth a look, or more.
SUSPICIONS = r"might be (?:SQL )?injectable|might be vulnerable|appears to be '.*' injectable|is vulnerable|injection point\(s\)"


def main():
    with serving(Page) as url:
        said = sqlmap(f"{url}/search?name=lamp", ["name"])
        assert re.search("Type: boolean-based blind", said), f"sqlmap overlooks the hole of a page that has one:\n{said}"
    # Whoever is wrong too often must wait, so each request comes from somewhere else.
    with Portal(KEYDESK_TRUSTED_PROXIES="127.0.0.1") as portal:
        count = 0
        admin, stranger = portal.person("admin"), portal.person(None)
        ours, theirs = pages(admin) + forms(admin), sign_in()
        check_all(ours + theirs)
        for person, targets in ((admin, ours), (stranger, theirs)):
            for target in targets:
                if IS_FULL or target.is_quick:
                    started = time.monotonic()
                    count += attack(person, target)
                    print(f"  {target.path} {time.monotonic() - started:.0f} s", flush=True)
        errors = [line for line in portal.said("stderr").splitlines() if json.loads(line)["level"] == "ERROR"]
        assert not errors, f"the portal complained: {errors[:5]}"
    print(f"{count} fields tried; none is injectable")


def attack(person, target):
    """Lets sqlmap try the fields of a target; how many there were."""
    fields = target.fields or [*target.query, *target.form, *target.body]
    options = ["--headers", f"Origin: {person.portal.origin}"]
    if target.form:
        token = person.get(target.page).hidden()["csrf_token"]
        options += ["--data", urllib.parse.urlencode({**target.form, "csrf_token": token})]
    elif target.body:
        options += ["--data", json.dumps(target.body), "--header", "Content-Type: application/json"]
    options += ["--cookie", person.cookies(), *target.options]
    query = f"?{urllib.parse.urlencode(target.query)}" if target.query else ""
    said = sqlmap(person.portal.url + target.path + query, fields, options)
    found = re.findall(f".*(?:{SUSPICIONS}).*", said)
    assert not found, f"{target.path}: " + "\n".join(found)
    tried = re.findall(r"parameter '(?:JSON )?(\w+)' does not seem to be injectable", said)
    assert sorted(tried) == sorted(fields), f"{target.path}: of {fields} sqlmap tried {tried}:\n{said[-4000:]}"
    return len(fields)


def sqlmap(url, fields, options=()):
    """What it says of these fields."""
    with tempfile.TemporaryDirectory(prefix="keydesk-sqlmap-") as place:
        command = [SQLMAP, "-u", url, "-p", ",".join(fields), "--batch", "--disable-coloring", "--output-dir", place]
        # What is not read, such as the forms' tokens, differs from page to page.
        command += ["--level", LEVEL, "--risk", RISK, "--technique", TECHNIQUES]
        command += ["--dbms", "sqlite", "--text-only", "--ignore-redirects", "--timeout", "10", *options]
        env = {"PATH": os.environ["PATH"], "HOME": place}
        done = subprocess.run(
            command, env=env, cwd=place, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=MOST_SECONDS
        )
        assert done.returncode == 0, f"sqlmap ended with {done.returncode}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
        return done.stdout


main()
