# Anmelden, abmelden und eigene Einstellungen.
sessions-title = Anmelden
sessions-email = E-Mail-Adresse
sessions-password = Passwort
sessions-sign-in = Anmelden
sessions-staff-only = { $business }, nur für Mitarbeitende.
sessions-nobody-yet = Hier hat noch niemand ein Konto.
sessions-nobody-yet-text = Legen Sie die erste Person dort an, wo Keydesk läuft:
sessions-wrong-credentials = E-Mail-Adresse oder Passwort ist falsch.
sessions-too-many = { $minutes ->
    [one] Zu viele Fehlversuche. Versuchen Sie es in 1 Minute wieder.
   *[other] Zu viele Fehlversuche. Versuchen Sie es in { $minutes } Minuten wieder.
}
sessions-advice = Versuchen Sie es noch einmal, oder lassen Sie Ihr Passwort von der Administration zurücksetzen. Nach 5 Fehlversuchen müssen Sie eine Minute warten.
sessions-advice-wait = Jeder weitere Fehlversuch verlängert die Wartezeit, höchstens auf eine Stunde. Die Administration kann Ihr Passwort zurücksetzen.
preferences-saved = Gespeichert.
preferences-unknown-language = Diese Sprache ist nicht verfügbar. Wählen Sie im Kontomenü Deutsch oder Englisch.
preferences-unknown-theme = Dieses Farbschema gibt es nicht. Wählen Sie im Kontomenü hell, dunkel oder wie das System.
preferences-unknown-shortcuts = Tastenkürzel sind entweder an oder aus. Wählen Sie im Kontomenü eines von beiden.
preferences-unknown-time-zone = Eine Zeitzone mit diesem Namen gibt es nicht. Geben Sie auf Ihrer Kontoseite eine wie Europe/Berlin oder America/New_York ein.
## Ein Formular, dessen Sitzung abgelaufen war
unsent-signed-out = Sie waren abgemeldet; es wurde nichts gesendet. Ihre Eingaben sind nicht verloren: Melden Sie sich an, dann ist das Formular wieder da.
unsent-too-long = Sie waren abgemeldet; es wurde nichts gesendet. Das Formular war zu lang, um es über die Anmeldung hinweg aufzuheben: Gehen Sie zurück, und kopieren Sie zuerst Ihre Eingaben.
unsent-kept = Ihre Eingaben sind nicht verloren: Nach der Anmeldung ist das Formular wieder da.
unsent-title = Ihr Formular ist noch nicht gesendet
unsent-note = Sie haben sich neu angemeldet. Prüfen Sie Ihre Eingaben, und senden Sie sie erneut.
unsent-gone = Es wartet kein Formular. Formulare lassen sich 15 Minuten lang wieder anzeigen.
unsent-of-another = Es wartete ein Formular, das jemand anderes ausgefüllt hatte. Es wurde verworfen.

## Der zweite Schritt
sessions-code-title = Zweiter Schritt
sessions-code = Code
sessions-code-hint = Sechs Ziffern aus Ihrer Authenticator-App oder einer Ihrer Wiederherstellungscodes.
sessions-code-wrong = Dieser Code ist falsch oder wurde bereits verwendet. Kam er aus einer App, warten Sie auf den nächsten.
sessions-code-lost = Wenn Ihnen der zweite Faktor und die Wiederherstellungscodes fehlen, lassen Sie den zweiten Faktor von der Administration entfernen.
sessions-code-instead = Stattdessen einen Code eingeben
sessions-recovery-code-hint = Einer Ihrer Wiederherstellungscodes.
sessions-passkey-useless = Ihr Passkey lässt sich unter dieser Adresse nicht verwenden. Melden Sie sich mit einem Wiederherstellungscode an, oder lassen Sie Ihren zweiten Faktor von der Administration entfernen.
sessions-continue = Weiter
sessions-start-again = Von vorn beginnen
sessions-recovery-code-used = Sie haben sich mit einem Wiederherstellungscode angemeldet. Verbleibende Codes: { $count }. Erstellen Sie auf Ihrer Kontoseite neue, bevor sie ausgehen.
sessions-stale = Diese Seite war veraltet, daher wurde nichts gesendet. Geben Sie Ihr Passwort noch einmal ein.

## Vergessene und neue Passwörter
sessions-forgotten = Passwort vergessen?
sessions-forgotten-title = Passwort vergessen
sessions-forgotten-hint = Wir senden Ihnen einen Link, mit dem Sie ein neues festlegen. Er gilt 24 Stunden.
sessions-send-link = Link senden
sessions-link-kept = Es ist kein Mailserver eingerichtet, deshalb wurde kein Link gesendet. Lassen Sie sich von der Administration einen Link geben.
sessions-link-sent = Wenn es ein Konto mit dieser Adresse gibt, ist ein Link unterwegs. Sehen Sie in Ihrem Posteingang nach.
sessions-back = Zurück zur Anmeldung
sessions-email-wrong = Geben Sie eine E-Mail-Adresse wie ada@example.com ein.
sessions-join-title = Willkommen
sessions-new-password-title = Neues Passwort
sessions-link-over-title = Dieser Link gilt nicht mehr
sessions-link-over = Links funktionieren einmal, laufen nach 24 Stunden ab, und nur der neueste ist gültig. Fordern Sie einen neuen an.
sessions-new-link = Link anfordern
sessions-password-for = Passwort für { $email }
sessions-new-password = Neues Passwort
sessions-set-password = Passwort festlegen
sessions-password-set = Ihr Passwort ist festgelegt. Melden Sie sich damit an.
password-hint = 15 bis 128 Zeichen; Leerzeichen und alle Buchstaben sind erlaubt. Am besten sind mehrere zusammenhanglose Wörter, die nichts mit Ihnen zu tun haben.
password-too-short = Verwenden Sie mindestens 15 Zeichen.
password-too-long = Verwenden Sie höchstens 128 Zeichen.
password-too-easy = Dieses Passwort ist zu leicht zu erraten: Vermeiden Sie Wiederholungen, bekannte Sätze, Ihren Namen und Ihre Adresse.

## Identity provider
sessions-with-provider = Über Ihre Organisation anmelden
sessions-no-account = Zu dieser Anmeldung gibt es kein Konto. Lassen Sie sich von der Administration einladen.
sessions-no-role = Ihre Organisation hat Ihnen hier keine Rolle gegeben. Wenden Sie sich an die Administration.
sessions-provider-failed = Die Anmeldung über Ihre Organisation ist fehlgeschlagen. Versuchen Sie es noch einmal, oder melden Sie sich mit Ihrem Passwort an.
sessions-provider-failed-only = Die Anmeldung über Ihre Organisation ist fehlgeschlagen. Versuchen Sie es noch einmal.
