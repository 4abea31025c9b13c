"""The whole round with the vendor's own SDK for Python, against a running portal.

KEYDESK_API is its API, KEYDESK_ADMIN, KEYDESK_AGENT and KEYDESK_VIEWER are tokens.
"""

import os
import queue
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import dodopayments
from dodopayments import DodoPayments
from dodopayments.types.entitlements import EntitlementGrant
from standardwebhooks import Webhook

API = os.environ["KEYDESK_API"]


def client(role, **options):
    return DodoPayments(bearer_token=os.environ[f"KEYDESK_{role}"], base_url=API, **options)


def refused(status, code, call):
    """The call must be refused with this status, as the SDK tells it, and this code."""
    classes = {
        400: dodopayments.BadRequestError,
        401: dodopayments.AuthenticationError,
        403: dodopayments.PermissionDeniedError,
        404: dodopayments.NotFoundError,
        409: dodopayments.ConflictError,
        422: dodopayments.UnprocessableEntityError,
    }
    try:
        call()
    except dodopayments.APIStatusError as error:
        assert isinstance(error, classes[status]), error
        assert error.body["code"] == code, error.body
        assert error.body["message"], error.body
    else:
        raise AssertionError(f"{code} was expected")


class Receiver:
    """Takes webhooks."""

    def __init__(self):
        self.arrived = queue.Queue()
        arrived = self.arrived

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                arrived.put((body, {name.lower(): value for name, value in self.headers.items()}))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def take(self, count):
        return [self.arrived.get(timeout=20) for _ in range(count)]


def sale(shop, entitlement, number, **more):
    body = {
        "entitlement_id": entitlement.id,
        "customer": {"email": f"sdk{number % 7}@example.com", "name": f"Customer {number % 7}"},
        "payment_id": f"pay_py_{number}",
        **more,
    }
    return shop.post("/grants", cast_to=EntitlementGrant, body=body)


