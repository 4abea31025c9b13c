# Das lokale Postfach: E-Mails, die auf diesem Rechner gespeichert werden, weil kein Mailserver eingerichtet ist.
kept-mail-title = Lokales Postfach
kept-mail-hint = Es ist kein Mailserver eingerichtet; E-Mails werden hier gespeichert, statt gesendet zu werden. Angezeigt werden die neuesten 200.
kept-mail-caption = Lokales Postfach, die neuesten zuerst
kept-mail-time = Zeit
kept-mail-to = An
kept-mail-from = Von
kept-mail-subject = Betreff
kept-mail-date = Datum
kept-mail-back = Lokales Postfach
kept-mail-shown = Diese E-Mail enthält einen Schlüssel im Klartext. Das Öffnen wurde protokolliert.
kept-mail-grant = Zuteilung ansehen
kept-mail-text = Text
kept-mail-empty-title = Noch keine E-Mails
kept-mail-empty-text = E-Mails erscheinen hier, sobald eine Zuteilung geliefert wird.
