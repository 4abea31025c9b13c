# Den Schlüssel oder Link einer ausgelieferten Zuteilung ersetzen.

replace-open = Schlüssel ersetzen …
replace-open-link = Link ersetzen …
replace-title = Schlüssel ersetzen
replace-title-link = Link ersetzen
replace-why = Grund
replace-reason-wrong = Falscher Schlüssel
replace-reason-defective = Defekt
replace-reason-exposed = Bekannt geworden
replace-reason-other = Anderer Grund
replace-reason-hint-wrong = Für jemand anderen bestimmt
replace-reason-hint-defective = Lässt sich nicht aktivieren
replace-reason-hint-exposed = Andere haben ihn gesehen
replace-reason-hint-other = Bitte unten angeben
replace-reason-missing = Geben Sie an, warum der Schlüssel ersetzt wird.
replace-details = Einzelheiten
replace-details-hint = Für das Team und den Lieferanten, nicht für den Kunden.
replace-details-missing = Geben Sie den Grund in wenigen Worten an.
replace-details-too-long = Höchstens 500 Zeichen.
replace-details-wrong = Bitte eine Zeile ohne Steuerzeichen.
replace-new-key = Neuer Schlüssel
replace-new-key-link = Neuer Link
replace-key = Schlüssel
replace-key-link = Link
replace-instances = { $count ->
        [one] Seine Aktivierung
       *[other] Seine { $count } Aktivierungen
    }
replace-instances-end = Beenden
replace-instances-end-hint = Der Kunde aktiviert mit dem neuen Schlüssel noch einmal.
replace-instances-move = Auf den neuen Schlüssel übertragen
replace-instances-move-hint = Für Programme, die bei Keydesk prüfen. Der Kunde muss nichts tun.
replace-submit = Ersetzen und E-Mail senden
replace-at-once-hint = Der bisherige Schlüssel wird sofort gesperrt.
replace-at-once-hint-link = Die Zuteilung hat sofort den neuen Link.
replace-waits-hint = Die E-Mail wartet { $duration }; so lange lässt sich alles rückgängig machen.
replace-nothing-changed = Es wurde nichts ersetzt oder gesendet.
replace-old-key = Bisheriger Schlüssel
replace-old-key-link = Bisheriger Link
replace-defects = Defekte
replace-defects-of = { $count } von { $total } ausgegebenen dieser Charge
replace-then = Was geschieht
replace-then-disabled = Der bisherige Schlüssel wird gesperrt. Ist er defekt, zählt ihn seine Charge.
replace-then-disabled-link = Der bisherige Link wird nicht mehr angezeigt oder gesendet. Ziehen Sie ihn auf der Plattform zurück, wenn er dort noch gilt.
replace-then-limits = Der neue übernimmt Anzahl und Ablauf vom bisherigen. { $end }
replace-then-sent = Der Kunde bekommt den neuen Schlüssel. Die Zuteilung zeigt beide.
replace-then-sent-link = Der Kunde bekommt den neuen Link. Die Zuteilung zeigt beide.
replace-out-of-stock = Der Vorrat ist gerade zu Ende gegangen. Es wurde nichts ersetzt oder gesendet. Geben Sie einen Schlüssel ein, oder importieren Sie welche und senden Sie erneut.
replace-out-of-stock-link = Der Vorrat ist gerade zu Ende gegangen. Es wurde nichts ersetzt oder gesendet. Fügen Sie einen Link ein, oder importieren Sie welche und senden Sie erneut.
replace-nothing = Es gibt nichts zu ersetzen: Die Zuteilung hat keinen Schlüssel oder Link, der sich hier ersetzen lässt.
replace-mirrored = Den Schlüssel dieser Zuteilung hat das Konto, aus dem sie kommt. Ersetzen Sie ihn dort.
replace-meanwhile = Jemand hat diesen Schlüssel inzwischen ersetzt. Es wurde nichts weiter ersetzt oder gesendet.
replace-still-waiting = Die E-Mail mit diesem Schlüssel ist noch nicht hinausgegangen. Machen Sie die Auslieferung rückgängig, oder senden Sie sie zuerst.
replace-expired = Der Schlüssel ist abgelaufen, und der neue wäre es auch. Verlängern Sie ihn zuerst.
replace-done = Ersetzt. Die E-Mail mit dem neuen Schlüssel an { $email } ist unterwegs.
replace-done-kept = Ersetzt, aber die E-Mail an { $email } wurde nicht gesendet: Es ist kein Mailserver eingerichtet. Sie wird auf dem Server aufbewahrt.
replace-waits = Ersetzt. Die E-Mail an { $email } geht um { $time } Uhr hinaus. Bis dahin können Sie alles rückgängig machen.
replace-before = Zuvor
replace-before-of = { $reason }, { $name }, { $time }
replace-batch-defects = Als defekt ersetzt
replace-supplier-defects = { $count } bei diesem Lieferanten insgesamt
key-replaced-grant = Zur Zuteilung, auf der er ersetzt wurde
key-replaced = Ersetzt

## Alle Schlüssel einer zurückgerufenen Charge
replace-recalled-title = Ausgegebene Schlüssel ersetzen
replace-recalled-text = Jeder Kunde mit einem Schlüssel dieser Charge bekommt einen anderen aus dem Vorrat. Die bisherigen Schlüssel werden gesperrt, ihre Aktivierungen enden.
replace-recalled-submit = Alle ersetzen
replace-recalled-started = Die Schlüssel werden ersetzt. Diese Seite zeigt, wie weit es ist.
replace-recalled-nothing = Es wurde nichts begonnen: Die Schlüssel werden schon ersetzt, oder die Charge ist nicht zurückgerufen.
replace-recalled-done = { $count } von { $total } ausgegebenen Schlüsseln wurden ersetzt.
