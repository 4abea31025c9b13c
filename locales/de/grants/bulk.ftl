# Viele Zuteilungen auf einmal: auswählen, ansehen, was geschähe, und was daraus wurde.

## In der Liste
bulk-select-page = Alle
bulk-select-page-hint = auf dieser Seite
bulk-select = { $name } auswählen
bulk-selected = ausgewählt
bulk-all = Alle { $count } dieses Filters
bulk-act-stock = Aus dem Vorrat ausliefern
bulk-act-keys = Schlüssel einfügen
bulk-act-claim = Mir zuweisen
bulk-act-hold = Pausieren …
bulk-act-emails = E-Mail erneut senden …
bulk-act-revocation = Widerrufen …
bulk-export-xlsx = Liste für den Lieferanten, XLSX
bulk-export-csv = Liste für den Lieferanten, CSV
bulk-export-customers = mit Kunden
bulk-upload = Ausgefüllte Liste hochladen
bulk-more-actions = Mehr
bulk-none = Wählen Sie mindestens eine Zuteilung aus, für die das möglich ist.
bulk-more-than = Auf einmal gehen höchstens { $count } Zuteilungen. Grenzen Sie den Filter ein.
bulk-too-many = Das sind zu viele Zuteilungen auf einmal. Grenzen Sie den Filter ein.
bulk-gone = Diese Auswahl gibt es nicht mehr: Sie blieb 30 Minuten. Wählen Sie die Zuteilungen erneut aus.
bulk-not-repeatable = Eingefügte Schlüssel werden nicht aufbewahrt, deshalb lässt sich das nicht wiederholen. Fügen Sie sie erneut ein.

## Bevor es beginnt
bulk-chosen = { $count ->
    [one] 1 Zuteilung ausgewählt
   *[other] { $count } Zuteilungen ausgewählt
}
bulk-more = und { $count } weitere
bulk-title-hold = { $count ->
    [one] 1 Zuteilung pausieren
   *[other] { $count } Zuteilungen pausieren
}
bulk-title-emails = { $count ->
    [one] 1 E-Mail erneut senden
   *[other] { $count } E-Mails erneut senden
}
bulk-title-revocation = { $count ->
    [one] 1 Zuteilung widerrufen
   *[other] { $count } Zuteilungen widerrufen
}
bulk-text-hold = Bis dahin zählt ihre Zeit nicht. Zuteilungen, die andere gerade bearbeiten, bleiben unberührt.
bulk-text-emails = Alle Kunden erhalten die E-Mail mit ihrem Schlüssel oder Link noch einmal, an die gespeicherte Adresse.
bulk-text-revocation = Ihre Schlüssel werden gesperrt, wartende E-Mails abgebrochen, und offene Zuteilungen können nicht mehr ausgeliefert werden. Jede lässt sich auf ihrer eigenen Seite wiederherstellen.
bulk-submit-hold = { $count ->
    [one] 1 Zuteilung pausieren
   *[other] { $count } Zuteilungen pausieren
}
bulk-submit-emails = { $count ->
    [one] 1 E-Mail senden
   *[other] { $count } E-Mails senden
}
bulk-submit-revocation = { $count ->
    [one] 1 Zuteilung widerrufen
   *[other] { $count } Zuteilungen widerrufen
}

