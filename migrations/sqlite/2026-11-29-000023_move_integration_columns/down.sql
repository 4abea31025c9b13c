ALTER TABLE grants ADD COLUMN oauth_url TEXT;
ALTER TABLE grants ADD COLUMN oauth_expires_at BIGINT;
ALTER TABLE grants ADD COLUMN digital_product_delivery TEXT;
ALTER TABLE grants ADD COLUMN feature TEXT;
UPDATE grants SET oauth_url = moved.oauth_url, oauth_expires_at = moved.oauth_expires_at,
    digital_product_delivery = moved.digital_product_delivery, feature = moved.feature
FROM grant_integrations AS moved WHERE moved.grant_id = grants.id;
DROP TABLE grant_integrations;
