# Der Rahmen jeder Seite und Fehlerseiten.

## Rahmen
skip-to-content = Zum Inhalt springen
nav-label = Haupt
nav-overview = Übersicht
nav-grants = Zuteilungen
nav-customers = Kunden
nav-stock = Vorrat
nav-entitlements = Berechtigungen
nav-audit = Protokoll
nav-staff = Team
nav-api-keys = API-Schlüssel
nav-webhooks = Webhooks
nav-connections = Verbindungen
nav-mail = Aufbewahrte E-Mails
nav-settings = Einstellungen
nav-in-force = Geltend
footer-times = Zeiten in { $zone }
footer-version = Keydesk { $version }

## Kontomenü
account-label = Konto: { $name }
account-role-at = { $role }, { $business }
account-sign-out = Abmelden
theme = Farbschema
theme-auto = Wie das System
theme-light = Hell
theme-dark = Dunkel
language = Sprache
language-en = English
language-de = Deutsch
time-zone = Zeitzone
zone-shown = Zeiten sind in { $zone } angegeben.
zone-of-browser = Die Zeitzone Ihres Browsers ist
zone-use = Zeitzone des Browsers verwenden
zone-keep = Diese beibehalten

## Was eine offene Seite sagt
pulse-new = { $count ->
        [one] 1 neue Zuteilung
       *[other] { $count } neue Zuteilungen
    }
pulse-show = Anzeigen
pulse-signed-out = Sie wurden abgemeldet.
pulse-sign-in = Neu anmelden
pulse-hold-ends = Sie haben diese Zuteilung nur noch bis { $time } übernommen.
pulse-hold-over = Sie haben diese Zuteilung nicht mehr übernommen. Andere können sie jetzt übernehmen.
pulse-taken-over = { $name } hat diese Zuteilung um { $time } übernommen.
pulse-not-pending = Diese Zuteilung steht nicht mehr aus.

## Tastatur
palette-title = Suchen oder eine Seite öffnen
palette-hint = Suchen, oder eine Seite nennen
palette-enter = Enter:
palette-enter-search = Enter: überall suchen
shortcuts-title = Tastenkürzel
shortcuts-rows = Nächste Zeile, vorige Zeile
shortcuts-open = Zeile öffnen
shortcuts-fulfill = Zeile oder offene Zuteilung ausliefern
shortcuts-select = Zeile auswählen oder abwählen
shortcuts-take-next = Nächste ausstehende übernehmen
shortcuts-search = Suchen
shortcuts-list = Diese Liste
shortcuts-send = Aktuelles Formular absenden
shortcuts-key-control = Strg
shortcuts-key-enter = Enter
shortcuts-hint = Kürzel mit nur einer Taste wirken nicht, während Sie in ein Feld schreiben.
shortcuts-turn-off = Kürzel mit nur einer Taste ausschalten
shortcuts-turn-on = Kürzel mit nur einer Taste einschalten

## Der Mailserver lehnt Keydesk ab oder ist nicht erreichbar; auf jeder Seite der Administration
own-mail-fault = E-Mails gehen nicht hinaus.
own-mail-fault-next = Die letzte Antwort des Mailservers oder warum es keine gab: { $reply }. Die E-Mails bleiben eingereiht und werden drei Tage lang erneut versucht. Prüfen Sie den Mailserver und die SMTP-Einstellungen.

## Es gibt keinen Mailserver; auf jeder Seite
mail-kept = E-Mails werden nicht versendet.
mail-kept-text = Es ist kein Mailserver eingerichtet. E-Mails werden nur auf dem Server aufbewahrt, und niemand bekommt sie.
mail-kept-for-admins = Setzen Sie KEYDESK_SMTP_URL.
mail-kept-show = Aufbewahrte E-Mails ansehen
webhooks-off = Ein Webhook-Empfänger wurde nach mehreren Tagen mit Fehlern deaktiviert.
webhooks-off-next = Ansehen und wieder aktivieren

