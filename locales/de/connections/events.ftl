# Die letzten Aufrufe einer Verbindung und eingegangene Webhooks.
connections-log = Letzte Aufrufe
connections-log-caption = Letzte Aufrufe und Webhooks, neueste zuerst
connections-log-empty = Es ist noch nichts geschehen.
connections-log-kept = Wird 7 Tage lang aufbewahrt.
connections-what = Was
connections-time = Zeit
connections-result = Ergebnis
connections-event-poll = Abfrage
connections-event-poll-of = Abfrage: { $detail }
connections-event-hook = Webhook { $detail }
connections-event-supply = Schlüssel übergeben
connections-event-read-again = Nachgelesen
connections-event-check = API-Schlüssel ausprobiert
connections-event-webhook = Webhook angelegt
connections-event-calls = { $count ->
        [one] 1 Aufruf
       *[other] { $count } Aufrufe
    }
connections-event-ok = Erledigt
connections-event-failed = Fehlgeschlagen
connections-hook-applied = Übernommen
connections-hook-polled = Vermerkt, sofort abgefragt
connections-hook-known = Bereits bekannt
connections-hook-skipped = Nicht benötigt
connections-hook-unreadable = Nicht lesbar
connections-event-entitlements = { $count ->
        [one] 1 Berechtigung
       *[other] { $count } Berechtigungen
    }
connections-event-new = { $count ->
        [one] 1 neue Zuteilung
       *[other] { $count } neue Zuteilungen
    }
connections-event-changed = { $count } geändert
connections-event-sweep = Alles erneut angesehen
connections-hook-erased = Mit dem Kunden geleert
connections-hook-failed = Aufgegeben
