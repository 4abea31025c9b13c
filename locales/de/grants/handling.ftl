# Überspringen, Pausieren und Zuweisen einer Zuteilung.

## Die Karte
handling-title = Bearbeitung
handling-assignee = Zuständig
handling-assign = Zuweisen
handling-skip = Überspringen
handling-skip-hint = Kommt nach 30 Minuten von selbst wieder.
handling-pause = Pausieren …
handling-pause-change = Pause ändern …
handling-reason = Grund
handling-reason-supplier = Warten auf den Lieferanten
handling-reason-customer = Warten auf den Kunden
handling-reason-other = Anderer Grund
handling-until = Bis
handling-until-hint = Ein Datum wie 31.12.2026, höchstens ein Jahr im Voraus. Die Pause endet mit diesem Tag, in { $zone }.
handling-note = Notiz
handling-note-hint = Höchstens 500 Zeichen. Der Kunde sieht sie nicht.
handling-pause-submit = Zuteilung pausieren

## Was vereinbart ist
handling-paused = Pausiert bis { $date }
handling-paused-because = Pausiert bis { $date }: { $reason }
handling-because-supplier = wartet auf den Lieferanten
handling-because-customer = wartet auf den Kunden
handling-because-other = anderer Grund
handling-paused-form = Das Ausliefern beendet die Pause.
handling-resume = Pause beenden
handling-skipped = Übersprungen bis { $time }
handling-skipped-text = Bis dahin wird sie mit „Nächste übernehmen“ niemandem gegeben.
handling-unskip = Nicht überspringen
handling-assigned = Zuständig: { $name }.

## Erledigt
handling-paused-done = Pausiert bis { $date }. Bis dahin zählt ihre Wartezeit nicht.
handling-resumed = Die Pause ist beendet. Die Zuteilung wartet wieder.
handling-unskipped = Die Zuteilung wird nicht mehr übersprungen.
handling-skip-undone = Das Überspringen wurde rückgängig gemacht.
handling-nothing-to-resume = Diese Zuteilung war weder pausiert noch übersprungen; es hat sich nichts geändert.
handling-skipped-next = Übersprungen bis { $time }. Das ist die nächste Zuteilung.
handling-skipped-none-left = Übersprungen bis { $time }. Es warten keine weiteren freien Zuteilungen.
handling-assigned-done = { $name } ist jetzt zuständig.
handling-unassigned-done = Für die Zuteilung ist jetzt niemand zuständig.

## Was nicht stimmt
handling-reason-missing = Wählen Sie, warum die Zuteilung pausiert wird.
handling-until-too-late = Geben Sie ein Datum ein, das höchstens ein Jahr in der Zukunft liegt.
handling-note-too-long = Die Notiz ist länger als 500 Zeichen. Kürzen Sie sie.
handling-note-control = Die Notiz enthält ein unzulässiges Zeichen. Geben Sie sie neu ein.
handling-assignee-wrong = Wählen Sie jemanden aus der Liste. Diese Person kann keine Zuteilungen ausliefern oder darf es nicht mehr.
handling-not-pending = Diese Zuteilung steht nicht mehr aus. Es wurde nichts geändert.
handling-held = Jemand anderes arbeitet an dieser Zuteilung. Es wurde nichts geändert.
handling-is-paused = Diese Zuteilung ist pausiert. Es wurde nichts geändert.
