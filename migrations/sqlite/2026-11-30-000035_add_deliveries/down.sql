DELETE FROM jobs WHERE kind = 'switch_on_features';
DROP TABLE platform_invitations;
DROP TABLE file_downloads;
DROP TABLE entitlement_files;
DROP TABLE files;
ALTER TABLE grant_integrations DROP COLUMN accepted_by;
ALTER TABLE grant_integrations DROP COLUMN accepted_at;
ALTER TABLE license_keys DROP COLUMN is_link;
ALTER TABLE entitlements DROP COLUMN delivery_settings;
