# Signing in and out, and one's own preferences.
sessions-title = Sign in
sessions-email = E-mail address
sessions-password = Password
sessions-sign-in = Sign in
sessions-staff-only = { $business }, staff only.
sessions-wrong-credentials = E-mail address or password is wrong.
sessions-too-many = { $minutes ->
    [one] Too many failed tries. Try again in 1 minute.
   *[other] Too many failed tries. Try again in { $minutes } minutes.
}
sessions-advice = Try again, or ask an administrator to reset your password. After 5 failed tries you have to wait a minute.
sessions-advice-wait = Each further failed try makes the wait longer, up to an hour. An administrator can reset your password.
preferences-saved = Saved.
preferences-unknown-language = There is no such language here. Choose English or German in your account menu.
preferences-unknown-theme = There is no such theme. Choose light, dark or the system’s own in your account menu.
preferences-unknown-shortcuts = Shortcuts are either on or off. Choose one in your account menu.
preferences-unknown-time-zone = There is no time zone of that name. Enter one such as Europe/Berlin or America/New_York in your account menu.
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
sessions-recovery-code-used = You signed in with a recovery code. Codes left: { $count }. Make new ones on your account page before they run out.
sessions-stale = This page was no longer current, so nothing was sent. Enter your password again.

## Forgotten and new passwords
sessions-forgotten = Forgot your password?
sessions-forgotten-title = Forgotten password
sessions-forgotten-hint = We send you a link with which you set a new one. It works for 24 hours.
sessions-send-link = Send link
sessions-link-sent = If this address belongs to somebody here, a link is on its way. Look into your mail.
sessions-back = Back to sign-in
sessions-email-wrong = Enter an e-mail address such as ada@example.com.
sessions-join-title = Welcome
sessions-new-password-title = New password
sessions-link-over-title = This link no longer works
sessions-link-over = It works once, for 24 hours, and only the newest one counts. Ask for another.
sessions-new-link = Ask for a link
sessions-password-for = The password of { $email }.
sessions-new-password = New password
sessions-set-password = Set password
sessions-password-set = Your password is set. Sign in with it.
password-hint = 15 to 128 characters; spaces and all letters are allowed. A few words that nobody connects with you are best.
password-too-short = Take at least 15 characters.
password-too-long = Take at most 128 characters.
password-too-easy = This one is too easy to guess: avoid repetition, well-known phrases, your name and your address.

## Identity provider
sessions-with-provider = Sign in with your organization
sessions-no-account = Nobody here belongs to this sign-in. Ask an administrator to invite you.
sessions-no-role = Your organization gives you no role here. Ask an administrator.
sessions-provider-failed = Your organization’s sign-in did not work. Try again, or sign in with your password.
sessions-provider-failed-only = Your organization’s sign-in did not work. Try again.
