"""What sqlmap tries: fields of pages, forms and calls, with values that are right."""

import dataclasses
import re
import time

from table import is_of, paths


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


def pages(admin):
    """Every query field. A cursor goes with no other one."""
    grants, audit = admin.get("/grants").text, admin.get("/audit").text
    entitlement = re.search(r'option value="(ent_\w+)"', grants)[1]
    assignee = re.search(r'option value="(stf_\w+)"', grants)[1]
    person = re.search(r'option value="(stf_\w+)"', audit)[1]
    grant = re.search(r'href="/grants/(entg_\w+)" data-row', grants)[1]
    cursor = {page: re.search(r"after=([^&\"]+)", text)[1] for page, text in (("grants", grants), ("audit", audit))}
    log = {"actor": person, "action": "grant.fulfill", "object": grant, "from": "2020-01-01", "to": "2039-12-31"}
    return [
        Target("/grants", {"status": "pending", "q": "a", "entitlement_id": entitlement, "integration_type": "license_key"}),
        Target("/grants", {"status": "pending", "assignee": assignee}, fields=["assignee"]),
        Target("/grants", {"status": "delivered", "by": person, "from": "2020-01-01", "to": "2039-12-31", "order": "oldest"}),
        Target("/grants.csv", {"status": "pending", "q": "a"}, fields=["q"]),
        Target("/grants/pulse", {"grant": grant, "after": cursor["grants"]}),
        Target("/search", {"q": "a", "status": "pending"}, fields=["q"]),
        Target("/customers", {"q": "a", "entitlement_id": entitlement, "open": "pending"}),
        Target("/license-keys", {"last": "ABCD", "entitlement_id": entitlement, "status": "active", "source": "manual"}),
        Target("/license-keys", {"batch_id": "bat_000000000000000000000"}),
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
    ware |= {"activations_limit": "1", "duration_count": "1", "duration_interval": "Year", "activation_message": "Thanks"}
    ware |= {"delivery": "staff", "refill": "press", "alert_count": "5", "alert_days": "7"}
    ware |= {"key_format": "XXXXX-XXXXX-XXXXX", "key_pattern": "SQLMAP-9999", "key_is_shared": "yes"}
    caller = {"name": "sqlmap", "role": "viewer", "expires_at": "2039-12-31T12:00"}
    key = {"key": "SQLMAP-0001-0001", "activations_limit": "1", "expires_at": "2039-12-31T12:00", "customer_note": "Thanks"}
    key |= {"confirm": "yes", "take": "corrected", "source": "typed"}
    hook = {"url": "https://example.com/hook", "description": "One", "grant_created": "on", "disabled": "on"}
    connection = {"kind": "dodopayments", "name": "One"}
    connected = re.search(r'href="(/connections/con_\w+)" data-row>Dodo', admin.get("/connections").text)[1]
    stock = re.search(r'href="(/stock/ent_\w+)" data-row', admin.get("/stock").text)[1]
    stock_key = re.search(r'name="id" value="(stk_\w+)"', admin.get(stock).text)[1]
    batch = re.search(r'href="/batches/(bat_\w+)"', admin.get(stock).text)[1]
    person = re.search(r'option value="(stf_\w+)"', admin.get(grants[3]).text)[1]
    delivered = re.search(r'href="(/grants/entg_\w+)" data-row', admin.get("/grants?status=delivered&integration_type=license_key").text)[1]
    other = {"reason": "other", "details": "Asked for", "source": "typed", "key": "SQLMAP-0003-0001", "instances": "end"}
    other |= {"customer_note": "Thanks", "replaces": "lic_sqlmap", "confirm": "yes", "take": "corrected"}
    pause = {"reason": "supplier", "until": time.strftime("%Y-%m-%d"), "note": "Ordered"}
    chosen = {"id": grants[3].rsplit("/", 1)[1], "filter": "status=pending", "all": ""}
    settings = {"delivery": "staff", "refill": "press", "alert_count": "5", "alert_days": "7"}
    keys = {"keys": "SQLMAP-0002-0001", "column": "key", "supplier": "One", "reference": "A-1", "note": "Thanks"}
    keys |= {"received_at": "2026-01-31", "use_before": "2039-12-31"}
    sales = {"lines": "customer_email,entitlement,external_id\neve@example.com,One,SQLMAP-3\n", "format": "", "zone": "UTC"}
    move = {"id": stock_key, "reason": "Shown", "state": "available", "do": "quarantine"}
    me = {"language": "en", "theme": "light", "shortcuts": "on", "time_zone": "UTC", "next": "/"}
    return [
        Target("/grants", form=sale, page="/grants/new"),
        Target(f"{grants[0]}/fulfillment", form=key, page=f"{grants[0]}/fulfillment/new", fields=["key"]),
        Target("/api/licenses/validate", body={"license_key": "SQLMAP-0001-0001", "license_key_instance_id": "lki_sqlmap"}),
        Target(f"{grants[1]}/fulfillment/preview", form=key, page=f"{grants[1]}/fulfillment/new", is_quick=False),
        Target(f"{grants[0]}/emails", form={"email": "eve@example.com"}, page=grants[0], is_quick=False),
        Target(f"{grants[0]}/notes", form={"text": "Called"}, page=grants[0], is_quick=False),
        Target(f"{grants[2]}/revocation", form={"reason": "Refund"}, page=grants[2], is_quick=False),
        Target(f"{delivered}/replace", form=other, page=f"{delivered}/replace", is_quick=False),
        Target(f"{grants[3]}/pause", form=pause, page=grants[3], is_quick=False),
        Target("/grants/bulk/claim", form=chosen, page="/grants?status=pending", is_quick=False),
        Target(f"{grants[3]}/invitation", form={"username": "octocat", "customer_note": "Thanks"}, page=grants[3], is_quick=False),
        Target("/saved-views", form={"name": "Mine", "status": "failed", "by": "me"}, page="/grants", is_quick=False),
        Target(f"{grants[3]}/assignment", form={"staff_id": person}, page=grants[3], is_quick=False),
        Target(stock, form=settings, page=stock, is_quick=False),
        Target(f"{stock}/keys", form=move, page=stock, is_quick=False),
        Target(f"{stock}/import", form=keys, page=f"{stock}/import", is_quick=False),
        Target("/sales/import", form=sales, page="/sales/import", is_quick=False),
        Target(f"/stock/batches/{batch}/recall", form={"reason": "Defective"}, page=f"/batches/{batch}", is_quick=False),
        Target("/entitlements", form=ware, page="/entitlements/new", is_quick=False),
        Target("/webhooks", form=hook, page="/webhooks/new", is_quick=False),
        Target("/connections", form=connection, page="/connections", is_quick=False),
        Target(connected, form={"name": "One", "poll": "60", "mail": "yes"}, page=connected, is_quick=False),
        Target("/sales/products", form={"word": "UPG", "entitlement_id": "none"}, page="/sales?needs=decision", is_quick=False),
        Target("/api-keys", form=caller, page="/api-keys", is_quick=False),
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


# Forms that are not tried, and why.
NO_TEXT = """/grants/take-next /grants/{id}/claim /grants/{id}/release /grants/{id}/reveal /logout
    /grants/bulk/export /grants/bulk/upload /jobs/{id}/stop /jobs/{id}/again /jobs/{id}/undo
    /grants/{id}/undo /grants/{id}/send-now /grants/{id}/skip /grants/{id}/acceptance /grants/{id}/resumption
    /account/sessions/end-others /account/sessions/{id}/end /account/passkeys/{id}/removal
    /license-keys/{id}/status /license-keys/{id}/instances/{instance_id}/deactivation /api-keys/{id}/revocation
    /staff/{id}/link /staff/{id}/role /staff/{id}/status /staff/{id}/second-factor/removal /staff/{id}/identity/removal
    /webhooks/{id}/deletion /webhooks/{id}/reveal /webhooks/{id}/secret /webhooks/{id}/test
    /webhooks/{id}/messages/{message_id}/resend /stock/alerts /stock/{id}/serve /stock/batches/{id}/replace
    /stock/{id}/import/{upload_id}/confirm /sales/import/{id}/confirm /sales/import/{id}/read /notes/{id}/deletion
    /saved-views/{id}/deletion /connections/{id}/poll /connections/{id}/pause /connections/{id}/resume
    /connections/{id}/decision /connections/{id}/removal /connections/{id}/deliveries/again /sales/decision
    /entitlements/{id}/files/{file_id}/position /entitlements/{id}/files/{file_id}/removal""".split()
SECRETS_ALONE = """/login/code /login/passkey /login/unsent-form /new-password /account/password /account/passkeys /account/second-factor
    /account/second-factor/removal /account/recovery-codes /connections/{id}/key /connections/{id}/webhook
    /connections/{id}/secrets""".split()
SAME_FIELDS = """/grants/{id}/replace/preview /entitlements/{id} /webhooks/{id} /saved-views/{id} /license-keys/{id} /grants/{id}/restoration /search /account /staff
    /forgotten-password /customers/{id} /customers/{id}/emails /customers/{id}/notes /customers/{id}/erasure
    /grants/bulk/keys/{run_id}/check /grants/bulk/{action}/{run_id}/confirm
    /sales/import/{id}/columns /sales/import/{id}/check
    /customers/{id}/merger /customers/{id}/merger/preview /entitlements/{id}/files /entitlements/{id}/files/{file_id}/note
    /sales/address""".split()
UNTRIED = {
    **dict.fromkeys(NO_TEXT, "nothing is typed: buttons and choices that are parsed into a few known values"),
    **dict.fromkeys(SECRETS_ALONE, "what is typed is compared with a hash, or opened with a key, and reaches no statement"),
    **dict.fromkeys(SAME_FIELDS, "names, addresses and texts as in the forms that are tried, stored by the same parsers"),
}


def check_all(targets):
    """Every form of the portal is tried, or said to be left out."""
    for pattern in paths("POST"):
        is_tried = any(is_of(target.path, pattern) for target in targets if target.form)
        assert is_tried != (pattern in UNTRIED), f"{pattern} must be a target, or in UNTRIED with a reason, and not both"
    gone = set(UNTRIED) - set(paths("POST"))
    assert not gone, f"no such forms: {gone}"
