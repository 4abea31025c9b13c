# Wörter, die mehrere Seiten gemeinsam haben.

## Zustände einer Zuteilung
status-pending = Ausstehend
status-delivered = Geliefert
status-failed = Fehlgeschlagen
status-revoked = Widerrufen
status-all = Alle
status = Status

## Zustände der E-Mail an den Kunden
email-hint-meant = Diese Adresse ist vielleicht ein Tippfehler. War { $domain } gemeint?
email-hint-ending = Diese Adresse ist vielleicht ein Tippfehler: Ihre Domain hat keine übliche Endung.
email-state-none = Offen
email-state-queued = In Warteschlange
email-state-sending = Wird gesendet
email-state-sent = Gesendet
email-state-kept = Aufbewahrt, nicht gesendet
email-state-unknown = Noch keine Antwort
email-state-failed = Nicht zugestellt
email-state-cancelled = Abgebrochen

## Zustände und Herkunft eines Lizenzschlüssels
key-status-active = Aktiv
key-status-expired = Abgelaufen
key-status-disabled = Gesperrt
key-source-auto = Erzeugt
key-source-import = Importiert
key-from-stock = Aus dem Vorrat, Charge
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
role-admin = Administration

## Wer etwas getan hat
actor-you = Sie
actor-nobody = Niemand
actor-system = Keydesk
actor-unknown = Nicht angemeldet

## Seiten einer Liste
pages-label = Seiten
pages-previous = Zurück
pages-next = Weiter
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
button-undo = Rückgängig machen

## Formulare
optional = (optional)
form-problem = { $count ->
        [one] Eine Angabe stimmt nicht
       *[other] { $count } Angaben stimmen nicht
    }
form-error-prefix = Fehler:
form-all = Alle
form-date-hint = Sonst ein Datum, etwa 31.12.2026 oder 2026-12-31, in { $zone }.
form-date-wrong = Das ist kein vollständiges Datum. Geben Sie es an wie 31.12.2026 oder 2026-12-31, oder lassen Sie das Feld leer.
form-date-ambiguous = Es ist nicht klar, welche Zahl der Monat ist. Geben Sie das Datum an wie 31.12.2026 oder 2026-12-31.
form-date-missing = Zu einer Uhrzeit gehört ein Datum. Geben Sie auch das Datum an, oder leeren Sie die Uhrzeit.
form-date-past = Das liegt in der Vergangenheit. Geben Sie ein späteres Datum an, oder lassen Sie das Feld leer.
form-day-missing = Geben Sie ein Datum ein, etwa 31.12.2026.
form-day-past = Dieser Tag ist vorbei. Geben Sie ein späteres Datum ein.
form-day-wrong = Das ist kein vollständiges Datum. Geben Sie eines wie 31.12.2026 ein.
form-time = Uhrzeit
form-time-hint = Etwa 18:00. Leer lassen für das Ende dieses Tages.
form-time-wrong = Das ist keine vollständige Uhrzeit. Geben Sie sie an wie 18:00, oder lassen Sie das Feld leer.
form-time-twice = Im Feld für das Datum steht schon eine Uhrzeit. Entfernen Sie eine der beiden.
form-time-skipped = Diese Uhrzeit gibt es an diesem Tag nicht, weil die Uhr vorgestellt wird. Geben Sie eine Stunde früher oder später an.

## Kleine Wörter
none = Keine
unlimited = Unbegrenzt
never = Nie
new-tab = (öffnet sich in einem neuen Tab)
valid-until = Gültig bis { $end }.
valid-without-end = Unbefristet gültig.
until-time = bis { $time }
in-duration = in { $duration }
of-count = { $count } von { $total }
more-than-count = { $count }+
