# Texts that several pages share.

## States of a grant
status-pending = Pending
status-delivered = Delivered
status-failed = Failed
status-revoked = Revoked
status-all = All
status = Status

## States of the customer's e-mail
email-state-none = Not yet
email-state-queued = Queued
email-state-sending = Sending
email-state-sent = Sent
email-state-failed = Not delivered
email-state-cancelled = Cancelled

## States and sources of a license key
key-status-active = Active
key-status-expired = Expired
key-status-disabled = Disabled
key-source-auto = Generated
key-source-import = Imported
key-source-manual = Typed in

## Integration types
integration-license-key = License key
integration-digital-files = Digital files
integration-discord = Discord
integration-telegram = Telegram
integration-github = GitHub
integration-figma = Figma
integration-framer = Framer
integration-notion = Notion
integration-feature-flag = Feature flag

## Fulfillment modes
fulfillment-mode-auto = Automatic
fulfillment-mode-manual = By hand

## Units of a duration
interval-day = Days
interval-week = Weeks
interval-month = Months
interval-year = Years
interval-count-day = { $count ->
        [one] 1 day
       *[other] { $count } days
    }
interval-count-week = { $count ->
        [one] 1 week
       *[other] { $count } weeks
    }
interval-count-month = { $count ->
        [one] 1 month
       *[other] { $count } months
    }
interval-count-year = { $count ->
        [one] 1 year
       *[other] { $count } years
    }

## Roles
role-viewer = Viewer
role-agent = Agent
role-admin = Admin

## Who did it
actor-you = You
actor-nobody = Nobody
actor-system = Keydesk
actor-unknown = Not signed in

## Frame
skip-to-content = Skip to content
nav-label = Main
nav-overview = Overview
nav-grants = Grants
nav-entitlements = Entitlements
nav-audit = Audit log
nav-api-keys = API keys
nav-webhooks = Webhooks
nav-mail = Mail
footer-times = Times are in { $zone }
footer-version = Keydesk { $version }

## Search
search-title = Search
search-label = Search everything
search-list-label = Search and filter grants
search-hint = E-mail, payment or grant
search-hint-with-keys = E-mail, payment, grant or key
search-too-long = Enter one line of at most 300 characters.
search-no-such-key = No license key matches this text exactly. To search for anything else, enter one line of at most 300 characters.
search-empty-with-keys = No license key matches this text exactly, and no grants match this search and these filters. Check that the key is complete, or try part of the e-mail address.

## Account menu
account-label = Account: { $name }
account-role-at = { $role }, { $business }
account-sign-out = Sign out
theme = Theme
theme-auto = Same as system
theme-light = Light
theme-dark = Dark
language = Language
language-en = English
language-de = Deutsch
time-zone = Time zone

## Keyboard
shortcuts-title = Keyboard shortcuts
shortcuts-rows = Next row, previous row
shortcuts-open = Open the row
shortcuts-fulfill = Fulfill the row or the open grant
shortcuts-take-next = Take next pending grant
shortcuts-search = Search
shortcuts-list = This list
shortcuts-send = Submit the current form
shortcuts-key-control = Ctrl
shortcuts-key-enter = Enter
shortcuts-hint = Single-key shortcuts are ignored while you are typing in a field.
shortcuts-turn-off = Turn single-key shortcuts off
shortcuts-turn-on = Turn single-key shortcuts on

## Pages of a list
pages-label = Pages
pages-newer = Newer
pages-older = Older
pages-earlier = Earlier
pages-later = Later

## Buttons
button-apply = Apply
button-cancel = Cancel
button-close = Close
button-copy = Copy
button-copied = Copied
button-save = Save
button-search = Search
button-take-next = Take next

## Forms
optional = (optional)
form-problem = { $count ->
        [one] There is a problem
       *[other] There are { $count } problems
    }
form-error-prefix = Error:
form-all = All

## The mail server rejects Keydesk; shown to admins on every page
own-mail-fault = The mail server is rejecting mail from Keydesk.
own-mail-fault-next = It replied: { $reply }. E-mails are queued and will be retried. Check the SMTP settings.
webhooks-off = A webhook endpoint was disabled after failing for several days.
webhooks-off-next = View and re-enable it

## Small words
none = None
unlimited = Unlimited
never = Never
until-time = until { $time }
in-duration = in { $duration }
of-count = { $count } of { $total }
more-than-count = { $count }+
