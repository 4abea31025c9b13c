# Suche in der Kopfzeile, und was sie findet.
search-title = Suche
search-label = Überall suchen
search-list-label = Zuteilungen suchen und filtern
search-hint = Name, E-Mail, Bestellung
search-hint-with-keys = Name, Bestellung, Schlüssel
search-too-long = Geben Sie eine Zeile mit höchstens 300 Zeichen ein.
search-no-such-key = Kein Lizenzschlüssel stimmt genau mit diesem Text überein. Für andere Suchen geben Sie eine Zeile mit höchstens 300 Zeichen ein.
search-empty-with-keys = Kein Lizenzschlüssel stimmt genau mit diesem Text überein, und keine Zuteilung passt zu dieser Suche und diesen Filtern. Prüfen Sie, ob der Schlüssel vollständig ist, oder versuchen Sie es mit einem Teil der E-Mail-Adresse.
search-keys-without-grant = Importierte Lizenzschlüssel mit diesem Ende
search-again = Erneut suchen
search-all-customers = Alle gefundenen Kunden
search-customer-grants = { $count ->
        [one] 1 Zuteilung
       *[other] { $count } Zuteilungen
    }
search-products = Produkte
search-all-products = Alle Berechtigungen
search-inactive = Nicht aktiv
search-staff = Team
search-all-staff = Alle im Team
search-delivered-by = Was diese Person geliefert hat
search-assigned-to = Was ihr zugewiesen ist
search-newest-notes = Nur die neuesten werden angezeigt
