# Die Liste der Kunden.
customers-title = Kunden
customers-caption = Kunden, der letzte Verkauf zuerst
customers-search = Kunden suchen
customers-search-hint = Name, E-Mail oder Kunden-ID
customers-grants-short = Zuteilungen
customers-last-sale = Letzter Verkauf
customers-last-note = Letzte Notiz
customers-pending = { $count } ausstehend
customers-count = { $count ->
        [one] 1 Kunde
       *[other] { $count } Kunden, der letzte Verkauf zuerst
    }
customers-none-found = Nichts gefunden
customers-none-found-text = Kein Kunde hat diesen Namen, diese E-Mail-Adresse oder diese ID. Versuchen Sie es mit einem kürzeren Teil davon.
customers-clear = Suche leeren
customers-none = Noch keine Kunden
customers-none-text = Kunden erscheinen hier mit ihrem ersten Verkauf.
customers-new-grant = Neue Zuteilung
