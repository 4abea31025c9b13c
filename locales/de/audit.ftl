# Das Protokoll.
audit-title = Protokoll
audit-caption = Einträge des Protokolls, die neuesten zuerst
audit-entries = Einträge
audit-sealed = Versiegelt bis zum Eintrag #{ $sequence } um { $time }
audit-unsealed = Noch ist nichts versiegelt
audit-export = CSV exportieren
audit-object = Objekt
audit-object-hint = ID einer Zuteilung, Berechtigung oder Person
audit-actor = Wer
audit-anyone = Alle
audit-action = Was
audit-all-actions = Alles
audit-from = Von
audit-to = Bis
audit-apply = Anwenden
audit-time = Zeit
audit-entry = Eintrag
audit-address = Adresse
audit-internal = Intern
audit-details = Einzelheiten
audit-changes = { $count ->
        [one] 1 Feld
       *[other] { $count } Felder
    }
audit-in-entry = im Eintrag { $sequence }
audit-count = { $count ->
        [one] 1 Eintrag
       *[other] { $count } Einträge, die neuesten zuerst
    }
audit-empty-title = Nichts gefunden
audit-empty-text = Kein Eintrag passt. Ändern Sie den Filter, oder leeren Sie seine Felder.
audit-date-wrong = Geben Sie ein Datum an, etwa 2026-01-31, oder lassen Sie das Feld leer.
audit-range-wrong = Dieser Tag liegt vor dem ersten. Geben Sie einen späteren Tag an, oder lassen Sie das Feld leer.
audit-text-wrong = Geben Sie höchstens 200 Zeichen in einer Zeile ein.
audit-bad-filter = Der Filter ist nicht lesbar. Gehen Sie zurück zum Protokoll, und berichtigen Sie ihn dort.
audit-api-key = API-Schlüssel { $id }
audit-api-key-named = API-Schlüssel „{ $name }“
audit-system-outbox = E-Mail-Versand
audit-system-import = Import
audit-system-command-line = Befehlszeile
audit-system-demo = Vorführung

## Was getan wurde
audit-action-api-key-create = API-Schlüssel angelegt
audit-action-api-key-revoke = API-Schlüssel widerrufen
audit-action-audit-export = Protokoll exportiert
audit-action-customer-create = Kunde angelegt
audit-action-customer-update = Kunde geändert
audit-action-entitlement-create = Berechtigung angelegt
audit-action-entitlement-delete = Berechtigung gelöscht
audit-action-entitlement-update = Berechtigung geändert
audit-action-grant-claim = Übernommen
audit-action-grant-create = Zuteilung angelegt
audit-action-grant-fail = Fehlgeschlagen: E-Mail abgelehnt
audit-action-grant-fulfill = Geliefert
audit-action-grant-import = Zuteilung importiert
audit-action-grant-release = Freigegeben
audit-action-grant-resend = E-Mail erneut gesendet
audit-action-grant-restore = Wiederhergestellt
audit-action-grant-reveal = Schlüssel angezeigt
audit-action-grant-revoke = Widerrufen
audit-action-grant-take-over = Von anderen übernommen
audit-action-license-key-create = Lizenzschlüssel importiert
audit-action-license-key-instance-activate = Auf einem Gerät aktiviert
audit-action-license-key-instance-deactivate = Auf einem Gerät deaktiviert
audit-action-license-key-instance-update = Aktivierung umbenannt
audit-action-license-key-read = Schlüssel per API gelesen
audit-action-license-key-update = Lizenzschlüssel geändert
audit-action-message-cancelled = E-Mail zurückgezogen
audit-action-message-sent = E-Mail gesendet
audit-action-product-create = Produkt angelegt
audit-action-staff-add = Person hinzugefügt
audit-action-staff-disable = Person gesperrt
audit-action-staff-login = Angemeldet
audit-action-staff-login-failed = Anmeldung abgewiesen
audit-action-staff-logout = Abgemeldet
audit-action-staff-reset = Passwort zurückgesetzt
audit-action-webhook-create = Webhook angelegt
audit-action-webhook-delete = Webhook gelöscht
audit-action-webhook-resend = Webhook erneut gesendet
audit-action-webhook-rotate-secret = Webhook-Geheimnis ersetzt
audit-action-webhook-secret-read = Webhook-Geheimnis angezeigt
audit-action-webhook-switch-off = Webhook abgeschaltet: nur Fehlschläge
audit-action-webhook-update = Webhook geändert
