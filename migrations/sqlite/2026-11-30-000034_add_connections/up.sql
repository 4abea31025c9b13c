-- Accounts and shops that Keydesk is connected to. next_poll_at, lease_owner and lease_until say when and by which node an
-- account is looked at; calls_left and calls_limit are what its last answer said of the rate limit.
CREATE TABLE connections (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    api_url TEXT NOT NULL,
    account TEXT,
    state TEXT NOT NULL,
    broken_reason TEXT,
    sends_email BOOLEAN NOT NULL,
    poll_every INTEGER NOT NULL,
    may_supply BOOLEAN,
    may_make_webhook BOOLEAN,
    remote_webhook_id TEXT,
    next_poll_at BIGINT NOT NULL,
    polled_at BIGINT,
    poll_error TEXT,
    hook_at BIGINT,
    calls_left BIGINT,
    calls_limit BIGINT,
    calls_at BIGINT,
    lease_owner TEXT,
    lease_until BIGINT,
    created_by TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Sealed. The newest of a kind is in use; an older secret of webhooks is accepted until ends_at.
CREATE TABLE connection_secrets (
    id TEXT NOT NULL PRIMARY KEY,
    connection_id TEXT NOT NULL REFERENCES connections (id),
    kind TEXT NOT NULL,
    ciphertext BLOB NOT NULL,
    last_four TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ends_at BIGINT
);
CREATE INDEX connection_secrets_connection_id ON connection_secrets (connection_id, kind, created_at);

-- Entitlements whose truth is elsewhere. is_listed is false once the account does not list it any more.
CREATE TABLE mirrored_entitlements (
    entitlement_id TEXT NOT NULL PRIMARY KEY REFERENCES entitlements (id),
    connection_id TEXT NOT NULL REFERENCES connections (id),
    is_listed BOOLEAN NOT NULL,
    seen_at BIGINT NOT NULL
);
CREATE INDEX mirrored_entitlements_connection_id ON mirrored_entitlements (connection_id);

-- Who a customer of the account is here: one customer an address, so perhaps one with another id.
CREATE TABLE mirrored_customers (
    connection_id TEXT NOT NULL REFERENCES connections (id),
    remote_id TEXT NOT NULL,
    customer_id TEXT NOT NULL REFERENCES customers (id),
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, remote_id)
);
CREATE INDEX mirrored_customers_customer_id ON mirrored_customers (customer_id);

-- Grants whose truth is elsewhere, as last seen there. trouble is what is out of step.
CREATE TABLE mirrored_grants (
    grant_id TEXT NOT NULL PRIMARY KEY REFERENCES grants (id),
    connection_id TEXT NOT NULL REFERENCES connections (id),
    remote_customer_id TEXT NOT NULL,
    remote_status TEXT NOT NULL,
    remote_updated_at BIGINT,
    quantity INTEGER,
    seen_at BIGINT NOT NULL,
    trouble TEXT,
    trouble_detail TEXT,
    trouble_at BIGINT
);
CREATE INDEX mirrored_grants_trouble ON mirrored_grants (connection_id, trouble_at) WHERE trouble IS NOT NULL;
CREATE INDEX mirrored_grants_remote_customer_id ON mirrored_grants (connection_id, remote_customer_id);

-- What was sent to a connection's URL, verified. The body is sealed, and empty once it is not needed any more.
CREATE TABLE hooks (
    id TEXT NOT NULL PRIMARY KEY,
    connection_id TEXT NOT NULL REFERENCES connections (id),
    delivery_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    body BLOB NOT NULL,
    result TEXT,
    received_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE UNIQUE INDEX hooks_delivery_id ON hooks (connection_id, delivery_id);
CREATE INDEX hooks_received_at ON hooks (connection_id, received_at);

-- What happened between a connection and Keydesk, for its page; kept for a week.
CREATE TABLE connection_events (
    id TEXT NOT NULL PRIMARY KEY,
    connection_id TEXT NOT NULL REFERENCES connections (id),
    at BIGINT NOT NULL,
    what TEXT NOT NULL,
    detail TEXT,
    calls INTEGER,
    grant_id TEXT,
    is_ok BOOLEAN NOT NULL
);
CREATE INDEX connection_events_connection_id ON connection_events (connection_id, at, id);
CREATE INDEX connection_events_at ON connection_events (at);
