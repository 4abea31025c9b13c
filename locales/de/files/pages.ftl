# Dateien einer Berechtigung und einer Zuteilung, für Mitarbeitende.

files-title = Dateien
files-hint = Kunden laden sie von einer Seite herunter, auf die ihre E-Mail verweist. Änderungen gelten sofort, auch für bereits Geliefertes.
files-none = Noch keine Dateien.
files-name = Datei
files-size = Größe
files-downloads = Downloads
files-actions = Aktionen
files-edit-note = Hinweis bearbeiten
files-note-of = Hinweis zu { $name }
files-save-note = Hinweis speichern
files-up = Nach oben
files-down = Nach unten
files-remove = Entfernen
files-note = Hinweis für Kunden
files-note-hint = Steht unter dem Namen, etwa „Ab Windows 10“. Er gilt für alle Dateien eines Uploads.
files-note-wrong = Geben Sie eine Zeile mit höchstens { $max } Zeichen ein.
files-file = Neue Dateien
files-file-hint = Auch mehrere auf einmal, jeweils bis { $size }.
files-upload = Dateien hochladen
files-no-file = Wählen Sie mindestens eine Datei aus.
files-too-large = Die Datei ist größer als { $size }, die Grenze dieser Installation (KEYDESK_FILES_MAX_SIZE). Es wurde nichts gespeichert.
files-disk-full = Der Datenträger ist voll. Es wurde nichts gespeichert; schaffen Sie Platz und laden Sie die Dateien noch einmal hoch.
files-too-many = Eine Berechtigung hat höchstens { $max } Dateien.
files-not-carried = Diese Berechtigung liefert keine Dateien.
files-added = { $count ->
        [1] 1 Datei hinzugefügt.
       *[other] { $count } Dateien hinzugefügt.
    }
files-note-saved = Der Hinweis zu { $name } wurde gespeichert.
files-moved = { $name } wurde verschoben.
files-removed = { $name } wurde entfernt. Die Links dazu funktionieren nicht mehr.
files-last-download = zuletzt { $at }
files-never = Noch nicht heruntergeladen
