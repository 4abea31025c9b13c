# Verkäufe aus einer Datei einlesen.
imports-title = Verkäufe einlesen
imports-many = Viele auf einmal: eine Datei einlesen
imports-nothing-stored = Bisher wurde nichts gespeichert.
imports-file = Datei
imports-file-hint = CSV, TSV, XLSX oder JSON-Zeilen, bis zu { $lines } Zeilen und { $max } MiB. Nichts wird eingelesen, bevor Sie jede Zeile gesehen haben.
imports-too-large = Die Datei ist größer als { $max } MiB. Teilen Sie sie auf, oder lassen Sie sie mit keydesk import einlesen.
imports-no-source = Wählen Sie eine Datei, oder fügen Sie Zeilen ein.
imports-two-sources = Wählen Sie eine Datei oder fügen Sie Zeilen ein, nicht beides.
imports-paste = Oder Zeilen einfügen
imports-lines = Zeilen
imports-lines-hint = Die Kopfzeile zuerst.
imports-pasted = Eingefügte Zeilen
imports-format = Was es ist
imports-format-detect = Automatisch erkennen
imports-format-remembered = { $name } (gemerkt)
imports-format-by-hand = Etwas anderes: Ich ordne die Spalten zu
imports-zone = Zeitzone von Zeiten ohne Zone
imports-zone-unknown = Diese Zeitzone ist nicht bekannt. Ein Beispiel ist Europe/Berlin.
imports-read = Datei lesen
imports-earlier = Frühere Dateien
imports-earlier-none = Noch keine.
imports-earlier-caption = Frühere Dateien, die neueste zuerst
imports-imported = Eingelesen
imports-left-out = Ausgelassen
imports-refused-file = Abgelehnte Zeilen
imports-skipped-file = Übergangene Zeilen
imports-good-to-know = Gut zu wissen
imports-twice = Zweimal einlesen schadet nicht
imports-twice-text = Bekannte Verkäufe, aus einer Datei oder von anderswo, fügen nichts hinzu.
imports-unpaid = Unbezahlte und erstattete bleiben draußen
imports-unpaid-text = Sie werden gezählt und gezeigt, aber nicht eingelesen.
imports-analytics = Nicht „Analytics“ von WooCommerce
imports-analytics-text = Dieser Export hat keine E-Mail-Adressen. Verwenden Sie ein Plugin zum Export von Bestellungen.
imports-excel = Nicht vorher in Excel öffnen
imports-excel-text = Excel rundet lange Bestellnummern; solche Zeilen werden abgelehnt.
imports-gone = Diese Datei wartet nicht mehr. Wählen Sie sie erneut.
imports-read-meanwhile = Die Datei wurde in einem anderen Fenster neu gelesen oder bestätigt. Sehen Sie sie noch einmal an.
imports-cannot-read = So lässt sich die Datei nicht lesen: { $why }
imports-layout-own = Spalten von Keydesk
imports-layout-json = JSON-Zeilen
imports-layout-by-hand = Zugeordnete Spalten

imports-step-2 = Schritt 2 von 3
imports-step-3 = Schritt 3 von 3
imports-map-page = Spalten von { $name }
imports-map-title = Was steht in welcher Spalte?
imports-map-lead = { $name }: keiner der bekannten Exporte. Die Felder sind nach Namen und Inhalt vorbelegt: Prüfen Sie sie.
imports-how-read = Wie die Datei gelesen wird
imports-sheet = Blatt
imports-header = Zeile mit den Namen
imports-header-first = Suchen
imports-encoding = Zeichen
imports-delimiter = Getrennt durch
imports-delimiter-comma = Kommas
imports-delimiter-semicolon = Semikolons
imports-delimiter-tab = Tabulatoren
imports-delimiter-bar = Senkrechte Striche
imports-read-again-button = Neu lesen
imports-garbled = Falsche Buchstaben wie „MÃ¶ller“? Wählen Sie andere Zeichen.
imports-columns = Spalten
imports-columns-caption = Spalten der Datei und was aus ihnen wird
imports-needed = Nötig: eine Bestellnummer, eine E-Mail-Adresse und ein Produkt oder eine Artikelnummer
imports-column = Spalte
imports-samples = Beispiele
imports-becomes = Wird zu
imports-column-letter = Spalte { $letter }
imports-column-becomes = { $name } wird zu
imports-no-name = ohne Namen
imports-empty = leer
imports-field-none = Weglassen
imports-field-external-id = Bestellnummer
imports-field-customer-email = E-Mail
imports-field-customer-name = Name
imports-field-product = Produkt
imports-field-sku = Artikelnummer
imports-field-quantity = Menge
imports-field-created-at = Bezahlt am
imports-field-status = Zahlungsstand
imports-field-customer-locale = Sprache
imports-field-payment-id = Zahlungsnummer
imports-field-subscription-id = Abonnement
imports-field-keep = Als Metadaten behalten
imports-needs-order = Wählen Sie die Spalte mit der Bestellnummer: Ohne sie würden die Verkäufe beim nächsten Einlesen noch einmal angelegt.
imports-needs-email = Wählen Sie die Spalte mit der E-Mail-Adresse.
imports-needs-product = Wählen Sie die Spalte mit dem Produkt oder seiner Artikelnummer.
imports-field-twice = Zwei Spalten sind „{ $field }“. Wählen Sie eine.
imports-remember = Diese Spalten merken als
imports-remember-hint = Wird für die nächste Datei mit denselben Spaltennamen von selbst verwendet, und auf der Kommandozeile als --map.
imports-mapping-name-wrong = Eine Zeile mit höchstens { $max } Zeichen.
imports-show-lines = Jede Zeile zeigen
imports-other-file = Andere Datei

