# Das eigene Konto und der zweite Faktor.
account-title = Ihr Konto
account-profile = Über Sie
account-name = Name
account-name-hint = So sehen ihn die anderen.
account-name-wrong = Geben Sie einen Namen von 1 bis 200 Zeichen in einer Zeile ein.
account-time-zone-hint = Zum Beispiel Europe/Berlin.
account-password-set = Festgelegt
account-current-password = Jetziges Passwort
account-change-password = Passwort ändern
account-password-ends = Ihre anderen Sitzungen enden.
account-password-changed = Ihr Passwort ist geändert. Ihre anderen Sitzungen sind beendet.
account-password-wrong = Das ist nicht Ihr jetziges Passwort.
account-provider-first = Bestätigen Sie zuerst über Ihre Organisation, dass Sie es sind.
account-provider-first-hint = Dafür müssen Sie sich in den letzten zehn Minuten über Ihre Organisation angemeldet haben.
account-confirm-with-provider = Über Ihre Organisation bestätigen
account-sessions = Sitzungen
account-sessions-caption = Wo Sie angemeldet sind
account-session-device = Gerät
account-session-address = Adresse
account-session-since = Seit
account-session-used = Zuletzt benutzt
account-session-this = Diese
account-end-session = Beenden
account-end-others = Alle anderen beenden
account-session-ended = Die Sitzung ist beendet.
account-session-over = Diese Sitzung war schon beendet.
account-others-ended = Alle anderen Sitzungen sind beendet.
account-device = { $browser } auf { $system }
account-device-unknown = Unbekanntes Gerät

## Der zweite Faktor
factor-title = Zweiter Faktor
factor-on = An
factor-none = Keiner
factor-lead = Eine Authenticator-App auf Ihrem Telefon ergänzt die Anmeldung um einen zweiten Schritt.
factor-begin = Zweiten Faktor einrichten
factor-needed = { $business } verlangt einen zweiten Faktor. Richten Sie ihn ein; dann geht es weiter.
factor-scan = 1. Scannen
factor-scan-hint = Öffnen Sie Ihre Authenticator-App, fügen Sie ein Konto hinzu und scannen Sie diesen Code.
factor-qr-label = QR-Code für Ihre Authenticator-App
factor-type = Oder geben Sie dies in der App ein:
factor-open = In einer App auf diesem Gerät öffnen
factor-confirm = 2. Bestätigen
factor-code = Code aus der App
factor-code-hint = Die sechs Ziffern, die sie jetzt zeigt.
factor-code-wrong = Dieser Code ist falsch. Prüfen Sie die Uhr Ihres Telefons, und nehmen Sie den Code, den es jetzt zeigt.
factor-turn-on = Einschalten
factor-is-there = Ihr zweiter Faktor ist schon eingerichtet.
factor-is-not-there = Sie haben keinen zweiten Faktor.
factor-codes-title = Ihre Wiederherstellungscodes
factor-codes-now = Bewahren Sie diese Codes jetzt an einem sicheren Ort auf.
factor-codes-once = Sie werden nur dieses eine Mal gezeigt. Mit jedem melden Sie sich einmal an, wenn das Telefon nicht zur Hand ist.
factor-codes-kept = Ich habe sie aufbewahrt
factor-codes-left = { $count ->
        [one] Noch 1 Wiederherstellungscode.
       *[other] Noch { $count } Wiederherstellungscodes.
    }
factor-renew = Neue Wiederherstellungscodes
factor-renew-hint = Für neue Wiederherstellungscodes. Die bisherigen gelten dann nicht mehr.
factor-remove = Zweiten Faktor entfernen
factor-remove-hint = Um den zweiten Faktor zu entfernen.
factor-removed = Ihr zweiter Faktor ist entfernt.
factor-demanded = Ein zweiter Faktor wird hier von Ihnen verlangt; ersetzen lässt er sich nur mit Hilfe der Administration.

## Passkeys
passkeys-title = Passkeys
passkeys-sign-in = Mit Passkey anmelden
passkeys-script = Passkeys brauchen einen Browser mit JavaScript.
passkeys-hint = Ihr Gerät fragt nach Finger, Gesicht oder PIN.
passkeys-use = Passkey benutzen
passkeys-refused = Dieser Passkey wurde nicht angenommen. Versuchen Sie es noch einmal, oder nehmen Sie Ihr Passwort.
passkeys-refused-only = Dieser Passkey wurde nicht angenommen. Versuchen Sie es noch einmal, oder melden Sie sich über Ihre Organisation an.
passkeys-add = Passkey hinzufügen
passkeys-lead = Ein Passkey liegt auf Ihrem Gerät und öffnet sich mit Finger, Gesicht oder PIN: Passwort und Code in einem.
passkeys-name = Name
passkeys-name-hint = Damit Sie ihn wiedererkennen, zum Beispiel „Arbeitslaptop“.
passkeys-name-wrong = Geben Sie einen Namen von höchstens 100 Zeichen ein.
passkeys-not-made = Es wurde kein Passkey erstellt. Versuchen Sie es noch einmal.
passkeys-added = Der Passkey ist hinzugefügt. Sie können sich damit anmelden.
passkeys-known = Dieses Gerät hat hier schon einen Passkey.
passkeys-remove = Entfernen
passkeys-removed = Der Passkey ist entfernt.
passkeys-unknown = Diesen Passkey gibt es nicht.
