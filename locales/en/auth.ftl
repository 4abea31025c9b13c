# Signing in and out, and your own preferences.
sessions-title = Sign in
sessions-email = E-mail address
sessions-password = Password
sessions-sign-in = Sign in
sessions-staff-only = { $business }, staff only.
sessions-nobody-yet = Nobody has an account here yet.
sessions-nobody-yet-text = Add the first admin where Keydesk runs:
sessions-wrong-credentials = E-mail address or password is wrong.
sessions-too-many = { $minutes ->
    [one] Too many failed attempts. Try again in 1 minute.
   *[other] Too many failed attempts. Try again in { $minutes } minutes.
}
sessions-advice = Try again, or ask an administrator to reset your password. After 5 failed attempts you have to wait a minute.
sessions-advice-wait = Each further failed attempt makes the wait longer, up to an hour. An administrator can reset your password.
preferences-saved = Saved.
preferences-unknown-language = This language is not available. Choose English or German in your account menu.
preferences-unknown-theme = This theme does not exist. Choose light, dark or same as system in your account menu.
preferences-unknown-shortcuts = Shortcuts are either on or off. Choose one in your account menu.
preferences-unknown-time-zone = There is no time zone with that name. Enter one such as Europe/Berlin or America/New_York on your account page.
## A form whose session had ended
unsent-signed-out = You were signed out, and nothing was sent. What you entered is not lost: sign in, and the form is there again.
unsent-too-long = You were signed out, and nothing was sent. The form was too long to be carried through the sign-in: go back and copy what you entered first.
unsent-kept = What you entered is not lost: after signing in, the form is there again.
unsent-title = Your form has not been sent yet
unsent-note = You have signed in again. Check what you entered, and send it again.
unsent-gone = No form is waiting to be sent. Forms can be shown again for 15 minutes.
unsent-of-another = A form was waiting that somebody else had entered. It was discarded.

## The second step
sessions-code-title = Second step
sessions-code = Code
sessions-code-hint = Six digits from your authenticator app, or one of your recovery codes.
sessions-code-wrong = This code is wrong or has already been used. If it came from an app, wait for the next one.
sessions-code-lost = If you have lost both your second factor and your recovery codes, ask an administrator to remove the second factor.
sessions-code-instead = Use a code instead
sessions-recovery-code-hint = One of your recovery codes.
sessions-passkey-useless = Your passkey cannot be used at this address. Sign in with a recovery code, or ask an administrator to remove your second factor.
sessions-continue = Continue
sessions-start-again = Start again
sessions-recovery-code-used = You signed in with a recovery code. Codes left: { $count }. Create new ones on your account page before they run out.
sessions-stale = This page was out of date, so nothing was sent. Enter your password again.

## Forgotten and new passwords
sessions-forgotten = Forgot your password?
sessions-forgotten-title = Forgotten password
sessions-forgotten-hint = We will send you a link to set a new one. It works for 24 hours.
sessions-send-link = Send link
sessions-link-kept = No mail server is set up, so no link was sent. Ask an admin for a link.
sessions-link-sent = If an account with this address exists, a link is on its way. Check your inbox.
sessions-back = Back to sign-in
sessions-email-wrong = Enter an e-mail address such as ada@example.com.
sessions-join-title = Welcome
sessions-new-password-title = New password
sessions-link-over-title = This link no longer works
sessions-link-over = Links work once, expire after 24 hours, and only the latest one is valid. Request another.
sessions-new-link = Request a link
sessions-password-for = Password for { $email }
sessions-new-password = New password
sessions-set-password = Set password
sessions-password-set = Your password is set. Sign in with it.
password-hint = 15 to 128 characters; spaces and all letters are allowed. Several unrelated words that aren’t linked to you work best.
password-too-short = Use at least 15 characters.
password-too-long = Use at most 128 characters.
password-too-easy = This password is too easy to guess: avoid repetition, well-known phrases, your name and your address.

## Identity provider
sessions-with-provider = Sign in with your organization
sessions-no-account = No account matches this sign-in. Ask an administrator to invite you.
sessions-no-role = Your organization has not given you a role here. Ask an administrator.
sessions-provider-failed = Signing in with your organization failed. Try again, or sign in with your password.
sessions-provider-failed-only = Signing in with your organization failed. Try again.
