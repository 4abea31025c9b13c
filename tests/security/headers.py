"""What every answer carries, whatever was asked: a policy, no-store, no CORS, careful cookies, and
no secrets in any URL."""

import re
import urllib.parse

from answers import RUNTIME, check
from portal import Portal
from table import filled, paths

# What may stand in a query. None of it is a secret.
QUERY = {"status", "needs", "q", "entitlement_id", "integration_type", "after", "before", "actor", "action", "object"}
QUERY |= {"assignee", "from", "to", "next", "lang", "act", "revoke", "days", "state", "show", "page", "select", "by", "order", "open"}
QUERY |= {"expires", "signature", "sort", "channel"}
QUERY |= {"last", "source", "batch_id", "kind", "name", "only"}
# Every page, with ids that nothing has where it wants one; and what is no page, or is asked for wrongly.
PATHS = [filled(pattern) for pattern in paths("GET")]
PATHS += """/healthz /readyz /favicon.ico /nope /grants/entg_nope /mail/nope.eml /assets/nope.css /logout /preferences
    /grants?after=nope /audit?from=nope /grants?status=nope /grants?q=%00 /grants?q=%ff /..%2f..%2fetc/passwd
    /login?next=//evil.example /api /api/nope /api/openapi.json /api/grants /api/entitlements /api/customers
    /api/products /api/license_keys /api/license_key_instances /api/webhooks /api/grants/nope /api/licenses/validate
    /new-password?token=nope /search?q=ada /search?q=%00 /search?q=HEADERS-0001""".split()
MOST_PAGES = 2_400
FEWEST_PAGES = 100


def links(answer, secrets):
    """Where a page leads, own paths alone; nothing secret may stand there."""
    found = []
    tokens = [field["value"] for tag, field in answer.elements() if tag == "input" and field.get("name") == "csrf_token"]
    for tag, attributes in answer.elements():
        for name in ("href", "src", "action"):
            address = urllib.parse.urlsplit(attributes.get(name) or "")
            told = [secret for secret in secrets + tokens if secret in urllib.parse.unquote(address.geturl())]
            assert not told, f"{answer.what}: a secret in {attributes[name]}"
            is_post = tag == "form" and (attributes.get("method") or "get").lower() == "post"
            is_ours = not address.scheme and not address.netloc and address.path.startswith("/")
            unknown = set(urllib.parse.parse_qs(address.query, keep_blank_values=True)) - QUERY
            assert not is_ours or not unknown, f"{answer.what}: unknown {unknown} in the query of {attributes[name]}"
            if is_ours and not is_post:
                found.append(urllib.parse.urlunsplit(("", "", address.path, address.query, "")))
    return found


def crawl(person, secrets):
    """Everything that can be reached by links; of queries with the same names on a path, only some."""
    waiting, seen, alike = list(PATHS), set(PATHS), {}
    while waiting:
        answer = check(person.get(waiting.pop(0)))
        assert answer.status < 500, f"{answer.what}: {answer.status}"
        assert len(seen) < MOST_PAGES, "the portal has no end"
        for link in links(answer, secrets) if answer.is_page else []:
            address = urllib.parse.urlsplit(link)
            kind = address.path, tuple(sorted(dict(urllib.parse.parse_qsl(address.query))))
            if link not in seen and (not address.query or alike.get(kind, 0) < 5):
                alike[kind] = alike.get(kind, 0) + 1
                seen.add(link)
                waiting.append(link)
    assert len(seen) >= FEWEST_PAGES, f"only {len(seen)} pages were found"
    return seen


