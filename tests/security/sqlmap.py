"""sqlmap on every query field and on the forms that reach the database with what was typed.

KEYDESK_SECURITY_FULL=1 tries the other forms too, and every kind of injection.
"""

import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

from portal import Portal
from vulnerable import Page, serving

SQLMAP = pathlib.Path(sys.executable).parent / "sqlmap"
IS_FULL = bool(os.environ.get("KEYDESK_SECURITY_FULL"))
DEPTH = ["--level", "3", "--risk", "2", "--technique", "BEUS"] if IS_FULL else ["--level", "1", "--risk", "1", "--technique", "BE"]
MOST_SECONDS = 1_800 if IS_FULL else 120
# How sqlmap says that a field is worth a look, or more.
SUSPICIONS = r"might be (?:SQL )?injectable|might be vulnerable|appears to be '.*' injectable|is vulnerable|injection point\(s\)"


@dataclasses.dataclass
class Target:
    """Fields of one page or form, with values that are right."""

    path: str
    query: dict = dataclasses.field(default_factory=dict)
    form: dict = dataclasses.field(default_factory=dict)
    body: dict = dataclasses.field(default_factory=dict)
    # Which of them are tried; all of them unless said.
    fields: list = None
    page: str = None
    is_quick: bool = True
    options: list = dataclasses.field(default_factory=list)


def main():
    with serving(Page) as url:
        said = sqlmap(f"{url}/search?name=lamp", ["name"])
        assert re.search("Type: boolean-based blind", said), f"sqlmap overlooks the hole of a page that has one:\n{said}"
    # Whoever is wrong too often must wait, so each request comes from somewhere else.
    with Portal(KEYDESK_TRUSTED_PROXIES="127.0.0.1") as portal:
        count = 0
        admin, stranger = portal.person("admin"), portal.person(None)
        for person, targets in ((admin, pages(admin) + forms(admin)), (stranger, sign_in())):
            for target in targets:
                if IS_FULL or target.is_quick:
                    count += attack(person, target)
        errors = [line for line in portal.said("stderr").splitlines() if json.loads(line)["level"] == "ERROR"]
        assert not errors, f"the portal complained: {errors[:5]}"
    print(f"{count} fields tried; none is injectable")


def pages(admin):
    """Every query field. A cursor goes with no other one."""
    grants, audit = admin.get("/grants").text, admin.get("/audit").text
    entitlement = re.search(r'option value="(ent_\w+)"', grants)[1]
    person = re.search(r'option value="(stf_\w+)"', audit)[1]
    grant = re.search(r'href="/grants/(entg_\w+)" data-row', grants)[1]
    cursor = {page: re.search(r"after=([^&\"]+)", text)[1] for page, text in (("grants", grants), ("audit", audit))}
    log = {"actor": person, "action": "grant.fulfill", "object": grant, "from": "2020-01-01", "to": "2039-12-31"}
    return [
        Target("/grants", {"status": "pending", "q": "a", "entitlement_id": entitlement, "integration_type": "license_key"}),
        Target("/audit", log),
        *[Target(f"/{page}", {name: cursor[page]}) for page in cursor for name in ("after", "before")],
    ]


def forms(admin):
    """Forms and calls that look for something by what was typed; in full, all that is typed anywhere."""
    grants = re.findall(r'href="(/grants/\w+)/fulfillment/new" data-fulfill', admin.get("/grants?status=pending").text)
    entitlement = re.search(r'value="(ent_\w+)"', admin.get("/grants/new").text)[1]
    sale = {"entitlement_id": entitlement, "customer_email": "eve@example.com", "customer_name": "Eve", "customer_locale": "en"}
    sale |= {"payment_id": "pay_sqlmap", "subscription_id": "sub_sqlmap"}
    ware = {"name": "Ware", "description": "One", "integration_type": "license_key", "fulfillment_mode": "manual"}
    ware |= {"activations_limit": "1", "duration_count": "1", "duration_interval": "Year", "activation_message": "Thanks", "key_format": "XXXXX"}
    key = {"key": "SQLMAP-0001-0001", "activations_limit": "1", "expires_at": "2039-12-31T12:00", "customer_note": "Thanks"}
    hook = {"url": "https://example.com/hook", "description": "One", "grant_created": "on", "disabled": "on"}
    me = {"language": "en", "theme": "light", "shortcuts": "on", "time_zone": "UTC", "next": "/"}
    return [
        Target("/grants", form=sale, page="/grants/new"),
        Target(f"{grants[0]}/fulfillment", form=key, page=f"{grants[0]}/fulfillment/new", fields=["key"]),
        Target("/api/licenses/validate", body={"license_key": "SQLMAP-0001-0001", "license_key_instance_id": "lki_sqlmap"}),
        Target(f"{grants[1]}/fulfillment/preview", form=key, page=f"{grants[1]}/fulfillment/new", is_quick=False),
        Target(f"{grants[0]}/emails", form={"email": "eve@example.com"}, page=grants[0], is_quick=False),
        Target(f"{grants[2]}/revocation", form={"reason": "Refund"}, page=grants[2], is_quick=False),
        Target("/entitlements", form=ware, page="/entitlements/new", is_quick=False),
        Target("/webhooks", form=hook, page="/webhooks/new", is_quick=False),
        Target("/api-keys", form={"name": "sqlmap", "role": "viewer", "expires_at": "2039-12-31T12:00"}, page="/api-keys", is_quick=False),
        Target("/preferences", form=me, page="/", is_quick=False),
    ]


def sign_in():
    """The page of those who are not signed in. Too many tries for one address are refused, right or wrong."""
    form = {"email": "nobody@example.com", "password": "no word that is right", "next": "/"}
    elsewhere = ["--tamper", "xforwardedfor"]
    return [
        Target("/login", {"next": "/grants", "lang": "en"}),
        Target("/login", form=form, fields=["email"], page="/login", options=elsewhere),
        Target("/login", form=form, fields=["password", "next"], page="/login", options=[*elsewhere, "--randomize", "email"]),
    ]


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
        command += [*DEPTH, "--dbms", "sqlite", "--text-only", "--ignore-redirects", "--timeout", "10", *options]
        env = {"PATH": os.environ["PATH"], "HOME": place}
        done = subprocess.run(
            command, env=env, cwd=place, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=MOST_SECONDS
        )
        assert done.returncode == 0, f"sqlmap ended with {done.returncode}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
        return done.stdout


main()