imports-preview-title = { $count ->
        [one] 1 Zeile geprüft
       *[other] { $count } Zeilen geprüft
    }
imports-preview-until = Noch ist nichts eingelesen; die Datei wartet bis { $time }.
imports-new-note = { $grants ->
        [one] 1 Zuteilung
       *[other] { $grants } Zuteilungen
    } für { $customers ->
        [one] 1 Kunden
       *[other] { $customers } Kunden
    }
imports-known-note = fügen nichts hinzu
imports-skipped = Übergangen
imports-refused = Nicht einzulesen
imports-products = { $count ->
        [one] 1 Produkt ist nicht bekannt
       *[other] { $count } Produkte sind nicht bekannt
    }
imports-products-hint = Was Sie hier wählen, wird für das nächste Mal gemerkt.
imports-product = „{ $word }“: { $lines ->
        [one] 1 Zeile
       *[other] { $lines } Zeilen
    }
imports-product-named = „{ $name }“, { $word }: { $lines ->
        [one] 1 Zeile
       *[other] { $lines } Zeilen
    }
imports-product-later = Später entscheiden
imports-product-none = Keines: braucht keinen Schlüssel
imports-check-again = Damit erneut prüfen
imports-line-by-line = Zeile für Zeile
imports-refused-csv = { $count ->
        [one] Die abgelehnte Zeile als CSV
       *[other] Die { $count } abgelehnten als CSV
    }
imports-skipped-csv = { $count ->
        [one] Die übergangene Zeile als CSV
       *[other] Die { $count } übergangenen als CSV
    }
imports-problems-first = Probleme zuerst
imports-lines-caption = Zeilen der Datei, Probleme zuerst
imports-line = Zeile
imports-customer = Kunde
imports-no-address = Keine Adresse
imports-order = Bestellung
imports-product-column = Produkt
imports-result = Ergebnis
imports-reason = Warum
imports-quantity = × { $count }
imports-range = { $from } bis { $to } von { $count }
imports-previous = Zurück
imports-next = Weiter
imports-confirm = { $count ->
        [one] 1 Verkauf einlesen
       *[other] { $count } Verkäufe einlesen
    }
imports-confirm-known = Die bekannten Verkäufe noch einmal durchgehen
imports-confirm-hint = Die Zeilen werden so eingelesen, wie sie hier stehen. Zweimal bestätigen liest einmal ein.
imports-nothing = Keine Zeile dieser Datei ist ein Verkauf, der sich einlesen lässt.
imports-read-again = Die Datei wurde neu gelesen, seit Sie sie gesehen haben. Prüfen Sie die Zeilen, und bestätigen Sie noch einmal.

imports-kind-new = Neu
imports-kind-known = Bekannt
imports-kind-unpaid = Unbezahlt
imports-kind-refunded = Erstattet
imports-kind-test = Test
imports-kind-renewal = Verlängerung
imports-kind-no-sale = Kein Verkauf
imports-kind-needs-no-key = Braucht keinen Schlüssel
imports-kind-no-email = Keine E-Mail
imports-kind-no-product = Kein Produkt
imports-kind-rounded = Gerundet
imports-kind-refused = Abgelehnt
imports-kind-done = Gelöscht
imports-count-new = { $count } neu
imports-count-known = { $count } bekannt
imports-count-unpaid = { $count } unbezahlt
imports-count-refunded = { $count } erstattet
imports-count-test = { $count ->
        [one] 1 Test
       *[other] { $count } Tests
    }
imports-count-renewal = { $count ->
        [one] 1 Verlängerung
       *[other] { $count } Verlängerungen
    }
imports-count-no-sale = { $count } kein Verkauf
imports-count-needs-no-key = { $count } ohne Schlüssel
imports-count-no-email = { $count } ohne E-Mail
imports-count-no-product = { $count } ohne Produkt
imports-count-rounded = { $count } gerundet
imports-count-refused = { $count } abgelehnt
imports-why-new = { $count ->
        [one] 1 Zuteilung
       *[other] { $count } Zuteilungen
    }
