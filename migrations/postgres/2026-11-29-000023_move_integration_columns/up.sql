-- What the integrations other than license_key delivered; few grants have any of it.
CREATE TABLE grant_integrations (
    grant_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES grants (id),
    oauth_url TEXT,
    oauth_expires_at BIGINT,
    digital_product_delivery TEXT,
    feature TEXT
);
INSERT INTO grant_integrations (grant_id, oauth_url, oauth_expires_at, digital_product_delivery, feature)
SELECT id, oauth_url, oauth_expires_at, digital_product_delivery, feature FROM grants
WHERE oauth_url IS NOT NULL OR oauth_expires_at IS NOT NULL OR digital_product_delivery IS NOT NULL OR feature IS NOT NULL;
ALTER TABLE grants DROP COLUMN oauth_url;
ALTER TABLE grants DROP COLUMN oauth_expires_at;
ALTER TABLE grants DROP COLUMN digital_product_delivery;
ALTER TABLE grants DROP COLUMN feature;
