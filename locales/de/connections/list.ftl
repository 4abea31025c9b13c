# Verbindungen: Konten und Shops, mit denen Keydesk verbunden ist.
connections-title = Verbindungen
connections-caption = Verbindungen, solche mit Problemen zuerst
connections-add = Verbindung hinzufügen
connections-empty-title = Noch keine Verbindungen
connections-empty-text = Verbinden Sie einen Shop oder ein Konto, dann kommen dessen Verkäufe hier herein.
connections-connection = Verbindung
connections-state = Zustand
connections-last-contact = Letzter Kontakt
connections-waiting = Wartend
connections-to-check = Zu prüfen
connections-nothing = Nichts
connections-trouble-count = { $count } × { $name }
connections-never = Nie
connections-kind = Art
connections-kind-dodo = Konto: spiegelt Zuteilungen, liefert Schlüssel dorthin
connections-kind-wrong = Wählen Sie eine der Arten.
connections-name = Name
connections-name-hint = Erscheint in Listen, zum Beispiel „Shop Österreich“.
connections-name-wrong = Geben Sie eine Zeile mit 1 bis 60 Zeichen ein.
connections-continue = Weiter
connections-polled-every = Abfrage alle { $interval }
connections-polls-off = Abfrage angehalten

## Zustände
connections-is-working = Funktioniert
connections-is-new = Noch nicht abgefragt
connections-is-paused = Angehalten
connections-is-broken = API-Schlüssel abgelehnt
connections-is-silent = Keine Antwort seit { $time }
connections-is-out-of-step = { $count ->
        [one] 1 weicht ab
       *[other] { $count } weichen ab
    }
connections-broken-unauthorized = { $service } akzeptiert den API-Schlüssel nicht mehr. Bis Sie ihn ändern, wird nichts abgefragt und nichts geliefert. Schlüssel, die unterwegs sind, warten.
connections-broken-forbidden = Der API-Schlüssel darf keine Lizenzschlüssel liefern. Bis Sie ihn ändern, wird nichts abgefragt und nichts geliefert. Schlüssel, die unterwegs sind, warten.
connections-poll-failed = Die letzte Abfrage ist fehlgeschlagen: { $error }. Sie wird wiederholt.
connections-paused-text = Solange die Verbindung angehalten ist, wird nichts abgefragt und kein Schlüssel geliefert. Eingehende Webhooks werden gespeichert und beim Fortsetzen verarbeitet.
connections-banner = { $count ->
        [one] Eine Verbindung funktioniert nicht mehr.
       *[other] { $count } Verbindungen funktionieren nicht mehr.
    }
connections-banner-next = API-Schlüssel ändern

## Eine neue Verbindung
connections-mode = Modus
connections-mode-live = Live
connections-mode-test = Test
connections-mode-wrong = Wählen Sie Live oder Test.
connections-api-key = API-Schlüssel
connections-api-key-hint = Mit Schreibrecht. Er wird ausprobiert, bevor er gespeichert wird.
connections-more = Mehr
connections-new-secret-hint = Nur, wenn Sie den Webhook bei Dodo Payments selbst angelegt haben. Sonst legt Keydesk ihn an.
connections-api-url = API-Adresse
connections-api-url-hint = Nur, wenn es nicht die von Dodo Payments ist, etwa für eine Testumgebung.
connections-connect = Schlüssel ausprobieren und verbinden
connections-steps = Was zu tun ist
connections-step-entitlement = Stellen Sie bei Dodo Payments den Auslieferungsmodus (fulfillment mode) Ihrer Lizenzschlüssel-Berechtigungen auf „manual“.
connections-step-key = Legen Sie einen API-Schlüssel mit Schreibrecht an und geben Sie ihn hier ein. Mit einem Schlüssel nur zum Lesen erscheinen ausstehende Zuteilungen hier, aber es kann nichts geliefert werden.
connections-step-after = Keydesk findet dann die Berechtigungen, legt seinen Webhook an und holt, was aussteht.
connections-added = Verbunden. Ausstehende Zuteilungen erscheinen innerhalb einer Minute.
connections-added-read-only = Verbunden, aber dieser Schlüssel darf nur lesen: Zuteilungen erscheinen hier, Schlüssel können nicht geliefert werden.
connections-added-without-webhook = Verbunden und wird abgefragt. { $reason }

## Was nicht stimmt
connections-api-key-empty = Geben Sie den API-Schlüssel ein.
connections-api-key-wrong = Geben Sie den API-Schlüssel so ein, wie er angezeigt wurde: in einer Zeile und ohne Leerzeichen.
connections-api-key-unauthorized = Dodo Payments akzeptiert diesen Schlüssel nicht. Prüfen Sie, ob er zum gewählten Modus gehört.
connections-api-key-forbidden = Dieser Schlüssel darf keine Berechtigungen lesen.
connections-api-key-elsewhere = Dieser Schlüssel gehört zu einem anderen Konto ({ $account }). Legen Sie dafür eine zweite Verbindung an.
connections-api-key-connected = Dieses Konto ist bereits als „{ $name }“ verbunden. Ändern Sie den API-Schlüssel dort.
connections-api-key-unreachable = Dodo Payments hat nicht geantwortet: { $error }. Es wurde nichts gespeichert; versuchen Sie es erneut.
connections-secret-wrong = Geben Sie das Geheimnis so ein, wie es angezeigt wird; es beginnt mit whsec_.
connections-poll-wrong = Wählen Sie einen Abstand von 15 Sekunden bis 1 Stunde.
