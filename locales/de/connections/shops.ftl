# Shops: ihre Seiten und was aus ihren Meldungen wurde.
connections-new-of = { $service } verbinden
shops-secret = Geheimnis
shops-secret-required = Ohne Geheimnis signiert FastSpring nichts. Tragen Sie dort und hier dasselbe ein.
shops-secret-wrong = Tragen Sie das Geheimnis ein, wie es angezeigt wird, in einer Zeile ohne Leerzeichen.
shops-secret-none = Noch keines hinterlegt: Alles, was ankommt, wird abgelehnt.
shops-secret-stored = …{ $end } seit { $date }.
shops-secret-rotates = Ein neues ersetzt es; das alte gilt noch 24 Stunden. Verschlüsselt aufbewahrt, wird nie wieder angezeigt.
shops-secret-add = Geheimnis speichern
shops-key-store = Schlüssel speichern
shops-api-url-hint = Nur wenn es nicht die übliche ist, etwa für eine Testumgebung.
shops-add = Hinzufügen und URL anzeigen
shops-added = Hinzugefügt. Tragen Sie die URL jetzt im Shop ein, wie unten beschrieben.
shops-sends = sendet Webhooks
shops-sales-today = { $count ->
        [one] 1 Verkauf heute
       *[other] { $count } Verkäufe heute
    }
shops-to-decide = { $count ->
        [one] 1 Verkauf zu entscheiden
       *[other] { $count } Verkäufe zu entscheiden
    }
shops-is-unsigned = Noch kein Geheimnis
shops-is-new = Noch nichts angekommen
shops-last-delivery = letzte Meldung um { $time }
shops-pinged = erster Kontakt um { $time }
shops-no-delivery = noch keine Meldung
shops-paused-text = Was der Shop während der Pause sendet, wird aufbewahrt und abgearbeitet, sobald Sie die Verbindung fortsetzen.
shops-log = Letzte Meldungen
shops-log-caption = Meldungen des Shops, die neuesten zuerst
shops-log-empty = Hier ist noch nichts.
shops-log-kept = 30 Tage aufbewahrt.
shops-event = Ereignis
shops-event-unnamed = (ohne Namen)
shops-outcome = Ergebnis
shops-tab-all = Alle
shops-tab-decision = Zu entscheiden
shops-tab-errors = Fehler
shops-again = Noch einmal abarbeiten
shops-again-done = Noch einmal eingereiht. Laden Sie die Seite gleich neu.
shops-again-gone = Es ist nichts mehr abzuarbeiten: Es ist erledigt oder wurde gelöscht.
shops-waiting = Wartet
shops-tried-again = Wird wiederholt
shops-nothing-to-do = Nichts zu tun
shops-grants-applied = { $count ->
        [one] 1 Zuteilung
       *[other] { $count } Zuteilungen
    }
shops-grants-refunded = { $count ->
        [one] 1 Zuteilung widerrufen
       *[other] { $count } Zuteilungen widerrufen
    }
shops-why-unpaid = Nicht bezahlt
shops-why-test-order = Testbestellung
shops-why-other-event = Nichts, was Keydesk braucht
shops-why-first-invoice = Gehört zu ihrem Checkout
shops-why-no-sale = Kein Verkauf
shops-why-not-approved = Noch nicht genehmigt
shops-why-needs-no-key = Braucht keinen Schlüssel
shops-why-unknown-sale = Der Verkauf ist hier nicht bekannt
shops-why-unknown-dispute = Zahlungsstreit zu einem Verkauf, der hier nicht bekannt ist
shops-why-other-lines = Nur Produkte ohne Schlüssel
shops-why-no-id = Ohne Kennung
shops-why-erased = Die Daten der Person wurden gelöscht
shops-why-dropped = Von einer Person übersprungen
shops-why-inactive = Die Berechtigung ist nicht aktiv
shops-why-lines = Die Bestellung ist noch nicht angekommen
shops-set-up = Einrichtung
shops-url = Tragen Sie diese URL im Shop ein:
shops-on-refund = Volle Erstattung
shops-on-refund-hint = Bei Teilerstattungen und Zahlungsstreit wird immer gefragt.
shops-on-refund-revoke = Schlüssel widerrufen
shops-on-refund-ask = Nachfragen
shops-on-test = Testbestellungen
shops-on-test-ask = Nachfragen
shops-on-test-skip = Überspringen
shops-on-test-real = Wie echte behandeln
shops-choice-wrong = Wählen Sie eine der Antworten.
shops-products = Produkte
shops-products-none = Keines zugeordnet. Produkte, die heißen wie eine Berechtigung, werden von selbst erkannt.
shops-products-no-key = Braucht keinen Schlüssel
shops-remove-text = URL und Geheimnisse gelten sofort nicht mehr. Verkäufe, Zuteilungen und Schlüssel bleiben. Löschen Sie die Webhooks auch im Shop, sonst ruft er weiter an.
connections-hook-held = Zu entscheiden
connections-hook-asked = Zu entscheiden
connections-hook-refunded = Erstattet
connections-hook-remembered = Vorgemerkt
connections-hook-refused = Nicht möglich
connections-event-ping = Erster Kontakt
connections-given-up = Aufgegebene Webhooks
shops-key-stored = Der API-Schlüssel ist gespeichert.
shops-url-later = Die URL zeigt Keydesk, sobald die Verbindung hinzugefügt ist; die Schritte stehen auch auf deren Seite.
