# Das Formular zum Ausliefern, seine Vorschau und seine Ablehnungen; übernehmen und freigeben.

## Kopf
fulfillment-title = { $product } an { $name } ausliefern
fulfillment-title-delivered = Geliefert.
fulfillment-back = Ausstehende Zuteilungen
fulfillment-waiting = wartet { $duration }
fulfillment-for = für { $name }
fulfillment-to = an { $name }
fulfillment-copy-id = Zuteilungs-ID kopieren
fulfillment-neighbors = Benachbarte Zuteilungen
fulfillment-previous = Vorherige
fulfillment-next = Nächste

## Wer sie übernommen hat
fulfillment-hold-mine = Von Ihnen übernommen bis { $time }. Andere sehen, dass Sie daran arbeiten.
fulfillment-hold-free = Niemand hat diese Zuteilung übernommen. Übernehmen Sie sie, damit sonst niemand damit anfängt.
fulfillment-hold-other = Von { $name } bis { $until } übernommen, in Arbeit seit { $since }.
fulfillment-hold-extend = Um 15 min verlängern
fulfillment-hold-take = Übernehmen
fulfillment-hold-take-over = Trotzdem übernehmen
fulfillment-hold-release = Freigeben
fulfillment-taken-title = Noch kein Schlüssel
fulfillment-taken-text = Wenn Sie übernehmen, gehört die Zuteilung Ihnen. Was { $name } schon eingegeben hat, bleibt im dortigen Browser; wer zuerst einen Schlüssel sendet, liefert aus.
fulfillment-take-next = Nächste freie Zuteilung übernehmen
fulfillment-taken = Von Ihnen übernommen bis { $time }.
fulfillment-released = Freigegeben. Andere können sie jetzt übernehmen.
fulfillment-not-held = Sie hatten diese Zuteilung nicht übernommen; es wurde nichts freigegeben.
fulfillment-nothing-left = Es warten keine freien Zuteilungen. Laden Sie die Seite neu, um neue zu sehen.

## Das Formular
fulfillment-key-heading = Lizenzschlüssel
fulfillment-key = Schlüssel
fulfillment-source = Woher der Schlüssel kommt
fulfillment-source-stock = Nächster Schlüssel aus dem Vorrat
fulfillment-source-typed = Schlüssel eingeben oder einfügen
fulfillment-source-typed-hint = Wird beim Senden geprüft
fulfillment-stock-left = noch { $count }
fulfillment-stock-empty = Leer
fulfillment-stock-from = Aus der Charge
fulfillment-stock-use-before = verwenden vor dem { $date }
fulfillment-stock-reserved = Er ist für diese Zuteilung reserviert, solange sie übernommen ist; niemand hat ihn gesehen.
fulfillment-stock-unseen = Niemand hat ihn gesehen.
fulfillment-key-hint = Fügen Sie ihn unverändert ein. Leerraum und unsichtbare Zeichen am Anfang und Ende werden entfernt; mehrere Zeilen sind möglich.
fulfillment-limit = Aktivierungen
fulfillment-limit-hint = Leer lassen für { $limit }, aus der Berechtigung.
fulfillment-limit-hint-none = Leer lassen für unbegrenzt, aus der Berechtigung.
fulfillment-expires = Gültig bis
fulfillment-expires-hint = Leer lassen für { $date }, in { $days ->
        [one] 1 Tag
       *[other] { $days } Tagen
    }.
fulfillment-expires-hint-never = Leer lassen für unbefristet.
fulfillment-note = Nachricht an den Kunden
fulfillment-note-hint-en = Steht unverändert in der E-Mail. Schreiben Sie auf Englisch.
fulfillment-note-hint-de = Steht unverändert in der E-Mail. Schreiben Sie auf Deutsch.
fulfillment-send = Ausliefern und E-Mail senden
fulfillment-send-next = Ausliefern & weiter
fulfillment-unwritable = Es wurde nichts gespeichert oder versendet: Keydesk kann nicht in seine Datenbank schreiben. Sagen Sie es der Person, die Keydesk betreibt. Ihre Eingaben sind noch da: Senden Sie sie erneut, sobald das behoben ist.
fulfillment-busy = Die Datenbank war beschäftigt, und es wurde nichts gespeichert. Ihre Eingaben sind noch da: Senden Sie sie in einigen Sekunden erneut.

fulfillment-key-pattern-hint = Muster: { $pattern }
fulfillment-key-is-shared-hint = Mehrere Kunden können denselben Schlüssel erhalten.

