# Eine Kundin oder einen Kunden löschen.
erasure-open = Kundendaten löschen…
erasure-title = Diese Kundendaten löschen?
erasure-lead = Das lässt sich nicht rückgängig machen.
erasure-goes = Was gelöscht wird
erasure-goes-data = Name, E-Mail-Adresse, Telefonnummer, Sprache und Metadaten
erasure-goes-keys = Die Lizenzschlüssel: Sie gelten nicht mehr und können nie wieder gelesen werden
erasure-goes-devices = Aktivierungen einschließlich der Gerätenamen
erasure-goes-texts = Notizen, Fehler, Gründe und Metadaten der Zuteilungen; Empfänger und Antworten der E-Mails; E-Mails im lokalen Postfach
erasure-goes-notes = Was das Team zum Kunden und zu seinen Zuteilungen notiert hat
erasure-goes-pending = Ausstehende Zuteilungen werden widerrufen
erasure-stays = Was bleibt, und warum
erasure-stays-grants = { $count ->
        [one] 1 Zuteilung mit Zeiten, Status und Zahlungs-ID, aufbewahrt für die Buchhaltung
       *[other] { $count } Zuteilungen mit Zeiten, Status und Zahlungs-IDs, aufbewahrt für die Buchhaltung
    }
erasure-stays-hash = Ein geschützter Hash jedes Schlüssels, damit er nie wieder ausgegeben wird
erasure-stays-log = Das Protokoll: Es enthält IDs und maskierte Werte. Einträge früherer Versionen über Aktivierungen enthalten auch die Netzwerkadresse des Geräts
erasure-not-reached = Bestehende Sicherungen, gesendete E-Mails und Importdateien sind nicht betroffen; ein erneuter Import einer solchen Datei würde die Kundendaten wieder anlegen.
erasure-confirm = Geben Sie zur Bestätigung die E-Mail-Adresse des Kunden ein
erasure-confirm-wrong = Das ist nicht die Adresse des Kunden. Nichts wurde gelöscht.
erasure-submit = Endgültig löschen
erasure-done = Kundendaten gelöscht.
erasure-was-done = Diese Kundendaten wurden bereits gelöscht.
erasure-again-lead = Falls seitdem neue Daten hinzugekommen sind, werden sie durch erneutes Löschen entfernt.
erasure-again = Erneut löschen
erasure-nothing-left = Diese Kundendaten wurden bereits gelöscht; seitdem ist nichts hinzugekommen.
erasure-done-conflict = Persönliche Daten und Schlüssel wurden gelöscht, daher ist das nicht mehr möglich.
erasure-note = Persönliche Daten und Schlüssel wurden gelöscht
erasure-name = Gelöschter Kunde
