# Texts that several pages share.

## States of a grant
status-pending = Pending
status-delivered = Delivered
status-failed = Failed
status-revoked = Revoked
status-all = All
status = Status

## States of the customer's e-mail
email-hint-meant = This address may be mistyped. Did they mean { $domain }?
email-hint-ending = This address may be mistyped: its domain has no usual ending.
email-state-none = Not yet
email-state-queued = Queued
email-state-sending = Sending
email-state-sent = Sent
email-state-kept = Kept, not sent
email-state-unknown = No answer yet
email-state-failed = Not delivered
email-state-cancelled = Cancelled

## States and sources of a license key
key-status-active = Active
key-status-expired = Expired
key-status-disabled = Disabled
key-source-auto = Generated
key-source-import = Imported
key-from-stock = From stock, batch
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

## Pages of a list
pages-label = Pages
pages-previous = Previous
pages-next = Next
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
button-undo = Undo

## Forms
optional = (optional)
form-problem = { $count ->
        [one] There is a problem
       *[other] There are { $count } problems
    }
form-error-prefix = Error:
form-all = All
form-date-hint = Otherwise a date such as 2026-12-31 or 31 Dec 2026, in { $zone }.
form-date-wrong = This is not a complete date. Enter one such as 2026-12-31 or 31 Dec 2026, or leave the field empty.
form-date-ambiguous = It is not clear which number is the month. Enter the date as 2026-12-31 or 31 Dec 2026.
form-date-missing = A time needs a date. Enter the date as well, or clear the time.
form-date-past = This is in the past. Enter a later date, or leave the field empty.
form-day-missing = Enter a date such as 2026-12-31 or 31 Dec 2026.
form-day-past = This day is in the past. Enter a later date.
form-day-wrong = This is not a complete date. Enter one such as 2026-12-31 or 31 Dec 2026.
form-time = Time
form-time-hint = Such as 18:00. Leave empty for the end of that day.
form-time-wrong = This is not a complete time. Enter one such as 18:00, or leave the field empty.
form-time-twice = The date field already contains a time. Remove one of the two.
form-time-skipped = This time does not exist on that day because the clocks go forward. Enter an hour earlier or later.

## Small words
none = None
unlimited = Unlimited
never = Never
new-tab = (opens in a new tab)
valid-until = Valid until { $end }.
valid-without-end = Valid without an end date.
until-time = until { $time }
in-duration = in { $duration }
of-count = { $count } of { $total }
more-than-count = { $count }+
