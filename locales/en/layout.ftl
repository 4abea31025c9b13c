# The frame of every page, and error pages.

## Frame
skip-to-content = Skip to content
nav-label = Main
nav-overview = Overview
nav-grants = Grants
nav-customers = Customers
nav-stock = Stock
nav-entitlements = Entitlements
nav-audit = Audit log
nav-staff = Staff
nav-api-keys = API keys
nav-webhooks = Webhooks
nav-connections = Connections
nav-mail = Kept mail
nav-settings = Settings
nav-in-force = In force
footer-times = Times are in { $zone }
footer-version = Keydesk { $version }

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
zone-shown = Times are shown in { $zone }.
zone-of-browser = Your browser’s time zone is
zone-use = Use the browser’s
zone-keep = Keep this one

## What an open page says
pulse-new = { $count ->
        [one] 1 new grant
       *[other] { $count } new grants
    }
pulse-show = Show
pulse-signed-out = You were signed out.
pulse-sign-in = Sign in again
pulse-hold-ends = Your hold on this grant ends at { $time }.
pulse-hold-over = Your hold on this grant has ended. Others can take it now.
pulse-taken-over = { $name } took this over at { $time }.
pulse-not-pending = This grant is no longer pending.

## Keyboard
palette-title = Search or go to a page
palette-hint = Search, or name a page
palette-enter = Enter:
palette-enter-search = Enter: search everything
shortcuts-title = Keyboard shortcuts
shortcuts-rows = Next row, previous row
shortcuts-open = Open the row
shortcuts-fulfill = Fulfill the row or the open grant
shortcuts-select = Select the row, or clear it
shortcuts-take-next = Take next pending grant
shortcuts-search = Search
shortcuts-list = This list
shortcuts-send = Submit the current form
shortcuts-key-control = Ctrl
shortcuts-key-enter = Enter
shortcuts-hint = Single-key shortcuts are ignored while you are typing in a field.
shortcuts-turn-off = Turn single-key shortcuts off
shortcuts-turn-on = Turn single-key shortcuts on

## The mail server rejects Keydesk or is away; shown to admins on every page
own-mail-fault = E-mails are not getting out.
own-mail-fault-next = The mail server’s last reply, or why there was none: { $reply }. The e-mails stay queued and are tried again for three days. Check the mail server and the SMTP settings.

## There is no mail server; shown to everybody on every page
mail-kept = E-mail is not being sent.
mail-kept-text = No mail server is set up, so e-mails are only kept on the server and nobody receives them.
mail-kept-for-admins = Set KEYDESK_SMTP_URL.
mail-kept-show = Show kept e-mails
webhooks-off = A webhook endpoint was disabled after failing for several days.
webhooks-off-next = View and re-enable it

## Forwarded headers from a peer that is not trusted, or https that the base URL does not know; shown to admins on every page
proxy-untrusted = Keydesk does not know your proxy.
proxy-untrusted-next = Requests from { $address } carry forwarded headers, which are ignored. If { $address } is your reverse proxy, add it to KEYDESK_TRUSTED_PROXIES and restart Keydesk. Until then, everybody counts as one address, so that one person’s wrong passwords can keep everybody from signing in.
https-lacking = Cookies are not protected by https.
https-lacking-next = People open Keydesk over https, but KEYDESK_BASE_URL does not say so. Set it to the address that they open, such as https://keys.example.com, and restart Keydesk.

## Error pages
error-to-pending = Pending grants
error-to-all = All grants
error-to-sign-in = Go to sign-in
error-request = request ID { $id }
error-not-found-title = This page does not exist
error-not-found-text = The address may be mistyped, or the grant does not exist. Search for it by e-mail, payment id or grant id.
error-forbidden-title = You don’t have permission
error-forbidden-text = This requires the role { $role }. Ask an administrator if you need it.
error-no-longer-allowed-text = Your account was disabled or your role was changed before this could be done. Nothing was changed. Ask an administrator.
error-forged-title = This request was rejected
error-forged-text = It did not come from a page of this portal, or the page is too old. Go back, reload the page and try again.
error-wrong-address-title = This is not the portal’s address
error-wrong-address-text = This page was opened at { $opened }, but the portal accepts forms only from { $expected }. Open it there. If people are to use { $opened }, whoever runs this portal has to set KEYDESK_BASE_URL to that address and restart Keydesk.
error-bad-request-title = Invalid request
error-bad-request-text = The form data is invalid. Go back, reload the page and try again.
error-not-a-form-text = It was not sent by one of this portal’s forms. Go back, reload the page and try again.
error-not-utf8-text = It contains text that is not valid UTF-8. Go back and enter the text again.
error-too-large-title = Too much text
error-too-large-text = The form is too large. Go back and shorten what you entered.
error-method-title = This is not possible here
error-method-text = The address exists, but it doesn’t support this method. Use the buttons of the portal.
error-conflict-title = Something has changed in the meantime
error-unprocessable-title = This cannot be done
error-too-many-title = Too many requests
error-too-many-text = { $minutes ->
    [one] Try again in 1 minute.
   *[other] Try again in { $minutes } minutes.
}
error-unwritable-title = The database cannot be written
error-unwritable-text = Nothing was changed. Tell whoever runs Keydesk: its log says why. Go back to find what you typed, and send it again once that is mended.
error-unavailable-title = The database is busy
error-unavailable-text = Nothing was changed. Try again in a few seconds.
error-passwords-off-title = Passwords are turned off
error-passwords-off-text = Sign in with your organization instead.
error-provider-busy-title = Your organization’s sign-in is busy
error-provider-busy-text = It is responding slowly, or many people are signing in. Wait a few seconds and start again from the sign-in page.
error-internal-title = Something went wrong on our side
error-internal-text = The error has been logged. If it happens again, give your administrator the request ID below.
