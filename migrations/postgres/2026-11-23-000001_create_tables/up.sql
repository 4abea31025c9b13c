CREATE TABLE installation (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE staff (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    language TEXT,
    theme TEXT NOT NULL,
    has_shortcuts BOOLEAN NOT NULL,
    time_zone TEXT,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX staff_email_key ON staff (email_key);

CREATE TABLE sessions (
    key_hash BYTEA NOT NULL PRIMARY KEY,
    staff_id TEXT COLLATE "C" REFERENCES staff (id),
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_staff_id ON sessions (staff_id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE sign_in_failures (
    subject TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_failed_at BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL
);

CREATE TABLE customers (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    locale TEXT NOT NULL,
    phone_number TEXT,
    metadata TEXT NOT NULL,
    search_text TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX customers_email_key ON customers (email_key);

CREATE TABLE products (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE entitlements (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    product_id TEXT COLLATE "C" NOT NULL REFERENCES products (id),
    name TEXT COLLATE "C" NOT NULL,
    description TEXT,
    integration_type TEXT NOT NULL,
    fulfillment_mode TEXT,
    integration_config TEXT NOT NULL,
    metadata TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX entitlements_name ON entitlements (name, id);

CREATE TABLE license_keys (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    customer_id TEXT COLLATE "C" NOT NULL REFERENCES customers (id),
    product_id TEXT COLLATE "C" NOT NULL REFERENCES products (id),
    ciphertext BYTEA NOT NULL,
    value_hash BYTEA NOT NULL,
    last_four TEXT NOT NULL,
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    activations_used INTEGER NOT NULL,
    activations_limit INTEGER,
    expires_at BIGINT,
    payment_id TEXT COLLATE "C",
    subscription_id TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX license_keys_value_hash ON license_keys (value_hash);
CREATE INDEX license_keys_customer_id ON license_keys (customer_id, created_at);

CREATE TABLE grants (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    customer_id TEXT COLLATE "C" NOT NULL REFERENCES customers (id),
    entitlement_id TEXT COLLATE "C" NOT NULL REFERENCES entitlements (id),
    license_key_id TEXT COLLATE "C" REFERENCES license_keys (id),
    integration_type TEXT NOT NULL,
    status TEXT NOT NULL,
    status_before_revocation TEXT,
    email_state TEXT,
    payment_id TEXT COLLATE "C",
    subscription_id TEXT COLLATE "C",
    external_id TEXT COLLATE "C",
    sale_key TEXT COLLATE "C",
    customer_note TEXT,
    error_code TEXT,
    error_message TEXT,
    revocation_reason TEXT,
    oauth_url TEXT,
    oauth_expires_at BIGINT,
    digital_product_delivery TEXT,
    feature TEXT,
    metadata TEXT NOT NULL,
    held_by TEXT REFERENCES staff (id),
    held_since BIGINT,
    held_until BIGINT,
    delivered_by TEXT,
    delivered_at BIGINT,
    revoked_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX grants_sale_key ON grants (sale_key);
CREATE UNIQUE INDEX grants_license_key_id ON grants (license_key_id);
CREATE INDEX grants_status_created_at ON grants (status, created_at, id);
CREATE INDEX grants_created_at ON grants (created_at, id);
CREATE INDEX grants_customer_id ON grants (customer_id, created_at, id);
CREATE INDEX grants_entitlement_id ON grants (entitlement_id, status, created_at, id);
CREATE INDEX grants_integration_type ON grants (integration_type, status, created_at, id);
CREATE INDEX grants_delivered_at ON grants (delivered_at);
CREATE INDEX grants_payment_id ON grants (payment_id);
CREATE INDEX grants_subscription_id ON grants (subscription_id);

CREATE TABLE outbox_messages (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    topic TEXT NOT NULL,
    grant_id TEXT COLLATE "C" NOT NULL REFERENCES grants (id),
    recipient TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until BIGINT,
    last_reply TEXT,
    has_own_fault BOOLEAN NOT NULL,
    finished_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX outbox_messages_due ON outbox_messages (state, next_attempt_at);
CREATE INDEX outbox_messages_grant_id ON outbox_messages (grant_id, created_at);

CREATE TABLE outbox_attempts (
    message_id TEXT COLLATE "C" NOT NULL REFERENCES outbox_messages (id),
    number INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    reply TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT NOT NULL,
    PRIMARY KEY (message_id, number)
);

CREATE TABLE idempotency_keys (
    scope TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    fingerprint BYTEA NOT NULL,
    result_id TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