## Forwarded headers from a peer that is not trusted, or https that the base URL does not know; shown to admins on every page
proxy-untrusted = Keydesk kennt Ihren Proxy nicht.
proxy-untrusted-next = Anfragen von { $address } tragen Forwarded-Header, die nicht beachtet werden. Wenn { $address } Ihr Reverse-Proxy ist, tragen Sie diese Adresse in KEYDESK_TRUSTED_PROXIES ein und starten Sie Keydesk neu. Bis dahin zählen alle als eine Adresse, sodass falsche Passwörter einer Person alle von der Anmeldung abhalten können.
https-lacking = Cookies sind nicht durch https geschützt.
https-lacking-next = Keydesk wird über https geöffnet, aber KEYDESK_BASE_URL sagt das nicht. Setzen Sie die Einstellung auf die Adresse, die alle öffnen, etwa https://keys.example.com, und starten Sie Keydesk neu.

## Fehlerseiten
error-to-pending = Ausstehende Zuteilungen
error-to-all = Alle Zuteilungen
error-to-sign-in = Zur Anmeldung
error-request = Anfrage-ID { $id }
error-not-found-title = Diese Seite gibt es nicht
error-not-found-text = Die Adresse ist vielleicht falsch geschrieben, oder die Zuteilung gibt es nicht. Suchen Sie sie mit E-Mail-Adresse, Zahlungs-ID oder Zuteilungs-ID.
error-forbidden-title = Ihnen fehlt die Berechtigung
error-forbidden-text = Dafür ist die Rolle { $role } nötig. Wenden Sie sich an die Administration, wenn Sie sie brauchen.
error-no-longer-allowed-text = Ihr Konto wurde gesperrt oder Ihre Rolle geändert, bevor dies ausgeführt werden konnte. Es wurde nichts geändert. Wenden Sie sich an die Administration.
error-forged-title = Diese Anfrage wurde abgelehnt
error-forged-text = Sie kam nicht von einer Seite dieses Portals, oder die Seite ist zu alt. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
error-wrong-address-title = Das ist nicht die Adresse des Portals
error-wrong-address-text = Diese Seite wurde unter { $opened } geöffnet, aber das Portal nimmt Formulare nur von { $expected } an. Öffnen Sie es dort. Wenn { $opened } die richtige Adresse ist, muss, wer dieses Portal betreibt, KEYDESK_BASE_URL auf diese Adresse setzen und Keydesk neu starten.
error-bad-request-title = Ungültige Anfrage
error-bad-request-text = Die Formulardaten sind ungültig. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
error-not-a-form-text = Sie wurde nicht von einem Formular dieses Portals gesendet. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
error-not-utf8-text = Sie enthält Text, der kein gültiges UTF-8 ist. Gehen Sie zurück und geben Sie den Text neu ein.
error-too-large-title = Zu viel Text
error-too-large-text = Das Formular ist zu groß. Gehen Sie zurück und kürzen Sie Ihre Eingabe.
error-method-title = Das geht hier nicht
error-method-text = Die Adresse gibt es, aber sie unterstützt diese Methode nicht. Verwenden Sie die Schaltflächen des Portals.
error-conflict-title = Inzwischen hat sich etwas geändert
error-unprocessable-title = Das geht nicht
error-too-many-title = Zu viele Anfragen
error-too-many-text = { $minutes ->
    [one] Versuchen Sie es in 1 Minute wieder.
   *[other] Versuchen Sie es in { $minutes } Minuten wieder.
}
error-unwritable-title = In die Datenbank kann nicht geschrieben werden
error-unwritable-text = Es wurde nichts geändert. Sagen Sie es der Person, die Keydesk betreibt: Im Log steht der Grund. Gehen Sie zurück zu Ihren Eingaben und senden Sie sie erneut, sobald das behoben ist.
error-unavailable-title = Die Datenbank ist beschäftigt
error-unavailable-text = Es wurde nichts geändert. Versuchen Sie es in einigen Sekunden wieder.
error-passwords-off-title = Passwörter sind abgeschaltet
error-passwords-off-text = Melden Sie sich stattdessen über Ihre Organisation an.
error-provider-busy-title = Die Anmeldung über Ihre Organisation ist ausgelastet
error-provider-busy-text = Sie antwortet langsam, oder viele melden sich gerade an. Warten Sie einige Sekunden und beginnen Sie auf der Anmeldeseite von vorn.
error-internal-title = Bei uns ist etwas schiefgegangen
error-internal-text = Der Fehler wurde protokolliert. Wenn er erneut auftritt, nennen Sie der Administration die Anfrage-ID unten.
