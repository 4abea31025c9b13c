# Vorrat: die Liste, die Seite des Vorrats einer Berechtigung und die Seite einer Charge.
stock-title = Vorrat
stock-of = Vorrat von { $name }
stock-export = Als CSV exportieren
stock-export-masked = Als CSV exportieren, verborgen
stock-caption = Vorrat jeder Berechtigung, zuoberst die, deren Vorrat zuerst zu Ende geht
stock-by-entitlement = Nach Berechtigung, was zuerst zu Ende geht zuoberst
stock-entitlement = Berechtigung
stock-available = Verfügbar
stock-waiting = Wartend
stock-waiting-for = wartend auf { $name }
stock-per-day = Pro Tag
stock-runs-out-on = Reicht bis
stock-new-sales = Neue Verkäufe
stock-action = Aktion
stock-automatic = Automatisch
stock-wait-for-staff = Warten auf das Team
stock-hint = Pro Tag ist der Durchschnitt aus 28 Tagen. Wie lange der Vorrat reicht, berücksichtigt, was schon wartet und wie viel jeder Wochentag sonst verbraucht.
stock-empty-title = Keine Schlüssel auf Vorrat
stock-empty-text = Schlüssel werden jedes Mal eingegeben. Importieren Sie welche, um sie auf Vorrat zu haben.
stock-without = Ohne Vorrat
stock-without-text = Die Schlüssel dieser Berechtigungen werden jedes Mal eingegeben. Importieren Sie welche, um sie auf Vorrat zu haben:

## Zahlen
stock-of-entitlements = { $count ->
        [one] Schlüssel von 1 Berechtigung
       *[other] Schlüssel von { $count } Berechtigungen
    }
stock-first-to-run-out = Zuerst zu Ende
stock-can-be-served = Jetzt lieferbar
stock-of-waiting = von { $count } wartenden
stock-used-today = Heute verbraucht
stock-usual-day = { $count } an einem gewöhnlichen Tag
stock-more-reserved = { $count } weitere reserviert
stock-see-grants = Zuteilungen ansehen
stock-used-per-day = Verbrauch pro Tag
stock-used-in-28-days = { $count } in 28 Tagen
stock-per-day-label = Pro Tag, letzte 14 Tage: { $counts }
stock-empty = Leer
stock-lasts = Kein Ende absehbar
stock-in-days = { $count ->
        [0] heute
        [one] in 1 Tag
       *[other] in { $count } Tagen
    }
stock-level-empty = Leer, Warnung bei { $threshold }
stock-level-low = Knapp, Warnung bei { $threshold }
stock-level-fine = Warnung bei { $threshold }
stock-level-none = Keine Warnung
stock-threshold-count = { $count ->
        [one] 1 Schlüssel
       *[other] { $count } Schlüsseln
    }
stock-threshold-days = { $count ->
        [one] 1 Tag Vorlauf
       *[other] { $count } Tagen Vorlauf
    }
stock-threshold-both = { $count } oder { $days }
stock-summary = { $available ->
        [one] Noch 1 Schlüssel
       *[other] Noch { $available } Schlüssel
    }, { $waiting ->
        [0] keine Zuteilung wartet
        [one] 1 Zuteilung wartet
       *[other] { $waiting } Zuteilungen warten
    }

## Warnungen
stock-alert = Warnung
stock-alert-empty-one = { $name } ist leer.
stock-alert-empty-waiting = { $name } ist leer, und { $count ->
        [one] 1 Kunde wartet
       *[other] { $count } Kunden warten
    }.
stock-alert-low-one = { $name } wird knapp.
stock-alert-low-many = { $names } werden knapp.
stock-alert-next = Bestellen Sie Schlüssel, und importieren Sie sie dann.
stock-alert-hide = Bis zur nächsten Warnung ausblenden
stock-alert-hidden = Ausgeblendet. Wird ein Vorrat wieder knapp, erscheint die Warnung erneut.
stock-banner = { $count ->
        [one] Die Schlüssel von 1 Berechtigung gehen zu Ende.
       *[other] Die Schlüssel von { $count } Berechtigungen gehen zu Ende.
    }
stock-banner-next = Vorrat ansehen

