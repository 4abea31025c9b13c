ALTER TABLE grants ADD COLUMN sale_key TEXT COLLATE "C";
-- The older version knows a sale by its customer and its first id.
CREATE TABLE former_keys (grant_id TEXT COLLATE "C" NOT NULL PRIMARY KEY, sale_key TEXT COLLATE "C" NOT NULL);
INSERT INTO former_keys
SELECT id, entitlement_id || ' ' || customer_id || ' ' || reference || ' '
    || row_number() OVER (PARTITION BY entitlement_id, customer_id, reference ORDER BY created_at, id)
FROM (
    SELECT id, entitlement_id, customer_id, created_at, CASE
        WHEN payment_id IS NOT NULL THEN 'payment ' || payment_id
        WHEN subscription_id IS NOT NULL THEN 'subscription ' || subscription_id
        WHEN external_id IS NOT NULL THEN 'external ' || external_id
    END AS reference FROM grants
) AS known WHERE reference IS NOT NULL;
UPDATE grants SET sale_key = former_keys.sale_key FROM former_keys WHERE former_keys.grant_id = grants.id;
DROP TABLE former_keys;
CREATE UNIQUE INDEX grants_sale_key ON grants (sale_key);
DROP INDEX grants_sale_line_id;
ALTER TABLE license_keys DROP COLUMN expiry_source;
ALTER TABLE grants DROP COLUMN sale_unit;
ALTER TABLE grants DROP COLUMN sale_line_id;
DROP TABLE tasks;
DROP TABLE sale_renewals;
DROP TABLE sale_lines;
DROP TABLE sale_ids;
DROP TABLE sales;
