# Wörter, die mehrere Seiten gemeinsam haben.

## Zustände einer Zuteilung
status-pending = Ausstehend
status-delivered = Geliefert
status-failed = Fehlgeschlagen
status-revoked = Widerrufen
status-all = Alle
status = Status

## Zustände der E-Mail an den Kunden
email-state-none = Offen
email-state-queued = Eingereiht
email-state-sending = Wird gesendet
email-state-sent = Gesendet
email-state-failed = Nicht zugestellt
email-state-cancelled = Abgebrochen

## Zustände und Herkunft eines Lizenzschlüssels
key-status-active = Aktiv
key-status-expired = Abgelaufen
key-status-disabled = Gesperrt
key-source-auto = Erzeugt
key-source-import = Importiert
key-source-manual = Eingegeben

## Arten der Auslieferung
integration-license-key = Lizenzschlüssel
integration-digital-files = Dateien
integration-discord = Discord
integration-telegram = Telegram
integration-github = GitHub
integration-figma = Figma
integration-framer = Framer
integration-notion = Notion
integration-feature-flag = Funktionsschalter

## Wie ausgeliefert wird
fulfillment-mode-auto = Automatisch
fulfillment-mode-manual = Von Hand

## Einheiten einer Dauer
interval-day = Tage
interval-week = Wochen
interval-month = Monate
interval-year = Jahre
interval-count-day = { $count ->
        [one] 1 Tag
       *[other] { $count } Tage
    }
interval-count-week = { $count ->
        [one] 1 Woche
       *[other] { $count } Wochen
    }
interval-count-month = { $count ->
        [one] 1 Monat
       *[other] { $count } Monate
    }
interval-count-year = { $count ->
        [one] 1 Jahr
       *[other] { $count } Jahre
    }

## Rollen
role-viewer = Einsicht
role-agent = Bearbeitung
role-admin = Verwaltung

## Wer etwas getan hat
actor-you = Sie
actor-nobody = Niemand
actor-system = Keydesk
actor-unknown = Nicht angemeldet

## Rahmen
skip-to-content = Zum Inhalt springen
nav-label = Haupt
nav-overview = Übersicht
nav-grants = Zuteilungen
nav-entitlements = Berechtigungen
nav-audit = Protokoll
nav-api-keys = API-Schlüssel
nav-webhooks = Webhooks
nav-mail = E-Mails
footer-times = Zeiten in { $zone }
footer-version = Keydesk { $version }

## Suche
search-title = Suche
search-label = Überall suchen
search-list-label = Zuteilungen suchen und filtern
search-hint = E-Mail, Zahlung oder Zuteilung
search-hint-with-keys = E-Mail, Zahlung, Schlüssel
search-too-long = Geben Sie eine Zeile mit höchstens 300 Zeichen ein.
search-no-such-key = Kein Lizenzschlüssel stimmt genau mit diesem Text überein. Für andere Suchen geben Sie eine Zeile mit höchstens 300 Zeichen ein.
search-empty-with-keys = Kein Lizenzschlüssel stimmt genau mit diesem Text überein, und keine Zuteilung passt zu dieser Suche und diesen Filtern. Prüfen Sie, ob der Schlüssel vollständig ist, oder versuchen Sie es mit einem Teil der E-Mail-Adresse.

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

## Tastatur
shortcuts-title = Tastenkürzel
shortcuts-rows = Nächste Zeile, vorige Zeile
shortcuts-open = Zeile öffnen
shortcuts-fulfill = Zeile oder offene Zuteilung ausliefern
shortcuts-take-next = Nächste ausstehende übernehmen
shortcuts-search = Suchen
shortcuts-list = Diese Liste
shortcuts-send = Aktuelles Formular absenden
shortcuts-key-control = Strg
shortcuts-key-enter = Enter
shortcuts-hint = Kürzel mit nur einer Taste wirken nicht, während Sie in ein Feld schreiben.
shortcuts-turn-off = Kürzel mit nur einer Taste ausschalten
shortcuts-turn-on = Kürzel mit nur einer Taste einschalten

## Seiten einer Liste
pages-label = Seiten
pages-newer = Neuere
pages-older = Ältere
pages-earlier = Frühere
pages-later = Spätere

## Schaltflächen
button-apply = Anwenden
button-cancel = Abbrechen
button-close = Schließen
button-copy = Kopieren
button-copied = Kopiert
button-save = Speichern
button-search = Suchen
button-take-next = Nächste übernehmen

## Formulare
optional = (optional)
form-problem = { $count ->
        [one] Eine Angabe stimmt nicht
       *[other] { $count } Angaben stimmen nicht
    }
form-error-prefix = Fehler:
form-all = Alle

## Der Mailserver lehnt Keydesk ab; auf jeder Seite der Verwaltung
own-mail-fault = Der Mailserver lehnt E-Mails von Keydesk ab.
own-mail-fault-next = Er antwortete: { $reply }. E-Mails sind eingereiht und werden erneut versucht. Prüfen Sie die SMTP-Einstellungen.
webhooks-off = Ein Webhook-Empfänger wurde nach mehreren Tagen mit Fehlern deaktiviert.
webhooks-off-next = Ansehen und wieder aktivieren

## Kleine Wörter
none = Keine
unlimited = Unbegrenzt
never = Nie
until-time = bis { $time }
in-duration = in { $duration }
of-count = { $count } von { $total }
more-than-count = { $count }+
