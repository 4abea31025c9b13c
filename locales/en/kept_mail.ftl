# Mail that is kept on this machine because no mail server is set.
kept-mail-title = Kept mail
kept-mail-hint = No mail server is set, so e-mail is kept here instead of being sent. The newest 200.
kept-mail-caption = Kept mail, newest first
kept-mail-time = Time
kept-mail-to = To
kept-mail-from = From
kept-mail-subject = Subject
kept-mail-date = Date
kept-mail-back = Kept mail
kept-mail-shown = This e-mail holds a key in clear. That you opened it is in the audit log.
kept-mail-grant = See the grant
kept-mail-text = Text
kept-mail-empty-title = No mail yet
kept-mail-empty-text = E-mail appears here when a grant is delivered.
