//! Audit log entries: who did what to which object, with the values before and after. Values are ids or masked; an
//! entry must not name a customer or contain a key.

use jiff::Timestamp;

use super::actor::Actor;
use super::ids::GrantId;

macro_rules! actions {
    ($($variant:ident = $text:literal,)*) => {
        /// What was done. Its text is stored, and the log is filtered by it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum AuditAction { $($variant,)* }

        impl AuditAction {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

actions! {
    ApiKeyCreate = "api_key.create",
    ApiKeyRevoke = "api_key.revoke",
    AuditExport = "audit.export",
    BulkStart = "bulk.started",
    BulkStop = "bulk.stopped",
    ConnectionAdd = "connection.added",
    ConnectionBreak = "connection.break",
    ConnectionAgain = "connection.worked_off_again",
    ConnectionChangeKey = "connection.key_changed",
    ConnectionChangeSecret = "connection.secret_changed",
    ConnectionCreateWebhook = "connection.webhook_created",
    ConnectionPause = "connection.paused",
    ConnectionRemove = "connection.removed",
    ConnectionResume = "connection.resumed",
    ConnectionUpdate = "connection.updated",
    CustomerChangeAddress = "customer.change_address",
    CustomerCreate = "customer.create",
    CustomerErase = "customer.erase",
    CustomerKeysSent = "customer.keys_sent",
    CustomerMerge = "customer.merged",
    CustomerUpdate = "customer.update",
    EntitlementCreate = "entitlement.create",
    EntitlementDelete = "entitlement.delete",
    EntitlementUpdate = "entitlement.update",
    FileAdd = "file.added",
    FileDownload = "file.downloaded",
    FileMove = "file.moved",
    FileRemove = "file.removed",
    FileUpdate = "file.updated",
    GrantAccept = "grant.accepted",
    GrantAccessRemoved = "grant.access_removed",
    GrantAssign = "grant.assigned",
    GrantClaim = "grant.claim",
    GrantCreate = "grant.create",
    GrantFail = "grant.fail",
    GrantFulfill = "grant.fulfill",
    GrantImport = "grant.import",
    GrantInvite = "grant.invited",
    GrantMirror = "grant.mirror",
    GrantPause = "grant.paused",
    GrantRelease = "grant.release",
    GrantRenew = "grant.renew",
    GrantReplace = "grant.replace",
    GrantResend = "grant.resend",
    GrantRestore = "grant.restore",
    GrantResume = "grant.resumed",
    GrantReveal = "grant.reveal",
    GrantRevoke = "grant.revoke",
    GrantSendNow = "grant.sent_now",
    GrantSkip = "grant.skipped",
    GrantStepSeen = "grant.step_seen",
    GrantSupplied = "grant.supplied",
    GrantSupply = "grant.supply",
    GrantSupplyFail = "grant.supply_fail",
    GrantTakeOver = "grant.take_over",
    GrantUnaccept = "grant.unaccepted",
    GrantUndo = "grant.undo",
    LicenseKeyCreate = "license_key.create",
    LicenseKeyFind = "license_key.find",
    LicenseKeyFindDelayed = "license_key.find_delayed",
    LicenseKeyRead = "license_key.read",
    LicenseKeyUpdate = "license_key.update",
    LicenseKeyInstanceActivate = "license_key_instance.activate",
    LicenseKeyInstanceDeactivate = "license_key_instance.deactivate",
    LicenseKeyInstanceUpdate = "license_key_instance.update",
    ListExport = "list.exported",
    MessageCancelled = "message.cancelled",
    MessageKept = "message.kept",
    MessageSent = "message.sent",
    MessageUnanswered = "message.unanswered",
    NoteAdded = "note.added",
    NoteDeleted = "note.deleted",
    ProductCreate = "product.create",
    ProductMap = "product.map",
    SaleImport = "sale.import",
    SaleMapColumns = "sale.map_columns",
    SaleDecide = "sale.decided",
    SaleRefund = "sale.refund",
    SaleUpdate = "sale.update",
    SavedViewDelete = "saved_view.deleted",
    SavedViewRename = "saved_view.renamed",
    SavedViewSave = "saved_view.saved",
    SecretRotate = "secret.rotate",
    StaffAdd = "staff.add",
    StaffChangePassword = "staff.change_password",
    StaffChangeRole = "staff.change_role",
    StaffDisable = "staff.disable",
    StaffEnable = "staff.enable",
    StaffEndSessions = "staff.end_sessions",
    StaffFactorAdd = "staff.factor_add",
    StaffFactorRemove = "staff.factor_remove",
    StaffIdentityAdd = "staff.identity_add",
    StaffIdentityRemove = "staff.identity_remove",
    StaffInvite = "staff.invite",
    StaffJoin = "staff.join",
    StaffLinkRead = "staff.link_read",
    StaffLogin = "staff.login",
    StaffLoginDelayed = "staff.login_delayed",
    StaffLoginFailed = "staff.login_failed",
    StaffLogout = "staff.logout",
    StaffRecoveryCodes = "staff.recovery_codes",
    StaffRename = "staff.rename",
    StaffReset = "staff.reset",
    StaffResetAsked = "staff.reset_asked",
    StaffUnlock = "staff.unlock",
    StockAdd = "stock.add",
    StockAlert = "stock.alert",
    StockDiscard = "stock.discard",
    StockQuarantine = "stock.quarantine",
    StockRecall = "stock.recall",
    StockReplace = "stock.replace",
    StockRestore = "stock.restore",
    StockServe = "stock.serve",
    TaskCreate = "task.create",
    TaskSettle = "task.settle",
    WebhookCreate = "webhook.create",
    WebhookDelete = "webhook.delete",
    WebhookResend = "webhook.resend",
    WebhookRotateSecret = "webhook.rotate_secret",
    WebhookSecretRead = "webhook.secret_read",
    WebhookSwitchOff = "webhook.switch_off",
    WebhookTest = "webhook.test",
    WebhookUpdate = "webhook.update",
}

impl AuditAction {
    /// The actions that matter to someone monitoring security.
    pub const SECURITY: &'static [Self] = &[
        Self::ApiKeyCreate,
        Self::ApiKeyRevoke,
        Self::AuditExport,
        Self::ConnectionAdd,
        Self::ConnectionChangeKey,
        Self::ConnectionChangeSecret,
        Self::ConnectionRemove,
        Self::CustomerChangeAddress,
        Self::CustomerErase,
        Self::CustomerMerge,
        Self::FileAdd,
        Self::FileRemove,
        Self::GrantReveal,
        Self::LicenseKeyFind,
        Self::LicenseKeyFindDelayed,
        Self::LicenseKeyRead,
        Self::ListExport,
        Self::SecretRotate,
        Self::StaffAdd,
        Self::StaffChangePassword,
        Self::StaffChangeRole,
        Self::StaffDisable,
        Self::StaffEnable,
        Self::StaffEndSessions,
        Self::StaffFactorAdd,
        Self::StaffFactorRemove,
        Self::StaffIdentityAdd,
        Self::StaffIdentityRemove,
        Self::StaffInvite,
        Self::StaffJoin,
        Self::StaffLinkRead,
        Self::StaffLogin,
        Self::StaffLoginDelayed,
        Self::StaffLoginFailed,
        Self::StaffLogout,
        Self::StaffRecoveryCodes,
        Self::StaffReset,
        Self::StaffResetAsked,
        Self::StaffUnlock,
        Self::WebhookRotateSecret,
        Self::WebhookSecretRead,
    ];
}

/// The filter value that selects all actions in [`AuditAction::SECURITY`].
pub const SECURITY_EVENTS: &str = "security";

/// One field of the object, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Change {
    pub fn new(field: &str, before: Option<&str>, after: Option<&str>) -> Self {
        Self { field: field.to_owned(), before: before.map(str::to_owned), after: after.map(str::to_owned) }
    }

    /// A field that had no value before.
    #[expect(clippy::needless_pass_by_value, reason = "numbers, texts and references alike read well at the call")]
    pub fn set(field: &str, after: impl ToString) -> Self {
        Self { field: field.to_owned(), before: None, after: Some(after.to_string()) }
    }
}

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    Grant,
    Message,
    Customer,
    Entitlement,
    Product,
    LicenseKey,
    LicenseKeyInstance,
    Staff,
    StaffLink,
    ApiKey,
    Webhook,
    EncryptionKey,
    AuditLog,
    Sale,
    Task,
    Batch,
    StockKey,
    List,
    SavedView,
    Connection,
    File,
    BulkRun,
    SaleImport,
    Mapping,
}