## Schlüssel in Paaren
bulk-paste-title = { $count ->
    [one] Schlüssel für 1 Zuteilung
   *[other] Schlüssel für { $count } Zuteilungen
}
bulk-keys-title = { $keys } Schlüssel auf { $count ->
    [one] 1 Zuteilung
   *[other] { $count } Zuteilungen
}
bulk-keys-hint = In der Reihenfolge Ihrer Liste. Noch wird nichts gesendet.
bulk-in-this-order = In dieser Reihenfolge
bulk-keys = Schlüssel
bulk-keys-field-hint = Einer pro Zeile, in der Reihenfolge der Zuteilungen. Eine leere Zeile überspringt eine Zuteilung.
bulk-keys-missing = Fügen Sie mindestens einen Schlüssel ein.
bulk-pair = Den Zuteilungen zuordnen
bulk-pair-again = Neu zuordnen
bulk-paste-again = Schlüssel noch einmal einfügen
bulk-pairs = Schlüssel und Zuteilungen
bulk-key = Schlüssel
bulk-key-for = Schlüssel für { $name }
bulk-send = Senden
bulk-send-to = An { $name } senden
bulk-are-sent = { $count ->
    [one] 1 wird gesendet
   *[other] { $count } werden gesendet
}
bulk-looks-wrong = Sieht falsch aus
bulk-unless-ticked = bleiben weg, wenn Sie sie nicht ankreuzen
bulk-cannot-go = Geht nicht
bulk-stay-pending = bleiben offen
bulk-line = Zeile { $number }.
bulk-pair-ready = Bereit
bulk-pair-no-key = Kein Schlüssel für diese Zuteilung
bulk-pair-twice = Derselbe Schlüssel wie in Zeile { $number }
bulk-pair-in-stock = Liegt schon im Vorrat
bulk-pair-issued = Schon ausgegeben
bulk-enter-one = Geben Sie einen ein, sonst bleibt sie offen.
bulk-enter-another = Geben Sie einen anderen ein.
bulk-tick-to-send = Kreuzen Sie ihn an, um ihn so zu senden.
bulk-take-over-first = Übernehmen Sie sie zuerst, oder lassen Sie sie der Kollegin oder dem Kollegen.
bulk-send-keys = { $count ->
    [one] 1 Schlüssel senden
   *[other] { $count } Schlüssel senden
}
bulk-check-again = Erneut prüfen
bulk-only-shown = Nur was Sie hier sehen, wird gesendet; geänderte Zeilen werden erst geprüft, und Zuteilungen, die sich geändert haben, übersprungen.
bulk-edited = Sie haben Schlüssel geändert. Sie wurden geprüft; sehen Sie sie an, bevor Sie sie senden.
bulk-nothing-to-send = Keiner der Schlüssel kann gesendet werden. Geben Sie andere ein, oder kreuzen Sie die an, die falsch aussehen.
bulk-range = { $from } bis { $to } von { $count } Zuteilungen

## Die ausgefüllte Liste
bulk-upload-title = Ausgefüllte Liste hochladen
bulk-upload-text = Die Datei hat die Spalten grant_id und key, wie in der Liste für den Lieferanten. Nichts wird gesendet, bevor Sie jeden Schlüssel mit seiner Zuteilung gesehen haben.
bulk-upload-file = Datei
bulk-upload-file-hint = CSV oder XLSX, höchstens 1.000 Zuteilungen.
bulk-upload-submit = Datei lesen
bulk-upload-missing = Wählen Sie eine Datei aus.
bulk-upload-columns = Die Datei hat keine Spalten grant_id und key. Ihre Namen stehen in der ersten Zeile.
bulk-upload-empty = Keine Zeile der Datei hat eine Zuteilung und einen Schlüssel. Die Schlüssel stehen in der Spalte „key“.
bulk-upload-left-out = { $count ->
    [one] 1 Zeile wurde weggelassen: Ihre Zuteilung ist unbekannt, wartet nicht mehr oder steht doppelt da.
   *[other] { $count } Zeilen wurden weggelassen: Ihre Zuteilungen sind unbekannt, warten nicht mehr oder stehen doppelt da.
}
bulk-upload-none-pending = Keine der Zuteilungen in der Datei wartet noch.
bulk-upload-unreadable = Die Datei kann nicht gelesen werden: { $why }