def main():
    admin, agent, viewer = client("ADMIN"), client("AGENT"), client("VIEWER")
    receiver = Receiver()
    endpoint = admin.webhooks.create(url=receiver.url, description="SDK", metadata={"from": "python"})
    assert endpoint.url == receiver.url and endpoint.metadata == {"from": "python"}, endpoint
    secret = admin.webhooks.retrieve_secret(endpoint.id).secret
    assert endpoint.id in [known.id for known in admin.webhooks.list()]

    config = {"activations_limit": 2, "fulfillment_mode": "manual", "duration_count": 1, "duration_interval": "Year"}
    entitlement = admin.entitlements.create(
        name="SDK Studio", integration_type="license_key", integration_config=config, metadata={"a": "b"}
    )
    assert entitlement.is_active and entitlement.metadata == {"a": "b"}, entitlement
    assert admin.entitlements.retrieve(entitlement.id).name == "SDK Studio"
    assert admin.entitlements.update(entitlement.id, name="SDK Studio 2").name == "SDK Studio 2"

    # A sale is reported, and fulfilled.
    grant = sale(agent, entitlement, 0)
    assert grant.status == "Pending" and grant.license_key is None, grant
    assert sale(agent, entitlement, 0).id == grant.id
    fulfilled = agent.entitlements.grants.fulfill_license_key(grant.id, key="PY-KEY-0001-ABCD")
    assert fulfilled.status == "Delivered" and isinstance(fulfilled.delivered_at, datetime), fulfilled
    assert fulfilled.license_key.key == "PY-KEY-0001-ABCD" and fulfilled.license_key.activations_limit == 2

    # The webhooks, by the SDK and by the standard's own package.
    reader = client("AGENT", webhook_key=secret)
    types = []
    for body, headers in receiver.take(3):
        event = reader.webhooks.unwrap(body, headers=headers)
        Webhook(secret).verify(body, headers)
        types.append(event.type)
        if event.type == "license_key.created":
            assert event.data.key == "PY-KEY-0001-ABCD", event
        if event.type == "entitlement_grant.delivered":
            assert event.data.license_key.key == "PY-KEY-0001-ABCD", event
    assert sorted(types) == ["entitlement_grant.created", "entitlement_grant.delivered", "license_key.created"], types
    admin.webhooks.update(endpoint.id, disabled=True)

    # Every class of refusal.
    fulfill = agent.entitlements.grants.fulfill_license_key
    waiting = sale(agent, entitlement, 1)
    github = admin.entitlements.create(
        name="SDK Repository", integration_type="github", integration_config={"permission": "pull", "target_id": "a/b"}
    )
    other = sale(agent, github, 2)
    refused(400, "EMPTY_LICENSE_KEY", lambda: fulfill(waiting.id, key="  "))
    refused(400, "NOT_A_LICENSE_KEY_GRANT", lambda: fulfill(other.id, key="X"))
    refused(401, "UNAUTHORIZED", lambda: DodoPayments(bearer_token="kdk_no", base_url=API).entitlements.list())
    refused(403, "FORBIDDEN", lambda: viewer.entitlements.grants.fulfill_license_key(waiting.id, key="X"))
    refused(404, "NOT_FOUND", lambda: fulfill("entg_nobody", key="X"))
    refused(409, "GRANT_NOT_PENDING", lambda: fulfill(grant.id, key="X"))
    refused(409, "DUPLICATE_LICENSE_KEY", lambda: fulfill(waiting.id, key="PY-KEY-0001-ABCD"))
    refused(422, "VALIDATION_FAILED", lambda: fulfill(waiting.id, key="X", activations_limit=0))
    past = datetime(2020, 1, 1, tzinfo=timezone.utc)
    refused(422, "VALIDATION_FAILED", lambda: fulfill(waiting.id, key="X", expires_at=past))

    # 250 grants, page by page, without loss or repeat.
    before = {known.id for known in agent.entitlements.grants.list(entitlement.id)}
    made = {sale(agent, entitlement, number).id for number in range(1_000, 1_250)}
    for size in (10, 100):
        walked = [known.id for known in agent.entitlements.grants.list(entitlement.id, page_size=size)]
        assert len(walked) == len(set(walked)), "a repeat"
        assert set(walked) == before | made, "a loss"

    # The sold software: activate to the limit, validate, deactivate.
    key = "PY-KEY-0001-ABCD"
    anonymous = DodoPayments(bearer_token="none", base_url=API)
    first = anonymous.licenses.activate(license_key=key, name="Laptop")
    assert first.customer.email == "sdk0@example.com" and first.product.product_id, first
    second = anonymous.licenses.activate(license_key=key, name="Desktop")
    refused(422, "LICENSE_KEY_LIMIT_REACHED", lambda: anonymous.licenses.activate(license_key=key, name="Third"))
    assert anonymous.licenses.validate(license_key=key, license_key_instance_id=first.id).valid
    assert not anonymous.licenses.validate(license_key="nobody's").valid
    anonymous.licenses.deactivate(license_key=key, license_key_instance_id=second.id)
    third = anonymous.licenses.activate(license_key=key, name="Third")
    names = [instance.name for instance in agent.license_key_instances.list(license_key_id=first.license_key_id)]
    assert sorted(names) == ["Laptop", "Third"], names
    assert agent.license_key_instances.update(third.id, name="Renamed").name == "Renamed"
    known = agent.license_keys.retrieve(first.license_key_id)
    assert (known.key, known.instances_count, known.source) == (key, 2, "manual"), known
    assert agent.license_keys.update(known.id, activations_limit=5).activations_limit == 5
    refused(422, "VALIDATION_FAILED", lambda: agent.license_keys.update(known.id, activations_limit=1))
    imported = agent.license_keys.create(customer_id=known.customer_id, product_id=known.product_id, key="PY-IMPORT-1")
    assert imported.source == "import" and imported.id in [row.id for row in agent.license_keys.list(source="import")]

    # Revoked: the key opens nothing any more.
    revoked = admin.entitlements.grants.revoke(grant.id, id=entitlement.id)
    assert revoked.status == "Revoked" and revoked.revocation_reason == "manual", revoked
    assert not anonymous.licenses.validate(license_key=key).valid
    refused(403, "INACTIVE_LICENSE_KEY", lambda: anonymous.licenses.activate(license_key=key, name="Late"))

    # Customers.
    customer = agent.customers.create(email="new.py@example.com", name="New")
    assert agent.customers.update(customer.customer_id, name="Newer").name == "Newer"
    assert agent.customers.retrieve(customer.customer_id).email == "new.py@example.com"
    assert customer.customer_id in [row.customer_id for row in agent.customers.list(page_size=100)]
    owned = agent.customers.list_entitlements(known.customer_id)
    assert grant.id in [row.grant_id for row in owned.items], owned
    granted = agent.customers.list_entitlement_grants(known.customer_id, page_size=50)
    assert grant.id in [row.id for row in granted]

    admin.webhooks.delete(endpoint.id)
    admin.entitlements.delete(github.id)
    refused(404, "NOT_FOUND", lambda: admin.entitlements.retrieve(github.id))
    print("the SDK for Python made its round")


main()
