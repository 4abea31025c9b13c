"""Plants secrets everywhere a portal is given one, at the most talkative log level, then looks for
them in all that it printed and stored. Only the kept mail may hold the license key."""

import json
import re
import secrets

from look import is_in, places, readable, until
from portal import Portal
from servers import Echo, serving

JSON = {"Content-Type": "application/json"}


def main():
    with serving(Echo) as receiver, Portal("serve", KEYDESK_LOG_LEVEL="trace", KEYDESK_WEBHOOK_ALLOW="127.0.0.1") as portal:
        planted = Planted()
        admin = people(portal, planted)
        grants = wares(admin)
        webhook(admin, planted, f"{receiver}/hook")
        keys(admin, planted, grants)
        calls(portal, planted, grants)
        settle(portal, Echo.told, planted)
        mail_server(portal, planted, admin, grants)
        planted["secret of the installation"] = (portal.data / "secret.key").read_text().strip()
        found = dict(places(portal, admin))
        # Otherwise this looks in the wrong places, or for the wrong things.
        for name, text in {
            "what was printed": "keydesk::http::observe",
            "keydesk.db": "eve0@planted.example",
            "the backup": "eve0@planted.example",
            "the audit log": "webhook.rotate_secret",
        }.items():
            assert is_in({"control": text}, {name: found[name]}), f"{text} is not in {name}"
        assert "keydesk.db-wal" in found, "there is no write-ahead log"
        told = is_in(planted, found)
        assert not told, told
    size = sum(map(len, found.values()))
    print(f"{len(planted)} secrets were planted; none is in {len(found)} places of {size} bytes")


class Planted(dict):
    """Secrets by what they are."""

    def make(self, what):
        """A new one, which would also do as a license key or a password."""
        self[what] = f"Plant{secrets.token_hex(6)}-{secrets.token_hex(8)}-End"
        return self[what]


def people(portal, planted):
    """Passwords: given on standard input, right ones, wrong ones, and in the wrong field."""
    command = ["staff", "add", "ada@planted.example", "--name", "Ada", "--role", "admin", "--password-stdin"]
    portal.run(*command, text=planted.make("password") + "\n")
    ada = portal.person(None)
    ada.sign_in("ada@planted.example", planted.make("wrong password"), expect=422)
    ada.sign_in(planted["password"], "x", expect=422)
    ada.sign_in(planted["password"] + "@planted.example", "x", expect=422)
    ada.sign_in("ada@planted.example", planted["password"])
    planted["session cookie"] = next(cookie.value for cookie in ada.jar if "session" in cookie.name)
    made_up = portal.run("staff", "add", "bob@planted.example", "--name", "Bob", "--role", "agent").stdout
    planted["made-up password"] = made_up.split()[-1]
    planted["token"] = portal.run("api-key", "add", "planted", "--role", "admin").stdout.split()[-1]
    page = ada.post("/api-keys", page="/api-keys", expect=200, name="page", role="agent", expires_at="")
    planted["token from the page"] = re.search(r'data-copy="([^"]+)"', page.text)[1]
    return ada


def wares(admin):
    """Five pending grants."""
    ware = {"name": "Planted", "integration_type": "license_key", "fulfillment_mode": "manual"}
    admin.post("/entitlements", page="/entitlements/new", **ware)
    entitlement = re.search(r"/entitlements/(ent_\w+)/edit", admin.get("/entitlements").text)[1]
    fields = {"entitlement_id": entitlement, "customer_name": "Eve", "customer_locale": "en"}
    return [
        admin.post("/grants", page="/grants/new", customer_email=f"eve{n}@planted.example", **fields).headers["location"]
        for n in range(5)
    ]


def webhook(admin, planted, url):
    """An endpoint, its first secret and its second."""
    place = admin.post("/webhooks", page="/webhooks/new", url=url).headers["location"]
    shown = lambda: re.search(r"whsec_[A-Za-z0-9+/=_-]+", admin.post(f"{place}/reveal", page=place, expect=200).text)[0]
    planted["webhook secret before"] = shown()
    admin.post(f"{place}/secret", page=place)
    planted["webhook secret"] = shown()
    assert planted["webhook secret"] != planted["webhook secret before"], "the secret stays the same"