imports-why-known = Nichts Neues.
imports-why-unpaid = Der Stand ist „{ $state }“. Lesen Sie die Datei erneut ein, wenn bezahlt ist.
imports-why-refunded = Der Stand ist „{ $state }“.
imports-why-test = Eine Testbestellung.
imports-why-renewal = Eine weitere Zahlung eines Abonnements, das die Datei nicht nennt.
imports-why-no-sale = Eine Auszahlung, eine Summe oder eine andere Zeile ohne Verkauf.
imports-why-needs-no-key = Dieses Produkt braucht keinen Schlüssel.
imports-why-no-email = Die Zeile hat keine E-Mail-Adresse. Sie kommt in der Datei der abgelehnten Zeilen zurück.
imports-why-no-product = Niemand hat gesagt, was dieses Produkt ist oder dass es keinen Schlüssel braucht.
imports-why-rounded = Die Bestellnummer hat in einer Tabellenkalkulation ihre Ziffern verloren. Exportieren Sie die Datei neu, ohne sie dort zu öffnen.
imports-why-done = Der Kunde wurde gelöscht; die Zeile wird ausgelassen.
imports-why-refused = Etwas fehlt oder stimmt nicht.
imports-late-no-entitlement = Die Berechtigung gibt es nicht mehr.
imports-late-inactive = Die Berechtigung wurde gelöscht.
imports-late-erased = Der Kunde wurde gelöscht; neue Daten über ihn werden nicht angenommen.
imports-late-unreachable = Der Mailserver kann an diese Adresse nicht senden, wegen der Buchstaben vor dem @.
imports-late-grant-id = Die Kennung der Zuteilung gehört zu einem anderen Verkauf.
imports-late-failed = Die Datenbank hat die Zeile nicht angenommen. Lesen Sie die Datei erneut ein.

imports-reason-missing = fehlt
imports-reason-email = keine E-Mail-Adresse
imports-reason-spaces = eine Nummer hat keine Leerzeichen
imports-reason-quantity = muss eine ganze Zahl von 1 bis 1.000 sein
imports-reason-date = muss Datum und Uhrzeit sein, zum Beispiel 2026-11-23 09:30
imports-reason-future = liegt in der Zukunft
imports-reason-old = liegt vor 1970
imports-reason-control = enthält ein Steuerzeichen
imports-reason-invisible = enthält ein unsichtbares Zeichen
imports-reason-name = kein Name
imports-reason-locale = keine Sprache wie en oder de-AT
imports-reason-open-quote = ein Anführungszeichen wird nicht geschlossen
imports-reason-after-quote = nach einem schließenden Anführungszeichen steht Text; schreiben Sie innerhalb von Anführungszeichen zwei davon
imports-reason-cut-off = die Datei scheint hier abgeschnitten zu sein: Sie endet innerhalb dieser Zeile
imports-reason-several = mehrere Berechtigungen heißen so; geben Sie die ID an
imports-reason-inactive = die Berechtigung ist nicht aktiv
imports-reason-erased = der Kunde wurde gelöscht
imports-reason-no-product = die Zeile nennt kein Produkt
imports-reason-no-id = die Zeile hat weder Bestellnummer noch Zahlungsnummer noch Abonnement: Beim nächsten Einlesen würde der Verkauf noch einmal angelegt
imports-reason-long = länger als { $max } Zeichen
imports-reason-columns = { $count } Spalten, die Kopfzeile hat { $header }
imports-reason-nameless = { $text } steht in einer Spalte ohne Namen

imports-running-title = Verkäufe werden eingelesen
imports-done-title = { $count ->
        [0] Keine neuen Verkäufe
        [one] 1 Verkauf eingelesen
       *[other] { $count } Verkäufe eingelesen
    }
imports-of-file = { $name }, bestätigt von { $by }
imports-progress = { $done } von { $total } Zeilen erledigt
imports-refresh = Aktualisieren
imports-job-hint = Sie können diese Seite verlassen. Das Einlesen geht weiter, auch nach einem Neustart, und kein Verkauf wird zweimal angelegt.
imports-broken-off = Das Einlesen ist abgebrochen. Die Zeilen davor sind eingelesen; die Datei noch einmal einzulesen fügt den Rest hinzu.
imports-grants = Neue Zuteilungen
imports-see-grants = Offene ansehen
imports-as-csv = Als CSV
imports-revoked = { $count ->
        [one] 1 offene Zuteilung wurde widerrufen, weil ihr Verkauf weniger hat als zuvor.
       *[other] { $count } offene Zuteilungen wurden widerrufen, weil ihre Verkäufe weniger haben als zuvor.
    }
imports-not-imported = Nicht eingelesen
imports-first-rows = Die ersten { $count }; alle stehen in den Dateien.
imports-another = Weitere Datei einlesen
