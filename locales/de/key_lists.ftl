# Schlüssellisten aus Dateien und eingefügtem Text.

key-list-empty = Die Liste enthält keinen Schlüssel: Sie ist leer oder besteht nur aus einer Überschrift.
key-list-too-large = Die Datei ist größer als { $max } MiB. Teilen Sie sie in mehrere Dateien auf.
key-list-too-many = Die Liste enthält mehr als { $max } Schlüssel. Teilen Sie sie in mehrere Dateien auf.
key-list-too-much-else = Die Datei enthält weit mehr als Schlüssel. Kopieren Sie die Spalte mit den Schlüsseln in eine eigene Datei.
key-list-web-page = Das ist eine Webseite, keine Schlüsselliste. Vielleicht wurde stattdessen eine Anmeldeseite gespeichert: Laden Sie die Datei noch einmal herunter.
key-list-old-excel = Das ist eine Tabelle in einem alten Format oder mit einem Kennwort. Speichern Sie sie ohne Kennwort als XLSX oder als CSV.
key-list-other-kind = Das ist eine Datei vom Typ { $kind }, keine Schlüsselliste. Eine Liste kann Text, CSV oder XLSX sein.
key-list-not-text = Das ist keine Textdatei: Sie enthält NUL-Zeichen. Eine Liste kann Text, CSV oder XLSX sein.
key-list-encoding = Zeile { $line }, Byte { $byte } ist weder UTF-8 noch Windows-1252. Speichern Sie die Datei als UTF-8.
key-list-broken-spreadsheet = Die Datei ist beschädigt oder keine XLSX-Tabelle. Öffnen Sie sie in einem Tabellenprogramm und speichern Sie sie neu als XLSX oder CSV.
key-list-quotes = Zeile { $line }: Ein Anführungszeichen wird nicht geschlossen, oder nach einem schließenden folgt Text. Korrigieren Sie die Zeile; innerhalb von Anführungszeichen wird ein Anführungszeichen verdoppelt.
key-list-line-too-long = Zeile { $line } ist länger als 1 MiB; so lang ist kein Schlüssel. Entfernen Sie sie.
key-list-hidden = Zeile { $line }: Die Schlüssel sind verdeckt (••••), wie in einem Export aus Keydesk. Verwenden Sie die Datei des Lieferanten.
key-list-which-column = Die Liste hat mehrere Spalten. Nennen Sie die mit den Schlüsseln: { $columns }.
key-list-no-such-column = Es gibt keine Spalte „{ $column }“. Die Spalten sind: { $columns }.

no-stock-not-a-license-key = Diese Berechtigung liefert weder Lizenzschlüssel noch Links und hat deshalb keinen Vorrat.
no-stock-not-manual = Diese Berechtigung erzeugt ihre Schlüssel und hat deshalb keinen Vorrat.
no-stock-shared-key = Die Zuteilungen dieser Berechtigung haben denselben Schlüssel; deshalb hat sie keinen Vorrat.
