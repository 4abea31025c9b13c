# Eine Kundin oder einen Kunden löschen.
erasure-open = Kundendaten löschen…
erasure-title = Diese Kundendaten löschen?
erasure-lead = Das lässt sich nicht rückgängig machen.
erasure-goes = Was gelöscht wird
erasure-goes-data = Name, E-Mail-Adresse, Telefonnummer, Sprache und Metadaten
erasure-goes-keys = Die Lizenzschlüssel: Sie gelten nicht mehr, und niemand kann sie mehr lesen
erasure-goes-devices = Aktivierungen mit den Namen der Geräte
erasure-goes-texts = Notizen, Fehler, Gründe und Metadaten der Aufträge; Empfänger und Antworten der E-Mails; aufbewahrte E-Mails
erasure-goes-pending = Wartende Aufträge werden widerrufen
erasure-stays = Was bleibt, und warum
erasure-stays-grants = { $count ->
        [one] 1 Auftrag mit Zeiten, Stand und Zahlungskennung: Die Buchhaltung braucht ihn
       *[other] { $count } Aufträge mit Zeiten, Ständen und Zahlungskennungen: Die Buchhaltung braucht sie
    }
erasure-stays-hash = Ein Hash jedes Schlüssels, damit er nie wieder ausgegeben wird
erasure-stays-log = Das Protokoll: Es enthält Kennungen und verdeckte Werte. Einträge früherer Versionen über Aktivierungen enthalten auch die Netzwerkadresse des Geräts
erasure-not-reached = Frühere Sicherungen, verschickte E-Mails und Dateien mit Verkäufen werden von hier nicht erreicht; eine solche Datei brächte die Kundendaten zurück.
erasure-confirm = Geben Sie zur Bestätigung die E-Mail-Adresse ein
erasure-confirm-wrong = Das ist nicht die Adresse. Nichts wurde gelöscht.
erasure-submit = Endgültig löschen
erasure-done = Die Kundendaten sind gelöscht.
erasure-was-done = Diese Kundendaten wurden schon gelöscht.
erasure-again-lead = Falls seitdem neue Daten hinzugekommen sind, werden sie durch erneutes Löschen entfernt.
erasure-again = Erneut löschen
erasure-nothing-left = Diese Kundendaten wurden schon gelöscht; seitdem ist nichts hinzugekommen.
erasure-done-conflict = Persönliche Daten und Schlüssel wurden gelöscht; das geht nun nicht mehr.
erasure-note = Persönliche Daten und Schlüssel wurden gelöscht
erasure-name = Gelöschter Kunde