## Während es läuft, und danach
bulk-running-stock = { $count ->
    [one] 1 Zuteilung wird aus dem Vorrat ausgeliefert
   *[other] { $count } Zuteilungen werden aus dem Vorrat ausgeliefert
}
bulk-running-keys = { $count ->
    [one] 1 Schlüssel wird gesendet
   *[other] { $count } Schlüssel werden gesendet
}
bulk-running-claim = { $count ->
    [one] 1 Zuteilung wird zugewiesen
   *[other] { $count } Zuteilungen werden zugewiesen
}
bulk-running-hold = { $count ->
    [one] 1 Zuteilung wird pausiert
   *[other] { $count } Zuteilungen werden pausiert
}
bulk-running-emails = { $count ->
    [one] 1 E-Mail wird erneut gesendet
   *[other] { $count } E-Mails werden erneut gesendet
}
bulk-running-revocation = { $count ->
    [one] 1 Zuteilung wird widerrufen
   *[other] { $count } Zuteilungen werden widerrufen
}
bulk-done-stock = { $done } von { $count } Zuteilungen ausgeliefert
bulk-done-keys = { $done } von { $count } Zuteilungen ausgeliefert
bulk-done-claim = { $done } von { $count } Zuteilungen zugewiesen
bulk-done-hold = { $done } von { $count } Zuteilungen pausiert
bulk-done-emails = { $done } von { $count } E-Mails unterwegs
bulk-done-revocation = { $done } von { $count } Zuteilungen widerrufen
bulk-state-running = Läuft
bulk-state-done = Fertig
bulk-state-stopped = Angehalten
bulk-started = begonnen { $time } von { $name }
bulk-progress = { $done } von { $total } bearbeitet
bulk-rate = noch etwa { $left }, { $rate } pro Sekunde
bulk-job-hint = Sie können diese Seite verlassen. Die Arbeit geht weiter, auch nach einem Neustart, und nichts geschieht doppelt. Beim Anhalten bleibt, was erledigt ist.
bulk-stop = Anhalten
bulk-stopped = Angehalten. Was erledigt ist, bleibt erledigt.
bulk-over-already = Es war schon zu Ende, angehalten wurde nichts.
bulk-report = Bericht als CSV
bulk-again = { $count ->
    [one] Die 1 noch einmal versuchen
   *[other] Die { $count } noch einmal versuchen
}
bulk-nothing-left = Für keine dieser Zuteilungen ist das noch möglich.
bulk-outcome-open = Noch nicht an der Reihe
bulk-outcome-skipped = Übersprungen
bulk-outcome-failed = Nicht erledigt
bulk-outcome-done-stock = Ausgeliefert
bulk-outcome-done-keys = Ausgeliefert
bulk-outcome-done-claim = Zugewiesen
bulk-outcome-done-hold = Pausiert
bulk-outcome-done-emails = Erneut gesendet
bulk-outcome-done-revocation = Widerrufen
bulk-skipped-hint = seit der Auswahl geändert oder weggelassen
bulk-to-go = Noch offen
bulk-not-done = Nicht erledigt oder übersprungen
bulk-why = Warum
bulk-open = Öffnen
bulk-cut = Die ersten { $named } von { $count }. Der Bericht nennt alle.
bulk-reason-changed = Sie hat sich seit der Auswahl geändert.
bulk-reason-left-out = Sie haben sie weggelassen.
bulk-reason-wrong-status = Sie wartet nicht mehr.
bulk-reason-held = Jemand anderes bearbeitet sie.
bulk-reason-mirrored = Sie kommt aus einem verbundenen Konto; widerrufen Sie sie dort.
bulk-reason-other-kind = Sie nimmt etwas anderes als einen Schlüssel.
bulk-reason-out-of-stock = Der Vorrat ist leer.
bulk-reason-key-used = Der Schlüssel wurde schon ausgegeben.
bulk-reason-key-in-stock = Der Schlüssel liegt im Vorrat.
bulk-reason-looks-wrong = Der Schlüssel sieht inzwischen falsch aus; senden Sie ihn von Hand.
bulk-reason-nothing-to-send = Es wurde nichts ausgeliefert, das gesendet werden könnte.
bulk-reason-erased = Der Kunde wurde gelöscht.
bulk-reason-error = Es konnte nicht gespeichert werden. Versuchen Sie es noch einmal.
bulk-confirm = Ausführen
bulk-undo-text = { $count ->
    [one] Die E-Mail wartet bis längstens { $time }; solange lässt sich die Auslieferung rückgängig machen.
   *[other] Die letzte E-Mail geht um { $time } hinaus; Auslieferungen, deren E-Mail noch wartet, lassen sich rückgängig machen.
}
bulk-undo = { $count ->
    [one] Auslieferung rückgängig machen
   *[other] Alle { $count } rückgängig machen
}
bulk-nothing-to-undo = Davon lässt sich nichts mehr rückgängig machen.
bulk-running-undo = { $count ->
    [one] 1 Auslieferung wird rückgängig gemacht
   *[other] { $count } Auslieferungen werden rückgängig gemacht
}
bulk-done-undo = { $done } von { $count } Auslieferungen rückgängig gemacht
bulk-outcome-done-undo = Rückgängig gemacht
bulk-reason-too-late = Ihre E-Mail ist schon hinausgegangen. Ersetzen oder widerrufen Sie den Schlüssel.
bulk-reason-in-use = Ihr Schlüssel wird schon benutzt.
