# E-Mails, die auf diesem Rechner bleiben, weil kein Mailserver eingestellt ist.
kept-mail-title = Aufbewahrte E-Mails
kept-mail-hint = Es ist kein Mailserver eingestellt; E-Mails bleiben hier, statt gesendet zu werden. Die neuesten 200.
kept-mail-caption = Aufbewahrte E-Mails, die neuesten zuerst
kept-mail-time = Zeit
kept-mail-to = An
kept-mail-from = Von
kept-mail-subject = Betreff
kept-mail-date = Datum
kept-mail-back = Aufbewahrte E-Mails
kept-mail-shown = Diese E-Mail enthält einen Schlüssel im Klartext. Dass Sie sie geöffnet haben, steht im Protokoll.
kept-mail-grant = Zuteilung ansehen
kept-mail-text = Text
kept-mail-empty-title = Noch keine E-Mails
kept-mail-empty-text = E-Mails erscheinen hier, sobald eine Zuteilung geliefert wird.
