# Eine Verbindung: ihre Seite.
connections-copy-id = Verbindungs-ID kopieren
connections-copy-url = URL kopieren
connections-last-poll-at = letzte Abfrage um { $time }
connections-poll = Jetzt abfragen
connections-polled = Abgefragt. Neue Zuteilungen: { $grants }.
connections-poll-broken = Der API-Schlüssel wird nicht akzeptiert. Ändern Sie ihn zuerst.
connections-poll-goes-on = Ein Teil ist erledigt; der Rest folgt im Rahmen der erlaubten Aufrufe.
connections-poll-busy = Sie wird gerade abgefragt. Laden Sie die Seite gleich neu.
connections-poll-off = Die Verbindung ist angehalten. Setzen Sie sie zuerst fort.
connections-poll-error = Die Abfrage ist fehlgeschlagen: { $error }. Sie wird wiederholt.
connections-pause = Anhalten
connections-pause-done = Angehalten. Es wird nichts abgefragt und nichts geliefert.
connections-resume = Fortsetzen
connections-resume-done = Fortgesetzt. Sie wird jetzt abgefragt.
connections-last-poll = Letzte Abfrage
connections-next-poll = nächste um { $time }, alle { $interval }
connections-last-hook = Letzter Webhook
connections-hook-valid = Signatur gültig
connections-calls-left = Aufrufe übrig (diese Minute)
connections-calls-of = von { $limit }
connections-calls-unknown = noch keine Antwort
connections-on-the-way = Unterwegs dorthin
connections-wait-for-staff = { $count ->
        [0] keine wartet auf das Team
        [one] 1 wartet auf das Team
       *[other] { $count } warten auf das Team
    }
connections-first-of = Die ersten { $count } von { $total }.

## Was der Schlüssel darf
connections-may = Was dieser Schlüssel darf
connections-may-read = Zuteilungen, Kunden und Zahlungen lesen
connections-may-supply = Lizenzschlüssel liefern
connections-may-webhook = Eigenen Webhook anlegen
connections-may-not = Nicht: { $right }
connections-may-unknown = Noch nicht bekannt: { $right }
connections-may-hint = Mit einem Schlüssel nur zum Lesen erscheinen Zuteilungen hier, aber es kann nichts geliefert werden.
connections-may-hint-read-only = Dieser Schlüssel darf nur lesen: Zuteilungen erscheinen hier, Schlüssel können nicht geliefert werden.
connections-may-hint-unknown = Ob er liefern darf, zeigt sich beim ersten Schlüssel.
connections-change-key = API-Schlüssel ändern
connections-key-now = Derzeit: …{ $end } seit { $date }. Ein neuer wird ausprobiert, bevor er gespeichert wird.
connections-try-key = Ausprobieren und speichern
connections-key-changed = Der neue API-Schlüssel funktioniert und wird verwendet.
connections-key-changed-read-only = Der neue API-Schlüssel wird verwendet, darf aber nur lesen: Schlüssel können nicht geliefert werden.

## Einstellungen
connections-settings = Einstellungen
connections-poll-every = Abfragen alle
connections-poll-every-hint = Webhooks bringen neue Zuteilungen früher; die Abfrage findet, was ihnen entgeht.
connections-send-mail = Auch die E-Mail von Keydesk senden
connections-send-mail-hint = { $service } verschickt den Schlüssel selbst. Hiermit erhalten Kunden zwei E-Mails.
connections-save = Einstellungen speichern
connections-saved = Gespeichert.
connections-changed-meanwhile = Diese Verbindung wurde geändert, nachdem Sie die Seite geöffnet hatten; es wurde nichts gespeichert. Prüfen Sie die Werte und speichern Sie erneut.

## Webhook
connections-webhook = Webhook
connections-webhook-by-keydesk = Von Keydesk angelegt
connections-webhook-own = Von Hand angelegt
connections-webhook-none = Nicht eingerichtet
connections-webhook-url = URL
connections-webhook-events = Ereignisse
connections-webhook-kinds = { $count } Arten
connections-webhook-secret = Signaturgeheimnis
connections-webhook-secret-hint = Von der Seite des Webhooks dort. Das bisherige gilt noch 24 Stunden.
connections-webhook-secret-none = Nicht gespeichert
connections-make-webhook = Webhook anlegen
connections-webhook-made = Der Webhook ist angelegt und sein Geheimnis gespeichert.
connections-webhook-not-public = Das Portal hat keine öffentliche https-Adresse, sodass es kein Webhook erreicht. Die Abfrage funktioniert auch ohne.
connections-webhook-not-allowed = Der API-Schlüssel darf keine Webhooks anlegen. Legen Sie den Webhook von Hand an.
connections-webhook-not-created = Der Webhook konnte nicht angelegt werden ({ $error }). Legen Sie ihn später auf dieser Seite oder von Hand an.
connections-webhook-by-hand = Von Hand einrichten
connections-webhook-by-hand-text = Legen Sie einen Webhook mit dieser URL für diese Ereignisse an und geben Sie sein Geheimnis hier ein:
connections-store-secret = Geheimnis speichern
connections-secret-stored = Das Geheimnis ist gespeichert.

## Entfernen
connections-remove-heading = Entfernen
connections-remove = Entfernen …
connections-remove-here = Ohne Dialog entfernen …
connections-remove-title = Verbindung „{ $name }“ entfernen?
connections-remove-text = Der API-Schlüssel und alles, was zur Verbindung gespeichert ist, werden gelöscht. Ihre Zuteilungen bleiben hier, werden aber nicht mehr abgeglichen, und Schlüssel dafür werden von hier per E-Mail gesendet.
connections-remove-submit = Verbindung entfernen
connections-removed = Die Verbindung „{ $name }“ ist entfernt.
connections-remove-waits = { $count ->
        [one] 1 Schlüssel ist
       *[other] { $count } Schlüssel sind
    } noch unterwegs dorthin. Entfernen Sie die Verbindung, sobald sie angekommen sind.
connections-not-removed = { $reason }