## Wartende beliefern
stock-serve = { $count ->
        [one] 1 wartende beliefern
       *[other] { $count } wartende beliefern
    }
stock-serving-started = Die wartenden Zuteilungen werden beliefert, die älteste zuerst.
stock-serving-nothing = Es wurde nichts begonnen: Niemand wartet, oder die wartenden Zuteilungen werden schon beliefert.
stock-serving = Wartende Zuteilungen werden beliefert: { $done } fertig
stock-serving-of = Wartende Zuteilungen werden beliefert: { $done } von { $total } fertig
stock-job-hint = Sie können diese Seite verlassen. Die Arbeit geht weiter, auch nach einem Neustart.
stock-refresh = Aktualisieren

## Chargen
stock-batches = Chargen
stock-batches-caption = Chargen, neueste zuerst
stock-batch = Charge
stock-batch-title = Charge { $name }
stock-no-batches = Es sind noch keine Schlüssel eingegangen
stock-no-batches-text = Schlüssel, die zusammen importiert werden, bilden eine Charge.
stock-supplier = Lieferant
stock-reference = Referenz
stock-received = Eingegangen
stock-added-at = Hinzugefügt
stock-use-before = Verwenden vor
stock-note = Notiz
stock-left = Übrig
stock-left-of = { $left } von { $total }
stock-of-all = von { $count }
stock-defects = Mängel
stock-percent = { $number } %
stock-recall = Zurückrufen …
stock-recall-which = Charge { $name }
stock-recalled = Zurückgerufen
stock-recall-title = Diese Charge zurückrufen?
stock-recall-text = { $count ->
        [0] Was noch verfügbar ist, wird gesperrt. Es wurde noch kein Schlüssel daraus ausgegeben.
        [one] Was noch verfügbar ist, wird gesperrt. Der ausgegebene Schlüssel bleibt gültig; sein Kunde steht hier.
       *[other] Was noch verfügbar ist, wird gesperrt. Die { $count } ausgegebenen Schlüssel bleiben gültig; ihre Kunden stehen hier.
    }
stock-recall-submit = Charge zurückrufen
stock-reason-hint = Steht im Protokoll. Höchstens 500 Zeichen.
stock-recall-done = Zurückgerufen. Gesperrte Schlüssel: { $quarantined }; schon ausgegeben: { $issued }.
stock-who-got-one = Wer einen Schlüssel erhielt
stock-who-caption = Ausgegebene Schlüssel dieser Charge und ihre Kunden
stock-nobody-got-one = Noch niemand
stock-nobody-got-one-text = Ausgegebene Schlüssel dieser Charge stehen hier mit ihren Kunden.
stock-customer = Kunde
stock-grant = Zuteilung
stock-issued-at = Ausgegeben
stock-without-grant = Ohne Zuteilung

## Schlüssel
stock-keys = Schlüssel
stock-key = Schlüssel
stock-state = Zustand
stock-where = Verbleib
stock-states-label = Zustand der Schlüssel
stock-state-available = Verfügbar
stock-state-reserved = Reserviert
stock-state-issued = Ausgegeben
stock-state-quarantined = Gesperrt
stock-state-discarded = Verworfen
stock-state-past = Frist abgelaufen
stock-keys-caption = Schlüssel in der Reihenfolge, in der sie ausgegeben werden
stock-keys-order = In der Reihenfolge der Ausgabe
stock-no-keys = Keine solchen Schlüssel
stock-all-keys = { $count ->
        [one] Alle Schlüssel: 1
       *[other] Alle { $count } Schlüssel
    }
