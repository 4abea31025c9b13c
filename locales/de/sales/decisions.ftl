# Verkäufe: was zu entscheiden ist und was hereinkam.
nav-sales = Verkäufe
nav-to-decide = zu entscheiden
sales-title = Verkäufe
sales-title-decisions = { $count ->
        [0] Zu entscheidende Verkäufe
        [one] 1 Verkauf zu entscheiden
       *[other] { $count } Verkäufe zu entscheiden
    }
sales-new-grant = Neue Zuteilung
sales-to-decide = Zu entscheiden
sales-oldest = seit { $duration }
sales-decide = Entscheiden
sales-today = Heute hereingekommen
sales-last = Letzter Verkauf
sales-connections-broken = ohne Funktion
sales-tab-decisions = Zu entscheiden
sales-tab-all = Alle
sales-no-shop = Datei, Formular oder API
sales-order = Bestellung { $label }
sales-and-more = { $order } und { $count } weitere
sales-sale = Verkauf
sales-open = Was offen ist
sales-from = Von
sales-since = Seit
sales-when = Wann
sales-sold = Verkauft
sales-grants = Zuteilungen
sales-refunded = erstattet
sales-anywhere = Überall
sales-caption = Die letzten Verkäufe, die neuesten zuerst
sales-decisions-caption = Verkäufe, über die zu entscheiden ist
sales-decisions-hint = { $count } zu entscheiden. { $held ->
        [0] Keine Bestellung wartet.
        [one] 1 Bestellung wartet.
       *[other] { $held } Bestellungen warten.
    }
sales-decided-all-title = Alles ist entschieden
sales-decided-all-text = Hier erscheinen Verkäufe mit unbekanntem Produkt oder ohne Adresse, Testbestellungen, Teilerstattungen und Zahlungsstreit.
sales-empty-title = Noch keine Verkäufe
sales-empty-text = Verkäufe kommen über die Webhooks eines Shops, aus einer Datei, über die API oder von Hand.
sales-held-unknown-product = Unbekanntes Produkt
sales-held-unknown-product-text = „{ $word }“. { $count ->
        [one] 1 Verkauf wartet darauf.
       *[other] { $count } Verkäufe warten darauf.
    }
sales-held-no-address = Keine E-Mail-Adresse
sales-held-no-address-text = Der Shop hat sie nicht mitgeteilt, oder sie ist nicht brauchbar.
sales-held-test-order = Testbestellung
sales-held-test-order-text = Der Shop kennzeichnet sie als Test.
sales-task-address-differs = Adresse geändert
sales-task-too-many-delivered = Zu viele geliefert
sales-task-two-sales = Zwei Verkäufe
sales-task-partial-refund = Teilerstattung
sales-task-renewal-refund = Verlängerung erstattet
sales-task-full-refund = Erstattung
sales-task-dispute = Zahlungsstreit eröffnet
sales-task-order-deleted = Bestellung gelöscht
sales-task-revoked-renewed = Nach Widerruf verlängert
sales-task-invitation-lost = Einladung nicht angenommen
sales-map-label = Berechtigung für „{ $word }“
sales-map-choose = Wählen Sie eine Berechtigung
sales-map-none = Keine: braucht keinen Schlüssel
sales-map-submit = { $count ->
        [one] Zuordnen
       *[other] Alle { $count } zuordnen
    }
sales-map-submit-one = Zuordnen
sales-mapped = { $count ->
        [0] Zugeordnet.
        [one] Zugeordnet. 1 Verkauf wird abgearbeitet.
       *[other] Zugeordnet. { $count } Verkäufe werden abgearbeitet.
    }
sales-address = E-Mail-Adresse
sales-address-label = E-Mail-Adresse für { $order }
sales-address-wrong = Geben Sie eine E-Mail-Adresse wie ada@example.com ein.
sales-address-submit = Speichern, Zuteilung anlegen
sales-do-drop = Überspringen
sales-do-real = Wie echte behandeln
sales-decided-granted = Die Zuteilungen sind angelegt.
sales-decided-held = Gespeichert, aber jetzt fehlt etwas anderes. Siehe unten.
sales-decided-dropped = Übersprungen.
sales-decided-nothing = Entschieden. Aus dem Verkauf wird keine Zuteilung; warum, steht auf der Seite der Verbindung.
sales-decided-already = Das hat schon jemand entschieden, oder die Bestellung kam noch einmal. Es wurde nichts geändert.
sales-decided-not-now = Der Shop muss erst gefragt werden und hat nicht geantwortet: { $error }. Versuchen Sie es später noch einmal.