def keys(admin, planted, grants):
    """License keys: refused, looked at, issued, issued twice, revealed, searched for."""
    form = [f"{place}/fulfillment/new" for place in grants]
    admin.post(f"{grants[0]}/fulfillment", page=form[0], expect=422, key=planted.make("refused key"), activations_limit="0")
    admin.post(f"{grants[0]}/fulfillment", page=form[0], expect=422, key=planted.make("long key") + "x" * 70_000)
    admin.post(f"{grants[0]}/fulfillment/preview", page=form[0], expect=200, key=planted.make("key of a preview"))
    admin.post(f"{grants[0]}/fulfillment", page=form[0], key=planted.make("key"))
    admin.post(f"{grants[1]}/fulfillment", page=form[1], expect=422, key=planted["key"])
    admin.post(f"{grants[0]}/fulfillment", page=form[1], expect=409, key=planted.make("late key"))
    admin.post(f"{grants[0]}/fulfillment", expect=403, key=planted.make("key without token"), csrf_token="x")
    assert planted["key"] in admin.post(f"{grants[0]}/reveal", page=grants[0], expect=200).text, "the key is not revealed"
    searched = admin.post("/search", page="/", q=planted["key"])
    assert searched.headers["location"] == grants[0], "the key is not found"
    admin.post("/search", page="/", expect=200, q=planted.make("key that was never issued"))
    unknown, nobody = planted.make("unknown key"), admin.portal.person(None)
    for path in ("/grants?q=", "/grants?status=", "/grants?after=", "/audit?object=", "/audit?from=", "/nope?key="):
        for person in (admin, nobody):
            assert person.get(path + unknown).status < 500, path
    nobody.sign_in("ada@planted.example", planted["wrong password"], expect=422)


def calls(portal, planted, grants):
    """The API: good and bad tokens, bodies that are refused, keys that are delivered and asked about."""
    person, token = portal.person(None), planted["token"]

    def call(path, body, token=token):
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {**JSON, "Authorization": f"Bearer {token}", "Idempotency-Key": f"planted {len(body)} {path}"}
        answer = person.request("POST", path, text, headers)
        assert answer.status < 500, f"{answer.what}: {answer.status}\n{answer.text}"
        return answer.status

    key = planted.make("key over the API")
    place = f"/api{grants[2]}/license-key"
    refused = planted.make("key of a refused call")
    assert call(place, {"key": key}, token=planted.make("wrong token")) == 401
    assert call(place, {"key": refused, "activations_limit": refused}) == 422
    assert call(place, {refused: refused}) == 422
    assert call(place, f'{{"key": "{refused}"'.encode()) == 400
    assert call(place, {"key": key}) == 200
    for name in ("activate", "validate", "deactivate"):
        call(f"/api/licenses/{name}", {"license_key": key, "name": "laptop", "license_key_instance_id": refused})
        call(f"/api/licenses/{name}", {"license_key": planted["key"], "name": "laptop"})
        call(f"/api/licenses/{name}", {"license_key": refused, "name": ["laptop"]})


def settle(portal, told, planted):
    """Waits until webhooks and mail have left: what is stored of them is looked at too."""
    issued = ("key", "key over the API")
    kept = lambda: "".join(readable(path) for path in portal.data.glob("mail/*.eml"))
    for what in issued:
        until(f"the webhook with the {what}", lambda: any(planted[what] in body for body in told))
        until(f"the mail with the {what}", lambda: planted[what] in kept())
    others = [what for what in planted if what not in issued and planted[what] in kept()]
    assert not others, f"the kept mail holds {others}"


def mail_server(portal, planted, admin, grants):
    """The same portal with a mail server that is not there, and its password."""
    portal.stop()
    portal.env["KEYDESK_SMTP_URL"] = f"smtp://keys:{planted.make('mail password')}@127.0.0.1:1"
    portal.start()
    admin.post(f"{grants[3]}/fulfillment", page=f"{grants[3]}/fulfillment/new", key=planted.make("key without mail"))
    until("a try to send", lambda: "Connection refused" in admin.get(grants[3]).text)


main()
