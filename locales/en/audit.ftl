# The audit log.
audit-title = Audit log
audit-caption = Audit entries, newest first
audit-entries = Entries
audit-sealed = Sealed up to entry #{ $sequence } at { $time }
audit-unsealed = Nothing is sealed yet
audit-export = Export CSV
audit-object = Object
audit-object-hint = Grant, customer, entitlement or staff id
audit-actor = Actor
audit-anyone = Anyone
audit-action = Action
audit-all-actions = All
audit-from = From
audit-to = To
audit-apply = Apply
audit-time = Time
audit-entry = Entry
audit-address = Address
audit-internal = Internal
audit-details = Details
audit-changes = { $count ->
        [one] 1 field
       *[other] { $count } fields
    }
audit-in-entry = in entry { $sequence }
audit-count = { $count ->
        [one] 1 entry, newest first
       *[other] { $count } entries, newest first
    }
audit-empty-title = Nothing found
audit-empty-text = No entry fits. Change the filter, or empty its fields.
audit-date-wrong = Enter a date such as 2026-01-31, or leave it empty.
audit-range-wrong = This day is before the first one. Enter a later day, or leave it empty.
audit-text-wrong = Enter at most 200 characters in one line.
audit-bad-filter = The filter cannot be read. Go back to the audit log and correct it there.
audit-api-key = API key { $id }
audit-api-key-named = API key “{ $name }”
audit-system-outbox = Mail worker
audit-system-import = Import
audit-system-command-line = Command line
audit-system-demo = Demo

## What was done
audit-action-api-key-create = API key added
audit-action-api-key-revoke = API key revoked
audit-action-audit-export = Audit log exported
audit-action-customer-create = Customer added
audit-action-customer-update = Customer changed
audit-action-entitlement-create = Entitlement made
audit-action-entitlement-delete = Entitlement deleted
audit-action-entitlement-update = Entitlement changed
audit-action-grant-claim = Taken
audit-action-grant-create = Grant created
audit-action-grant-fail = Failed: the e-mail was refused
audit-action-grant-fulfill = Delivered
audit-action-grant-import = Grant imported
audit-action-grant-release = Released
audit-action-grant-resend = E-mail sent again
audit-action-grant-restore = Restored
audit-action-grant-reveal = Key shown
audit-action-grant-revoke = Revoked
audit-action-grant-take-over = Taken over
audit-action-license-key-create = License key imported
audit-action-license-key-instance-activate = Activated on a device
audit-action-license-key-instance-deactivate = Deactivated on a device
audit-action-license-key-instance-update = Activation renamed
audit-action-license-key-read = Keys read by API
audit-action-license-key-update = License key changed
audit-action-message-cancelled = E-mail cancelled
audit-action-message-sent = E-mail sent
audit-action-product-create = Product made
audit-action-staff-add = Person added
audit-action-staff-disable = Person disabled
audit-action-staff-login = Signed in
audit-action-staff-login-failed = Sign-in refused
audit-action-staff-logout = Signed out
audit-action-staff-reset = Password reset
audit-action-webhook-create = Webhook added
audit-action-webhook-delete = Webhook deleted
audit-action-webhook-resend = Webhook sent again
audit-action-webhook-rotate-secret = Webhook secret replaced
audit-action-webhook-secret-read = Webhook secret shown
audit-action-webhook-switch-off = Webhook switched off: it only failed
audit-action-webhook-update = Webhook changed
