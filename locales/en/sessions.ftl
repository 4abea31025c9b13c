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
