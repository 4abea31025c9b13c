DROP TABLE connection_events;
DROP TABLE hooks;
DROP TABLE mirrored_grants;
DROP TABLE mirrored_customers;
DROP TABLE mirrored_entitlements;
DROP TABLE connection_secrets;
DROP TABLE connections;
