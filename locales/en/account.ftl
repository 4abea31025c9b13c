# One's own account and second factor.
account-title = Your account
account-profile = About you
account-name = Name
account-name-hint = As colleagues see it.
account-name-wrong = Enter a name of 1 to 200 characters in one line.
account-time-zone-hint = Such as Europe/Berlin.
account-password-set = Set
account-current-password = Current password
account-change-password = Change password
account-password-ends = Your other sessions end.
account-password-changed = Your password is changed. Your other sessions have ended.
account-password-wrong = This is not your current password.
account-provider-first = Confirm with your organization that it is you first.
account-provider-first-hint = This needs a sign-in with your organization within the last ten minutes.
account-confirm-with-provider = Confirm with your organization
account-sessions = Sessions
account-sessions-caption = Where you are signed in
account-session-device = Device
account-session-address = Address
account-session-since = Since
account-session-used = Last use
account-session-this = This one
account-end-session = End
account-end-others = End all others
account-session-ended = The session has ended.
account-session-over = That session had ended already.
account-others-ended = All other sessions have ended.
account-device = { $browser } on { $system }
account-device-unknown = Unknown device

## The second factor
factor-title = Second factor
factor-on = On
factor-none = None
factor-lead = An authenticator app on your phone adds a second step to signing in.
factor-begin = Set up a second factor
factor-needed = { $business } demands a second factor. Set one up; then you can go on.
factor-scan = 1. Scan
factor-scan-hint = Open your authenticator app, add an account, and scan this code.
factor-qr-label = QR code for your authenticator app
factor-type = Or type this into the app:
factor-open = Open it in an app on this device
factor-confirm = 2. Confirm
factor-code = Code from the app
factor-code-hint = The six digits it shows now.
factor-code-wrong = This code is wrong. Check that your phone’s clock is right and take the code it shows now.
factor-turn-on = Turn on
factor-is-there = Your second factor is set up already.
factor-is-not-there = You have no second factor.
factor-codes-title = Your recovery codes
factor-codes-now = Keep these codes in a safe place now.
factor-codes-once = They are shown this once. Each lets you sign in one time when your phone is not at hand.
factor-codes-kept = I have kept them
factor-codes-left = { $count ->
        [one] 1 recovery code left.
       *[other] { $count } recovery codes left.
    }
factor-renew = New recovery codes
factor-renew-hint = For new recovery codes. The ones before stop working.
factor-remove = Remove second factor
factor-remove-hint = To remove the second factor.
factor-removed = Your second factor is removed.
factor-demanded = A second factor is demanded of you here; it can be replaced only with an administrator’s help.

## Passkeys
passkeys-title = Passkeys
passkeys-sign-in = Sign in with a passkey
passkeys-script = Passkeys need a browser with JavaScript.
passkeys-hint = Your device asks for finger, face or PIN.
passkeys-use = Use passkey
passkeys-refused = This passkey was not accepted. Try again, or sign in with your password.
passkeys-refused-only = This passkey was not accepted. Try again, or sign in with your organization.
passkeys-add = Add a passkey
passkeys-lead = A passkey lives on your device and opens with finger, face or PIN: password and code in one.
passkeys-name = Name
passkeys-name-hint = So that you know it again, such as “Work laptop”.
passkeys-name-wrong = Enter a name of at most 100 characters.
passkeys-not-made = No passkey was made. Try again.
passkeys-added = The passkey is added. You can sign in with it.
passkeys-known = This device has a passkey here already.
passkeys-remove = Remove
passkeys-removed = The passkey is removed.
passkeys-unknown = There is no such passkey.
