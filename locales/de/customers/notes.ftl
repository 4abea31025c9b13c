# Notizen des Teams zu Kunden und Zuteilungen.
notes-title = Notizen
notes-new = Neue Notiz
notes-hint = Nur für Kolleginnen und Kollegen.
notes-add = Notiz hinzufügen
notes-added = Notiz hinzugefügt.
notes-none = Noch keine Notizen.
notes-empty = Geben Sie die Notiz ein.
notes-too-long = Eine Notiz darf höchstens 2.000 Zeichen haben.
notes-control = Die Notiz enthält Zeichen, die sich nicht anzeigen lassen. Entfernen Sie diese.
notes-changed = Dieses Formular wurde bereits mit einem anderen Text gesendet. Sehen Sie bei den Notizen nach und fügen Sie diese noch einmal hinzu, falls sie fehlt.
notes-delete-open = Löschen…
notes-delete = Diese Notiz löschen
notes-deleted = Notiz gelöscht.
notes-gone = Diese Notiz wurde bereits gelöscht.