## Links
fulfillment-link-heading = Link zu { $platform }
fulfillment-link = Link
fulfillment-link-hint = Fügen Sie den ganzen Link ein, zum Beispiel { $example }. Er muss zu { $platform } führen.
fulfillment-link-is-shared-hint = Mehrere Kunden können denselben Link erhalten.
fulfillment-source-stock-link = Nächster Link aus dem Vorrat
fulfillment-source-typed-link = Link eingeben oder einfügen
fulfillment-out-of-stock-link = Der Vorrat ist gerade zu Ende gegangen. Es wurde nichts gesendet, und diese Zuteilung steht weiter aus. Fügen Sie einen Link ein, oder importieren Sie welche und senden Sie erneut.
fulfillment-key-used-link = Dieser Link wurde bereits ausgegeben. Verwenden Sie einen anderen.
fulfillment-key-in-stock-link = Dieser Link liegt im Vorrat. Geben Sie ihn von dort aus, oder geben Sie einen anderen Link ein.
fulfillment-link-used-on = Dieser Link wurde am { $date } ausgegeben, mit der Zuteilung
fulfillment-link-used-without-grant = Dieser Link wurde am { $date } ohne Zuteilung ausgegeben.
fulfillment-preview-key-link = (der Link)
fulfillment-preview-stock-key-link = (der nächste Link aus dem Vorrat)
fulfillment-conflict-text-link = Ihr Link wurde nicht gespeichert, und an den Kunden wurde nichts gesendet. Die Zuteilung behält, was sie hat.
fulfillment-conflict-text-revoked-link = Ihr Link wurde nicht gespeichert, und an den Kunden wurde nichts gesendet. Eine widerrufene Zuteilung kann nicht ausgeliefert werden.
fulfillment-conflict-unused-link = Dieser Link wurde an niemanden ausgegeben. Sie können ihn für eine andere Zuteilung verwenden.
fulfillment-conflict-used-here-link = Mit diesem Link wurde die Zuteilung ausgeliefert.
fulfillment-conflict-used-link = Dieser Link wurde am { $date } mit einer anderen Zuteilung ausgegeben. Verwenden Sie ihn nicht noch einmal.
fulfillment-conflict-copy-link = Link kopieren
fulfillment-conflict-no-key-link = (kein Link)

## Was falsch aussieht
fulfillment-check-prefix = Prüfen:
fulfillment-check-title = Es wurde nichts gesendet. Prüfen Sie den Schlüssel noch einmal
fulfillment-corrected = Der berichtigte Schlüssel wäre
fulfillment-take-corrected = Diesen verwenden
fulfillment-confirm = So senden
fulfillment-confirm-hint = Die Warnungen werden im Protokoll festgehalten.
fulfillment-similar-with-grant = Jener Schlüssel wurde am { $date } ausgegeben, mit der Zuteilung
fulfillment-similar-without-grant = Jener Schlüssel wurde am { $date } ohne Zuteilung ausgegeben:

## Was nicht stimmt
fulfillment-out-of-stock = Der Vorrat ist gerade zu Ende gegangen. Es wurde nichts gesendet, und diese Zuteilung steht weiter aus. Geben Sie einen Schlüssel ein, oder importieren Sie welche und senden Sie erneut.
fulfillment-key-used = Dieser Schlüssel wurde bereits ausgegeben. Verwenden Sie einen anderen.
fulfillment-key-in-stock = Dieser Schlüssel liegt im Vorrat. Geben Sie ihn von dort aus, oder geben Sie einen anderen Schlüssel ein.
fulfillment-key-used-on = Dieser Schlüssel wurde am { $date } ausgegeben, mit der Zuteilung
fulfillment-key-used-without-grant = Dieser Schlüssel wurde am { $date } ohne Zuteilung ausgegeben.
fulfillment-key-use-another = Verwenden Sie einen anderen.
fulfillment-limit-wrong = Geben Sie eine ganze Zahl von 1 bis 2.147.483.647 ein, oder lassen Sie das Feld leer.
fulfillment-note-too-long = Die Nachricht ist länger als 1.000 Zeichen. Kürzen Sie sie.
fulfillment-note-control = Die Nachricht enthält ein ungültiges Zeichen. Geben Sie sie neu ein.
fulfillment-form-changed = Dieses Formular wurde schon mit anderem Inhalt gesendet. Prüfen Sie die Felder, und senden Sie es erneut.
fulfillment-form-broken = Das Formular wurde bei der Übertragung beschädigt. Prüfen Sie die Felder, und senden Sie es erneut.
fulfillment-nothing-sent = Es wurde nichts gespeichert und nichts gesendet.

## Die Vorschau
fulfillment-preview = E-Mail an den Kunden
fulfillment-preview-update = Vorschau aktualisieren
fulfillment-preview-to = An
fulfillment-preview-from = Von
fulfillment-preview-subject = Betreff
fulfillment-preview-key = (der Schlüssel)
fulfillment-preview-stock-key = (der nächste Schlüssel aus dem Vorrat)
fulfillment-preview-no-note = (keine Nachricht)
fulfillment-preview-language-en = Wird auf Englisch gesendet, in der Sprache des Kunden.
fulfillment-preview-language-de = Wird auf Deutsch gesendet, in der Sprache des Kunden.
fulfillment-preview-language-other = Wird auf Englisch gesendet, weil es die E-Mail nicht in der Sprache des Kunden ({ $locale }) gibt.

