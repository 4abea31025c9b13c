# Error pages.
error-to-pending = Pending grants
error-to-all = All grants
error-to-sign-in = To the sign-in page
error-request = request { $id }
error-not-found-title = This page does not exist
error-not-found-text = The address may be mistyped, or the grant was never here. Search for it by e-mail, payment or grant id.
error-forbidden-title = You may not do this
error-forbidden-text = This needs the role { $role }. Ask an administrator if you should have it.
error-no-longer-allowed-text = Your account was disabled or your role was changed before this was done. Nothing was changed. Ask an administrator.
error-forged-title = This request was refused
error-forged-text = It did not come from a page of this portal, or that page is too old. Go back, reload the page and try again.
error-bad-request-title = This request cannot be read
error-bad-request-text = Its fields are broken. Go back, reload the page and try again.
error-not-a-form-text = It is not a form that this portal sends. Go back, reload the page and try again.
error-not-utf8-text = It holds text that is not valid UTF-8. Go back and enter the text again.
error-too-large-title = This is too much text
error-too-large-text = The form holds more than any of its fields may. Go back and shorten what you entered.
error-method-title = This cannot be done here
error-method-text = The address exists, but it is not asked for in this way. Use the buttons of the portal.
error-conflict-title = Something has changed in the meantime
error-unprocessable-title = This cannot be done
error-too-many-title = Too many requests
error-too-many-text = { $minutes ->
    [one] Try again in 1 minute.
   *[other] Try again in { $minutes } minutes.
}
error-unavailable-title = The database is busy
error-unavailable-text = Nothing was changed. Try again in a few seconds.
error-passwords-off-title = Passwords are turned off
error-passwords-off-text = Sign in with your organization instead.
error-provider-busy-title = Your organization’s sign-in is busy
error-provider-busy-text = It answers slowly, or many people are signing in. Wait a few seconds and start again from the sign-in page.
error-internal-title = Something went wrong on our side
error-internal-text = It is written down. If it happens again, tell your administrator the request below.
