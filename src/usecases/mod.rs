//! What can be done: one file an act, one public function each. An act is one transaction with its
//! audit entry and its outbox messages; nothing here speaks to the network.

pub mod context;

pub mod activate_license_key;
pub mod add_api_key;
pub mod add_staff;
pub mod announce;
pub mod authenticate_api_key;
pub mod claim_grant;
pub mod compose_email;
pub mod create_product;
pub mod create_webhook_endpoint;
pub mod deactivate_license_key_instance;
pub mod delete_entitlement;
pub mod delete_webhook_endpoint;
pub mod deliver;
pub mod disable_staff;
pub mod export_audit_log;
pub mod fulfill_grant;
pub mod import_license_key;
pub mod issue_grant;
pub mod once;
pub mod read_kept_mail;
pub mod release_grant;
pub mod rename_license_key_instance;
pub mod report_sale;
pub mod resend_email;
pub mod resend_webhook_message;
pub mod reset_staff_password;
pub mod restore_grant;
pub mod reveal_license_key;
pub mod revoke_api_key;
pub mod revoke_grant;
pub mod save_customer;
pub mod save_entitlement;
pub mod save_preferences;
pub mod seal_audit_log;
pub mod sign_in;
pub mod sign_out;
pub mod take_next_grant;
pub mod test_webhook_endpoint;
pub mod update_license_key;
pub mod update_webhook_endpoint;
pub mod validate_license_key;
pub mod verify_audit_log;
pub mod view_grant;
pub mod webhook_secret;

pub use context::Context;