## Neben dem Formular
fulfillment-customer = Kunde
fulfillment-customer-language = Sprache
fulfillment-language-en = Englisch
fulfillment-language-de = Deutsch
fulfillment-customer-earlier = Andere Zuteilungen
fulfillment-customer-grants = { $count ->
        [one] 1 Zuteilung
       *[other] { $count } Zuteilungen
    }
fulfillment-customer-revoked = { $count } widerrufen
fulfillment-customer-id = Kunden-ID
fulfillment-purchase = Kauf
fulfillment-product = Produkt
fulfillment-entitlement = Berechtigung
fulfillment-created = Angelegt
fulfillment-payment = Zahlung
fulfillment-subscription = Abonnement
fulfillment-external = Externe ID
fulfillment-metadata = Metadaten
fulfillment-timeline = Verlauf
fulfillment-audit-log = Protokoll

## Jemand war schneller
fulfillment-conflict-title = Schon geliefert
fulfillment-conflict-delivered = { $name } hat diese Zuteilung um { $time } ausgeliefert
fulfillment-conflict-delivered-by-you = Sie haben diese Zuteilung um { $time } ausgeliefert
fulfillment-conflict-revoked-title = Widerrufen
fulfillment-conflict-revoked = Diese Zuteilung wurde um { $time } widerrufen
fulfillment-conflict-changed = Diese Zuteilung ist nicht mehr ausstehend
fulfillment-conflict-text = Ihr Schlüssel wurde nicht gespeichert, und an den Kunden wurde nichts gesendet. Die Zuteilung behält ihren jetzigen Schlüssel.
fulfillment-conflict-text-revoked = Ihr Schlüssel wurde nicht gespeichert, und an den Kunden wurde nichts gesendet. Eine widerrufene Zuteilung kann nicht ausgeliefert werden.
fulfillment-conflict-text-hold = Sie lässt sich nicht mehr übernehmen. Übernehmen Sie eine andere.
fulfillment-conflict-take-next = Nächste übernehmen
fulfillment-conflict-see = Zuteilung ansehen
fulfillment-conflict-entered = Ihre Eingaben
fulfillment-conflict-unused = Dieser Schlüssel wurde an niemanden ausgegeben. Sie können ihn für eine andere Zuteilung verwenden.
fulfillment-conflict-used-here = Mit diesem Schlüssel wurde die Zuteilung ausgeliefert.
fulfillment-conflict-used = Dieser Schlüssel wurde am { $date } mit einer anderen Zuteilung ausgegeben. Verwenden Sie ihn nicht noch einmal.
fulfillment-conflict-copy = Schlüssel kopieren
fulfillment-conflict-from-entitlement = { $value }, aus der Berechtigung
fulfillment-conflict-no-key = (kein Schlüssel)
fulfillment-takes-key = Für diese Zuteilung wird ein Lizenzschlüssel gebraucht.
fulfillment-takes-link = Für diese Zuteilung wird ein Link zu ihrer Plattform gebraucht.
fulfillment-takes-files = Diese Zuteilung braucht weder Schlüssel noch Link: Der Kunde bekommt Dateien.
fulfillment-takes-nothing = Für diese Zuteilung muss niemand etwas tun: Ihre Funktion wird von selbst eingeschaltet.
fulfillment-not-manual = Die Schlüssel dieser Berechtigung werden erzeugt und können nicht von Hand eingegeben werden.

## Erledigt
fulfillment-supplied = Der Schlüssel ist unterwegs zu dem Konto, aus dem diese Zuteilung kommt. { $end }
fulfillment-supplied-next = Der Schlüssel ist unterwegs zu dem Konto, aus dem diese Zuteilung kommt. { $end } Dies ist die nächste Zuteilung.
fulfillment-supplied-none-left = Der Schlüssel ist unterwegs zu dem Konto, aus dem diese Zuteilung kommt. { $end } Es warten keine weiteren freien Zuteilungen.
fulfillment-delivered = Geliefert. Die E-Mail an { $email } ist unterwegs. { $end }
fulfillment-delivered-kept = Geliefert, aber die E-Mail an { $email } wurde nicht gesendet: Es ist kein Mailserver eingerichtet. Sie wird auf dem Server aufbewahrt. { $end }
fulfillment-delivered-next-kept = Geliefert, aber die E-Mail an { $email } wurde nicht gesendet: Es ist kein Mailserver eingerichtet. { $end } Dies ist die nächste Zuteilung.
fulfillment-delivered-none-left-kept = Geliefert, aber die E-Mail an { $email } wurde nicht gesendet: Es ist kein Mailserver eingerichtet. { $end } Es warten keine weiteren freien Zuteilungen.
fulfillment-delivered-next = Geliefert. Die E-Mail an { $email } ist unterwegs. { $end } Dies ist die nächste Zuteilung.
fulfillment-delivered-none-left = Geliefert. Die E-Mail an { $email } ist unterwegs. { $end } Es warten keine weiteren freien Zuteilungen.

fulfillment-files-title = Dateien liefern: { $product }
fulfillment-files-heading = Dateien
fulfillment-no-files = Die Berechtigung hat noch keine Dateien; es gibt also nichts zu senden.
fulfillment-add-files = Dateien hinzufügen
