# Suche in der Kopfzeile.
search-title = Suche
search-label = Überall suchen
search-list-label = Zuteilungen suchen und filtern
search-hint = E-Mail, Zahlung oder Zuteilung
search-hint-with-keys = E-Mail, Zahlung, Schlüssel
search-too-long = Geben Sie eine Zeile mit höchstens 300 Zeichen ein.
search-no-such-key = Kein Lizenzschlüssel stimmt genau mit diesem Text überein. Für andere Suchen geben Sie eine Zeile mit höchstens 300 Zeichen ein.
search-empty-with-keys = Kein Lizenzschlüssel stimmt genau mit diesem Text überein, und keine Zuteilung passt zu dieser Suche und diesen Filtern. Prüfen Sie, ob der Schlüssel vollständig ist, oder versuchen Sie es mit einem Teil der E-Mail-Adresse.
search-keys-without-grant = Importierte Lizenzschlüssel mit diesem Ende