def refusals(portal, admin):
    """Answers that no link leads to: forged, refused, lost, too large, not known, too often."""
    origin, form = {"Origin": portal.origin}, {"Content-Type": "application/x-www-form-urlencoded"}
    pending = re.search(r'href="(/grants/\w+)/fulfillment/new" data-fulfill', admin.get("/grants?status=pending").text)[1]
    delivered = re.search(r'href="(/grants/\w+)" data-row', admin.get("/grants?status=delivered").text)[1]

    def expect(status, method, path, body=None, headers=None, person=admin):
        answer = check(person.request(method, path, body, headers))
        assert answer.status == status, f"{answer.what}: {answer.status} instead of {status}"

    for path in ("/grants", "/login", "/logout", "/preferences", f"{pending}/fulfillment", "/nope", "/healthz"):
        expect(403, "POST", path, b"", form)
        expect(403, "POST", path, b"csrf_token=x", {"Origin": "https://evil.example", **form})
    expect(403, "POST", "/grants", b"csrf_token=x", {**origin, **form})
    expect(415, "POST", "/grants", b"{}", {**origin, "Content-Type": "application/json"})
    expect(413, "POST", "/grants", b"a=" + b"x" * 1_200_000, {**origin, **form})
    expect(400, "POST", "/grants", b"a=%ff", {**origin, **form})
    expect(405, "OPTIONS", "/grants")
    expect(405, "PUT", "/grants", b"", origin)
    expect(405, "PUT", "/api/grants", b"")
    expect(303, "GET", "/grants", person=portal.person(None))
    expect(403, "GET", "/webhooks", person=portal.person("viewer"))
    check(admin.post(f"{pending}/fulfillment", page=f"{pending}/fulfillment/new", expect=422))
    check(admin.post(f"{delivered}/fulfillment", page=delivered, expect=409, key="HEADERS-0001"))
    check(admin.post(f"{delivered}/reveal", page=delivered, expect=200))
    stranger = portal.person(None)
    statuses = [check(stranger.sign_in("nobody@example.com", "wrong", expect=None)).status for _ in range(6)]
    assert statuses == [422] * 5 + [429], statuses


def api(portal):
    """The API, with a token and without; only what sold software calls is open to other sites."""
    token = portal.run("api-key", "add", "headers", "--role", "viewer").stdout.split()[-1]
    bearer, json = {"Authorization": f"Bearer {token}"}, {"Content-Type": "application/json"}
    stranger = portal.person(None)
    for method, path, body, headers, status in [
        ("GET", "/api/grants", None, {}, 401),
        ("GET", "/api/grants", None, bearer, 200),
        ("GET", "/api/grants?page_size=nope", None, bearer, 422),
        ("GET", "/api/grants/entg_nope", None, bearer, 404),
        ("POST", "/api/grants", b"{}", {**bearer, **json}, 403),
        ("GET", "/api/webhooks", None, bearer, 403),
        ("OPTIONS", "/api/grants", None, {"Origin": "https://app.example"}, 405),
        *[("OPTIONS", path, None, {"Origin": "https://app.example"}, 204) for path in RUNTIME],
        *[("POST", path, b"{", json, 400) for path in RUNTIME],
    ]:
        answer = check(stranger.request(method, path, body, headers))
        assert answer.status == status, f"{answer.what}: {answer.status} instead of {status}"
        is_open = answer.headers.get("access-control-allow-origin") == "*"
        assert is_open == (path in RUNTIME), f"{answer.what}: open to other sites: {is_open}"
        assert "access-control-allow-credentials" not in answer.headers, f"{answer.what}: lets cookies through"


def behind_https():
    """The same under https: other cookies, HSTS; and too many calls."""
    with Portal(KEYDESK_BASE_URL="https://keys.example.com", KEYDESK_RATE_LIMIT_ADDRESS="1") as portal:
        person = portal.person(None)
        for path in PATHS + ["/login?lang=de"]:
            check(person.get(path, Host="keys.example.com"), is_https=True)
        check(person.sign_in(*portal.people["admin"]), is_https=True)
        for path in PATHS:
            check(person.get(path), is_https=True)
        names = [cookie.name for cookie in person.jar]
        assert "__Host-keydesk_session" in names, names
        call = ("POST", RUNTIME[2], b'{"license_key": "HEADERS-0001"}', {"Content-Type": "application/json"})
        statuses = [check(person.request(*call), is_https=True).status for _ in range(3)]
        assert statuses[-1] == 429, statuses
        check(person.post("/logout", page="/"), is_https=True)


def main():
    with Portal() as portal:
        admin = portal.person("admin")
        secrets = [password for _, password in portal.people.values()]
        secrets += [cookie.value for cookie in admin.jar]
        count = len(crawl(admin, secrets))
        refusals(portal, admin)
        api(portal)
    behind_https()
    print(f"{count} pages, refusals, the API, and all of it under https: headers and links are as they should be")


main()
