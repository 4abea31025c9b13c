# The local mailbox: e-mails stored on this machine because no mail server is configured.
kept-mail-title = Local mailbox
kept-mail-hint = No mail server is configured, so e-mails are stored here instead of being sent. The newest 200 are shown.
kept-mail-caption = Local mailbox, newest first
kept-mail-time = Time
kept-mail-to = To
kept-mail-from = From
kept-mail-subject = Subject
kept-mail-date = Date
kept-mail-back = Local mailbox
kept-mail-shown = This e-mail contains a key in plain text. Opening it has been recorded in the audit log.
kept-mail-grant = View grant
kept-mail-text = Text
kept-mail-empty-title = No mail yet
kept-mail-empty-text = E-mails appear here when a grant is delivered.
