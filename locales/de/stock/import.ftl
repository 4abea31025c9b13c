# Schlüssel in den Vorrat importieren: das Formular und die Zeilen, bevor sie bestätigt sind.
stock-import = Schlüssel importieren
stock-import-short = Importieren
stock-import-for = Schlüssel für { $name }
stock-import-now = { $available } verfügbar, { $waiting ->
        [0] keine Zuteilung wartet
        [one] 1 Zuteilung wartet
       *[other] { $waiting } Zuteilungen warten
    }
stock-paste = Schlüssel einfügen
stock-paste-hint = Einer pro Zeile.
stock-paste-hint-pattern = Einer pro Zeile. Muster: { $pattern }
stock-file = Oder eine Datei wählen
stock-file-hint = Text, CSV oder XLSX, bis 100.000 Schlüssel und 16 MiB.
stock-column = Spalte mit den Schlüsseln
stock-column-hint = Leer lassen für die einzige oder die namens „key“.
stock-column-choose = Spalte wählen
stock-column-sample = { $name }: { $sample }
stock-received-on = Eingegangen am
stock-received-hint = Ein Datum wie 2026-12-31 oder 31.12.2026. Leer lassen für heute.
stock-use-before-hint = Ein solches Datum. Ab diesem Tag werden die Schlüssel nicht mehr ausgegeben.
stock-check = Schlüssel prüfen
stock-check-hint = Es wird nichts gespeichert, bevor Sie das Ergebnis gesehen haben.
stock-check-title = Was geprüft wird
stock-check-known = Doppelt, schon im Vorrat oder schon ausgegeben
stock-check-known-text = Wird übersprungen.
stock-check-warned-text = Ein typografischer Strich, eine Beschriftung davor, eine von einer Tabelle gerundete Zahl. Sie entscheiden Zeile für Zeile.
stock-check-new-text = Wird hinzugefügt, wenn Sie bestätigen. Danach sind nur die letzten 4 Zeichen zu sehen.
stock-spreadsheet = Aus einer Tabelle
stock-spreadsheet-text = Laden Sie die Datei selbst hoch. Lange Zahlen, aus einer Zelle kopiert, haben womöglich ihre letzten Stellen verloren.
stock-nothing-stored = Es wurde nichts gespeichert. Falls Sie eine Datei gewählt hatten, wählen Sie sie noch einmal.

## Was am Formular nicht stimmt
stock-no-source = Fügen Sie mindestens einen Schlüssel ein, oder wählen Sie eine Datei.
stock-two-sources = Sie haben Schlüssel eingefügt und eine Datei gewählt. Verwenden Sie eines von beiden.
stock-supplier-wrong = Geben Sie höchstens 200 Zeichen in einer Zeile ein.
stock-reference-wrong = Geben Sie höchstens 200 Zeichen in einer Zeile ein.
stock-note-wrong = Geben Sie höchstens 1.000 druckbare Zeichen ein.
stock-received-future = Dieses Datum liegt in der Zukunft. Geben Sie den Tag ein, an dem die Schlüssel eingegangen sind.
stock-import-gone = Was Sie hochgeladen haben, wurde 30 Minuten aufbewahrt und ist nicht mehr da; es wurde nichts hinzugefügt. Laden Sie es noch einmal hoch.

## Die Zeilen
stock-preview-title = { $count ->
        [one] 1 Zeile geprüft
       *[other] { $count } Zeilen geprüft
    }
stock-preview-until = Noch ist nichts gespeichert. Bestätigen Sie bis { $time }.
stock-result = Ergebnis
stock-result-new = Neu
stock-result-warned = Auffällig
stock-result-skipped = Übersprungen
stock-result-twice = Doppelt in der Datei
stock-result-in-stock = Schon im Vorrat
stock-result-issued = Schon ausgegeben
stock-result-invalid = Kein Schlüssel
stock-problems-first = Probleme zuerst
stock-will-be-added = { $count ->
        [one] kommt hinzu
       *[other] kommen hinzu
    }
stock-you-decide = { $count ->
        [0] nichts zu entscheiden
       *[other] entscheiden Sie unten
    }
stock-skipped-twice = { $count } doppelt in der Datei
stock-skipped-in-stock = { $count } schon im Vorrat
stock-skipped-issued = { $count } schon ausgegeben
stock-skipped-invalid = { $count ->
        [one] 1 ist kein Schlüssel
       *[other] { $count } sind keine Schlüssel
    }