stock-previous = Zurück
stock-next = Weiter
stock-on-this-page = auf dieser Seite
stock-select-key = Den Schlüssel auswählen, der auf { $end } endet
stock-selected = ausgewählt
stock-in-stock = Im Vorrat
stock-kept-for-grant = Für eine Zuteilung reserviert
stock-issued-key = Ausgegebener Schlüssel
stock-until = bis { $time }
stock-quarantine = Sperren
stock-discard = Verwerfen
stock-restore = Zurück in den Vorrat
stock-select-none = Wählen Sie mindestens einen Schlüssel aus.
stock-quarantined-none = Es wurde kein Schlüssel gesperrt; das geht nur mit verfügbaren.
stock-quarantined-some = Gesperrte Schlüssel: { $count } von { $total }. Die anderen sind nicht mehr verfügbar.
stock-quarantined-one = 1 Schlüssel wurde gesperrt.
stock-quarantined-many = { $count } Schlüssel wurden gesperrt.
stock-discarded-none = Es wurde kein Schlüssel verworfen; das geht nur mit verfügbaren und gesperrten.
stock-discarded-some = Verworfene Schlüssel: { $count } von { $total }. Die anderen wurden inzwischen ausgegeben oder verworfen.
stock-discarded-one = 1 Schlüssel wurde verworfen. Sein Wert lässt sich nicht noch einmal importieren.
stock-discarded-many = { $count } Schlüssel wurden verworfen. Ihre Werte lassen sich nicht noch einmal importieren.
stock-restored-none = Es kam kein Schlüssel zurück in den Vorrat; das geht nur mit gesperrten.
stock-restored-some = Wieder im Vorrat: { $count } von { $total }. Die anderen sind nicht mehr gesperrt.
stock-restored-one = 1 Schlüssel ist wieder im Vorrat.
stock-restored-many = { $count } Schlüssel sind wieder im Vorrat.
stock-audit = Protokoll

## Einstellungen
stock-settings = Automatische Lieferung und Warnung
stock-settings-heading = Vorrat
stock-settings-hint = Sie gelten, wo Schlüssel von Hand ausgeliefert und auf Vorrat gehalten werden.
stock-delivery = Neue Verkäufe
stock-delivery-staff = Auf das Team warten
stock-delivery-staff-hint = Eine Zuteilung wartet in der Liste; ein Tastendruck sendet den nächsten Schlüssel.
stock-delivery-auto = Automatisch ausliefern
stock-delivery-auto-hint = Sofort, solange der Vorrat reicht. Danach warten sie.
stock-refill = Nach dem Auffüllen
stock-refill-press = Warten, bis jemand „Wartende beliefern“ drückt
stock-refill-auto = Die wartenden Zuteilungen beliefern, die älteste zuerst
stock-alert-legend = Warnung
stock-alert-hint = Eines von beiden oder beides. Sie werden je Auffüllung einmal gewarnt.
stock-alert-count = Weniger Schlüssel als
stock-alert-count-hint = Leer lassen für keine Warnung.
stock-alert-days = Weniger Tage Vorrat als
stock-alert-days-hint = Leer lassen für keine Warnung.
stock-save-settings = Einstellungen speichern
stock-settings-saved = Gespeichert. Das gilt ab dem nächsten Verkauf; Zuteilungen, die schon warten, warten weiter.
stock-delivery-wrong = Wählen Sie, ob neue Verkäufe warten oder automatisch ausgeliefert werden.
stock-refill-wrong = Wählen Sie, was nach dem Auffüllen geschieht.
stock-alert-count-wrong = Geben Sie eine ganze Zahl von 1 bis 1.000.000 ein, oder lassen Sie das Feld leer.
stock-alert-days-wrong = Geben Sie eine ganze Zahl von Tagen von 1 bis 365 ein, oder lassen Sie das Feld leer.

## Warum eine Berechtigung keinen Vorrat hat
stock-refused-not-a-license-key = Nur Lizenzschlüssel und Links werden auf Vorrat gehalten. Diese Berechtigung liefert keins von beidem.
stock-refused-not-manual = Die Schlüssel dieser Berechtigung werden erzeugt und deshalb nicht auf Vorrat gehalten. Um Schlüssel zu importieren, stellen Sie ihre Auslieferung auf „Von Hand“.
stock-refused-shared = Den Schlüssel dieser Berechtigung teilen sich mehrere Kunden, deshalb wird keiner auf Vorrat gehalten. Um Schlüssel zu importieren, schalten Sie das in ihren Einstellungen aus.
stock-refused-inactive = Diese Berechtigung ist nicht mehr aktiv; ihrem Vorrat werden keine Schlüssel hinzugefügt.

## Links
stock-keys-link = Links
stock-no-batches-link = Es sind noch keine Links eingegangen
stock-no-batches-text-link = Links, die zusammen importiert werden, bilden eine Charge.
