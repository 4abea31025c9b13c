# Webhooks: Andere Systeme werden über Ereignisse benachrichtigt.
webhooks-title = Webhooks
webhooks-lead = Andere Systeme werden benachrichtigt, was mit Zuteilungen und Lizenzschlüsseln geschieht, signiert nach der Standard-Webhooks-Spezifikation.
webhooks-caption = Webhook-Empfänger, die neuesten zuerst
webhooks-new = Neuer Webhook
webhooks-new-title = Neuer Webhook
webhooks-edit = Bearbeiten
webhooks-edit-title = { $host } bearbeiten
webhooks-changed-meanwhile = Dieser Endpunkt wurde geändert, nachdem Sie das Formular geöffnet hatten; es wurde nichts gespeichert. Dies sind seine jetzigen Werte. Prüfen Sie Ihre, und speichern Sie erneut.
webhooks-address = Adresse
webhooks-address-hint = Wohin jedes Ereignis gesendet wird, etwa https://shop.example/hooks.
webhooks-description = Beschreibung
webhooks-in-clear = Unverschlüsselt
webhooks-in-clear-text = Lizenzschlüssel werden über einfaches HTTP gesendet, und wer auf dem Weg mitliest, kann sie lesen. Verwenden Sie nach Möglichkeit https://.
webhooks-events = Ereignisse
webhooks-events-hint = Nichts ausgewählt bedeutet alle Ereignisse.
webhooks-all-events = Alle Ereignisse
webhooks-state = Zustand
webhooks-on = Aktiviert
webhooks-failing = Aktiviert, schlägt fehl
webhooks-disabled = Deaktiviert
webhooks-switched-off = Deaktiviert nach Fehlern
webhooks-since = Seit
webhooks-failing-since = Schlägt fehl seit
webhooks-disable-label = Deaktiviert: Ereignisse werden weder gesendet noch gespeichert
webhooks-create = Webhook anlegen
webhooks-save = Speichern
webhooks-created = Webhook angelegt. Sein Geheimnis steht auf dieser Seite; senden Sie einen Test, um zu sehen, ob er ankommt.
webhooks-saved = Gespeichert.
webhooks-deleted = Webhook an { $host } gelöscht.
webhooks-empty-title = Noch keine Webhooks
webhooks-empty-text = Ein Shop oder ein anderes System kann benachrichtigt werden, wenn eine Zuteilung angelegt, ausgeliefert, fehlgeschlagen oder widerrufen ist.
webhooks-facts = Details
webhooks-off-text = Er wurde nach mehreren Tagen mit Fehlern deaktiviert. Bearbeiten Sie ihn und speichern Sie ihn als aktiviert; ausstehende Zustellungen werden dann gesendet.

## Was nicht stimmt
webhooks-url-wrong = Geben Sie eine Adresse wie https://shop.example/hooks ein.
webhooks-url-long = Geben Sie eine Adresse mit höchstens 2.048 Zeichen ein.
webhooks-url-scheme = Geben Sie eine Adresse ein, die mit https:// oder http:// beginnt.
webhooks-url-credentials = Lassen Sie Benutzername und Passwort weg; Keydesk weist sich durch die Signatur aus.
webhooks-url-private = Das führt zu einer privaten Adresse. KEYDESK_WEBHOOK_ALLOW kann Netze nennen, die Webhooks erreichen dürfen.
webhooks-description-wrong = Geben Sie höchstens 500 druckbare Zeichen ein.

## Das Geheimnis
webhooks-secret = Signaturgeheimnis
webhooks-secret-hint = Der Empfänger braucht es, um die Signatur jedes Webhooks zu prüfen. Das Anzeigen wird protokolliert.
webhooks-reveal = Anzeigen
webhooks-rotate = Ersetzen…
webhooks-rotate-here = Ersetzen ohne Dialog…
webhooks-rotate-title = Signaturgeheimnis ersetzen?
webhooks-rotate-text = 24 Stunden lang trägt jeder Webhook beide Signaturen, damit der Empfänger umstellen kann.
webhooks-rotate-submit = Geheimnis ersetzen
webhooks-rotated = Geheimnis ersetzt. Bis { $time } wird auch mit dem alten signiert.

## Zustellungen
webhooks-log = Zustellungen
webhooks-log-caption = Zustellungen, die neuesten zuerst
webhooks-log-empty-title = Noch keine Zustellungen
webhooks-log-empty-text = Das nächste Ereignis oder ein Test erscheint hier.
webhooks-of-grant = Webhook-Zustellungen dieser Zuteilung
webhooks-event = Ereignis
webhooks-endpoint = Empfänger
webhooks-object = Objekt
webhooks-answer = Antwort
webhooks-tries = Versuche
webhooks-time = Zeit
webhooks-action = Aktion
webhooks-outcome = { $answer }, { $state }
webhooks-sent = gesendet
webhooks-given-up = aufgegeben
webhooks-retry = neuer Versuch { $time }
webhooks-called-off = Abgebrochen
webhooks-sending = Wird gesendet
webhooks-waiting = Wartet
webhooks-resend = Erneut senden
webhooks-resent = Er wird unter derselben ID erneut gesendet.
webhooks-being-sent = Er wird bereits gesendet. Nichts hat sich geändert.
webhooks-test = Test senden
webhooks-tested = Ein Test ist unterwegs. Laden Sie die Seite neu, um die Antwort zu sehen.
webhooks-test-off = Der Webhook ist deaktiviert. Aktivieren Sie ihn zuerst.
webhooks-happened = Zeitpunkt
webhooks-grant = Zuteilung
webhooks-license-key = Lizenzschlüssel
webhooks-no-attempts = Noch keine Versuche.
webhooks-kept-hint = Die Anfrage wird mit maskiertem Lizenzschlüssel und ohne Signatur gespeichert; von der Antwort nur der Status.
webhooks-request = Anfrage

## Löschen
webhooks-delete-heading = Löschen
webhooks-delete = Löschen…
webhooks-delete-here = Löschen ohne Dialog…
webhooks-delete-title = Webhook an { $host } löschen?
webhooks-delete-text = Es werden keine Ereignisse mehr gesendet, und ausstehende Zustellungen werden abgebrochen. Das lässt sich nicht rückgängig machen.
webhooks-delete-submit = Webhook löschen