impl ObjectKind {
    /// The word in the database and in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Message => "message",
            Self::Customer => "customer",
            Self::Entitlement => "entitlement",
            Self::Product => "product",
            Self::LicenseKey => "license_key",
            Self::LicenseKeyInstance => "license_key_instance",
            Self::Staff => "staff",
            Self::StaffLink => "staff_link",
            Self::ApiKey => "api_key",
            Self::Webhook => "webhook",
            Self::EncryptionKey => "encryption_key",
            Self::AuditLog => "audit_log",
            Self::Sale => "sale",
            Self::Task => "task",
            Self::Batch => "batch",
            Self::StockKey => "stock_key",
            Self::List => "list",
            Self::SavedView => "saved_view",
            Self::Connection => "connection",
            Self::File => "file",
            Self::BulkRun => "bulk_run",
            Self::SaleImport => "sale_import",
            Self::Mapping => "mapping",
        }
    }
}

/// An entry that is about to be written.
#[derive(Debug, Clone)]
pub struct NewAuditEntry {
    pub actor: Actor,
    pub action: AuditAction,
    pub object_kind: ObjectKind,
    pub object_id: String,
    /// The grant whose timeline shows the entry.
    pub grant_id: Option<GrantId>,
    pub changes: Vec<Change>,
}

impl NewAuditEntry {
    /// Creates an entry about a grant.
    pub fn on_grant(actor: &Actor, action: AuditAction, grant_id: &GrantId, changes: Vec<Change>) -> Self {
        Self {
            actor: actor.clone(),
            action,
            object_kind: ObjectKind::Grant,
            object_id: grant_id.to_string(),
            grant_id: Some(grant_id.clone()),
            changes,
        }
    }

    /// Creates an entry about another kind of object.
    #[expect(clippy::needless_pass_by_value, reason = "ids of every kind, owned or borrowed")]
    pub fn on(
        actor: &Actor,
        action: AuditAction,
        object_kind: ObjectKind,
        object_id: impl ToString,
        changes: Vec<Change>,
    ) -> Self {
        Self { actor: actor.clone(), action, object_kind, object_id: object_id.to_string(), grant_id: None, changes }
    }
}

/// An entry as stored in the log.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    pub sequence: i64,
    pub id: String,
    pub at: Timestamp,
    pub actor_kind: String,
    pub actor_id: String,
    /// The name of the person or the API key that acted.
    pub actor_name: Option<String>,
    pub action: String,
    pub object_kind: String,
    pub object_id: String,
    pub grant_id: Option<String>,
    pub address: Option<String>,
    pub request_id: Option<String>,
    pub changes: Vec<Change>,
}