stock-now = Jetzt im Vorrat
stock-now-waiting = { $count ->
        [0] keine Zuteilung wartet
        [one] 1 Zuteilung wartet
       *[other] { $count } Zuteilungen warten
    }
stock-line-by-line = Zeile für Zeile
stock-lines-caption = Zeilen, Probleme zuerst
stock-line = Zeile
stock-line-number = Zeile { $number }
stock-what-happens = Was geschieht
stock-happens-added = Wird hinzugefügt
stock-happens-same-as = Übersprungen, wie Zeile { $line }
stock-happens-skipped = Übersprungen
stock-happens-decide = Sie entscheiden auf der ersten Seite
stock-take-corrected = Berichtigten Schlüssel hinzufügen
stock-take-as-it-is = Unverändert hinzufügen
stock-skip = Überspringen
stock-corrected = Berichtigt:
stock-range = { $from }–{ $to } von { $count }. Neue Schlüssel sind verborgen: Niemand muss sie sehen.
stock-skipped-csv = Übersprungene Zeilen als CSV
stock-others = { $count ->
        [one] Die 1 weitere auffällige Zeile
       *[other] Die { $count } weiteren auffälligen Zeilen
    }
stock-others-corrected = Berichtigen, wo es geht, den Rest überspringen
stock-others-skip = Überspringen
stock-others-as-they-are = Unverändert hinzufügen
stock-then-serve = { $count ->
        [one] Danach die wartende Zuteilung beliefern
       *[other] Danach die { $count } wartenden Zuteilungen beliefern, die älteste zuerst
    }
stock-then-serve-hint = Jeder Kunde bekommt eine E-Mail.
stock-nothing-to-add = Es gibt nichts hinzuzufügen.
stock-add = { $count ->
        [0] Gewählte Schlüssel in den Vorrat legen
        [one] 1 Schlüssel in den Vorrat legen
       *[other] { $count } Schlüssel in den Vorrat legen
    }
stock-add-hint = Zweimal bestätigen fügt sie einmal hinzu.
stock-back-to-form = Zurück zum Formular
stock-back-to-decide = Zurück zur Entscheidung
stock-back-to-decide-hint = Sie wählen und bestätigen auf der ersten Seite.

## Nach dem Bestätigen
stock-confirmed-none = Es wurde nichts hinzugefügt: Alle Zeilen würden übersprungen.
stock-added-title = Schlüssel hinzugefügt
stock-adding = { $done } von { $total } fertig
stock-added = { $count ->
        [0] Es wurde kein Schlüssel hinzugefügt
        [one] 1 Schlüssel wurde hinzugefügt
       *[other] { $count } Schlüssel wurden hinzugefügt
    }
stock-added-rejected = Nicht hinzugefügt, weil sie inzwischen anderswo hereinkamen oder ausgegeben wurden: Zeilen { $lines }.
stock-see-batch = Charge ansehen

## Links
stock-import-link = Links importieren
stock-paste-link = Links einfügen
stock-file-hint-link = Text, CSV oder XLSX, bis 100.000 Links und 16 MiB.
stock-column-link = Spalte mit den Links
stock-column-hint-link = Leer lassen, wenn es nur eine gibt.
stock-use-before-hint-link = Ein ebensolches Datum. Links werden an diesem Tag und später nicht mehr ausgegeben.
stock-check-link = Links prüfen
stock-check-new-text-link = Werden beim Bestätigen aufgenommen. Danach braucht sie niemand mehr zu sehen.
stock-check-invalid-link = Wird mit dem Grund übersprungen: nicht https, oder nicht von der Plattform.
stock-result-invalid-link = Kein Link der Plattform
stock-skipped-invalid-link = { $count ->
        [one] 1 ist kein Link der Plattform
       *[other] { $count } sind keine Links der Plattform
    }
stock-range-link = { $from }–{ $to } von { $count }. Neue Links sind verborgen: Niemand muss sie sehen.
stock-add-link = { $count ->
        [0] Gewählte Links in den Vorrat aufnehmen
        [one] 1 Link in den Vorrat aufnehmen
       *[other] { $count } Links in den Vorrat aufnehmen
    }
