# Die Liste der Zuteilungen, die Seite einer Zuteilung, eine Zuteilung von Hand.

## Die Liste
grants-title = Zuteilungen
grants-title-pending = Ausstehende Zuteilungen
grants-title-delivered = Gelieferte Zuteilungen
grants-title-failed = Fehlgeschlagene Zuteilungen
grants-title-revoked = Widerrufene Zuteilungen
grants-title-mine = Ihnen zugewiesene Zuteilungen
grants-title-decision = Zuteilungen, die eine Entscheidung brauchen
grants-needs-decision = Zu entscheiden
grants-mine = Meine
grants-channel = Kanal
grants-channel-own = Von Hand, API oder Datei
grants-assignee = Zuständig
grants-anyone = Alle
grants-assigned-to-me = Ich
grants-is-assigned = zuständig
grants-new = Neue Zuteilung
grants-caption = Zuteilungen, die neueste zuerst
grants-caption-product = Zuteilungen nach Produkt
grants-caption-pending = Ausstehende Zuteilungen, die am längsten wartende zuerst
grants-caption-oldest = Zuteilungen, die älteste zuerst
grants-caption-pending-newest = Ausstehende Zuteilungen, die neueste zuerst
grants-search-cut = Zu viele Treffer; nur Zuteilungen der neuesten Kunden werden angezeigt. Grenzen Sie die Suche ein, um die anderen zu finden.
grants-not-understood = Ein Teil dieser Adresse war nicht lesbar und wurde ignoriert.
grants-entitlement = Berechtigung
grants-integration = Integration
grants-waiting = Wartet
grants-past-target = über dem Ziel
grants-time = Zeit
grants-created-at = Angelegt
grants-delivered-at = Geliefert
grants-failed-at = Fehlgeschlagen
grants-revoked-at = Widerrufen
grants-by = Von
grants-why = Warum
grants-why-email-rejected = Adresse abgelehnt
grants-why-email-undeliverable = In 3 Tagen nicht zugestellt
grants-why-otherwise = Nicht geliefert
grants-correct-short = Korrigieren
grants-filters = Filter
grants-filters-in-force = Aktive Filter
grants-filters-clear = Filter aufheben
grants-filter-drop = (diesen Filter entfernen)
grants-delivered-by = Geliefert von
grants-revoked-by = Widerrufen von
grants-days = Zeitraum
grants-days-from = ab { $from }
grants-days-to = bis { $to }
grants-days-between = { $from } bis { $to }
grants-today = heute
grants-sent-today = Was ich heute geliefert habe
grants-customer = Kunde
grants-grant = Zuteilung
grants-payment = Zahlung
grants-email = E-Mail
grants-holder = Übernommen von
grants-action = Aktion
grants-fulfill = Ausliefern
grants-view = Ansehen
grants-summary = { $count ->
        [one] 1 Zuteilung auf dieser Seite, die neueste zuerst
       *[other] { $count } Zuteilungen auf dieser Seite, die neueste zuerst
    }
grants-summary-pending = { $count ->
        [one] 1 Zuteilung auf dieser Seite, am längsten wartend zuerst
       *[other] { $count } Zuteilungen auf dieser Seite, am längsten wartend zuerst
    }
grants-summary-oldest = { $count ->
        [one] 1 Zuteilung auf dieser Seite, die älteste zuerst
       *[other] { $count } Zuteilungen auf dieser Seite, die älteste zuerst
    }
grants-summary-product = { $count ->
        [one] 1 Zuteilung auf dieser Seite, nach Produkt
       *[other] { $count } Zuteilungen auf dieser Seite, nach Produkt
    }
grants-empty-pending-title = Nichts steht aus
grants-empty-pending-text = Jede Zuteilung hat ihren Schlüssel.
grants-empty-pending-failed = { $count } fehlgeschlagene ansehen
grants-empty-mine-title = Ihnen ist nichts zugewiesen
grants-empty-mine-text = Hier stehen Zuteilungen, die Sie oder andere Ihnen zuweisen, solange sie warten.
grants-empty-search-title = Nichts gefunden
grants-empty-search-text = Keine Zuteilung passt zu dieser Suche und diesen Filtern. Versuchen Sie es mit einem Teil der E-Mail-Adresse oder ohne Filter.
grants-in-other-tabs = Gefunden in anderen Reitern:
grants-outside-filters = Gefunden ohne die Filter:
grants-show-pending = { $count } ausstehende anzeigen
grants-show-delivered = { $count } gelieferte anzeigen
grants-show-failed = { $count } fehlgeschlagene anzeigen
grants-show-revoked = { $count } widerrufene anzeigen
grants-clear-search = Suche leeren
grants-empty-end-title = Hier endet die Liste
grants-empty-end-back = Zurück zum Anfang
grants-decision = Was zu entscheiden ist
grants-empty-decision-title = Nichts zu entscheiden
grants-empty-decision-text = Was einem früher gemeldeten Verkauf widerspricht, steht hier, bis jemand entscheidet.
grants-empty-title = Noch keine Zuteilungen
grants-empty-text = Verkäufe werden von Hand eingegeben, aus einer Datei importiert oder vom Programm eines Shops gemeldet.

## Kopf einer Zuteilung
grants-since-delivered = an { $name }, { $time }
grants-since-failed = für { $name }, fehlgeschlagen { $time }
grants-since-revoked = für { $name }, widerrufen { $time }
grants-actions = Aktionen
grants-show-in-audit = Im Protokoll zeigen
grants-take-next-of = Nächste von { $count } übernehmen
grants-nothing-changed = Nichts wurde geändert, und nichts wurde gesendet.
grants-failed-title = Der Kunde hat den Schlüssel nicht erhalten.
grants-failed-email-rejected = Der Mailserver hat die Adresse dauerhaft abgelehnt. Korrigieren Sie sie und senden Sie den Schlüssel erneut.
grants-failed-email-undeliverable = Die E-Mail konnte 3 Tage lang nicht zugestellt werden. Prüfen Sie die Adresse und senden Sie den Schlüssel erneut.
grants-failed-otherwise = Die Auslieferung ist fehlgeschlagen.
grants-revoked-title = Diese Zuteilung ist widerrufen.
grants-revoked-reason = Grund: { $reason }
grants-revoked-refund = Die Zahlung wurde erstattet.
grants-revoked-quantity-reduced = Der Verkauf umfasst weniger als vorher.

## Was zu entscheiden ist
task-title = Zu entscheiden:
task-address-differs = Der Verkauf wurde noch einmal mit einer anderen Adresse gemeldet, { $email }. Der Schlüssel ging an die bisherige, oder eine alte Meldung kam noch einmal.
task-address-differs-erased = Der Verkauf wurde noch einmal mit einer anderen Adresse gemeldet, aber die Daten dieser Person wurden gelöscht.
task-address-admins = Fragen Sie eine Administratorin oder einen Administrator: Nur sie dürfen Schlüssel an eine andere Adresse schicken.
task-too-many-delivered = { $count ->
        [one] Der Verkauf umfasst jetzt 1 Stück, geliefert sind aber mehr Schlüssel. Widerrufen Sie die überzähligen oder lassen Sie sie bestehen.
       *[other] Der Verkauf umfasst jetzt { $count } Stück, geliefert sind aber mehr Schlüssel. Widerrufen Sie die überzähligen oder lassen Sie sie bestehen.
    }
task-two-sales = Eine Meldung nennt Kennungen von zwei Verkäufen. Sie wurde diesem Verkauf zugerechnet; der andere ist
task-invitation-lost = Die Einladung bei GitHub gelang nicht oder wurde nicht angenommen. Warum, steht unter „Zugang bei GitHub“.
task-partial-refund = Ein Teil der Zahlung { $payment } wurde erstattet. Der Schlüssel gilt weiter.
task-partial-refund-unnamed = Ein Teil des Verkaufs wurde erstattet. Der Schlüssel gilt weiter.
task-renewal-refund = Die Zahlung { $payment }, eine Verlängerung, wurde erstattet. Der Schlüssel gilt weiter.
task-renewal-refund-unnamed = Eine Verlängerung wurde erstattet. Der Schlüssel gilt weiter.
task-revoked-renewed = Das Abonnement wurde mit der Zahlung { $payment } verlängert, aber diese Zuteilung ist widerrufen.
task-full-refund = Die Zahlung { $payment } wurde erstattet. Der Schlüssel gilt weiter.
task-full-refund-unnamed = Der Verkauf wurde erstattet. Der Schlüssel gilt weiter.
task-dispute = Die Zahlung { $payment } wird angefochten. Der Schlüssel gilt weiter.
task-dispute-unnamed = Die Zahlung wird angefochten. Der Schlüssel gilt weiter.
task-order-deleted = Der Shop hat die Bestellung { $payment } gelöscht. Der Schlüssel gilt weiter.
task-order-deleted-unnamed = Der Shop hat die Bestellung gelöscht. Der Schlüssel gilt weiter.
task-revoke-admins = Nur Administratoren dürfen widerrufen. Fragen Sie eine Administratorin oder einen Administrator.
task-do-revoke = Schlüssel widerrufen
task-done-revoke = Widerrufen, was der Verkauf noch hatte.
task-do-use-new-address = Neue Adresse verwenden
task-do-keep-old-address = Bisherige Adresse behalten
task-do-settled = Als erledigt markieren
task-choose = Wählen Sie eine der Antworten. Es wurde nichts geändert.
task-already = Das wurde schon entschieden, und es wurde nichts geändert. Der Verlauf zeigt, von wem.
task-done-use-new-address = Ab jetzt gilt die neue Adresse. Gelieferte Schlüssel werden dorthin geschickt.
task-done-keep-old-address = Die bisherige Adresse bleibt.
task-done-settled = Als erledigt markiert.

## Der Schlüssel
grants-key-hidden = Verborgener Schlüssel
grants-key-hidden-ends = Verborgener Schlüssel, endet auf { $end }
grants-reveal = Anzeigen
grants-hide = Verbergen
grants-reveal-hint = Das Anzeigen wird protokolliert.
grants-revealed-hint = Um { $time } angezeigt und protokolliert. Der Schlüssel ist wieder verborgen, wenn Sie diese Seite verlassen.
grants-key-activations = Aktivierungen
grants-key-unlimited = { $count } in Gebrauch, unbegrenzt
grants-key-expires = Läuft ab
grants-key-expired = abgelaufen
grants-in-days = { $count ->
        [one] in 1 Tag
       *[other] in { $count } Tagen
    }
grants-key-source = Herkunft
grants-source-by = { $source } von { $name }
grants-key-delivered = Geliefert
grants-key-note = Gesendete Nachricht
grants-key-id = Lizenzschlüssel
grants-no-key-title = Noch kein Schlüssel
grants-no-key-text = Diese Zuteilung wartet auf einen Schlüssel.
grants-enter-key = Schlüssel eingeben
grants-no-key-to-reveal = Diese Zuteilung hat keinen Schlüssel; es gibt nichts anzuzeigen.

## Links
grants-no-key-title-link = Noch kein Link
grants-no-key-text-link = Diese Zuteilung wartet auf einen Link.
grants-enter-key-link = Link eingeben
grants-key-id-link = Link
grants-link-hidden = Verborgener Link
grants-link-accepted = Angenommen
grants-link-not-accepted = Noch nicht vermerkt
grants-link-accepted-by = { $time }, vermerkt von { $name }
grants-link-accepted-platform = { $time }, laut der Plattform
grants-accept = Als angenommen vermerken
grants-unaccept = Zurücknehmen
grants-accepted-noted = Vermerkt: Der Kunde hat die Einladung angenommen.
grants-accepted-undone = Zurückgenommen: Die Einladung ist nicht mehr als angenommen vermerkt.
grants-accepted-not-delivered = Diese Zuteilung hat keinen Link, den jemand annehmen könnte. Es wurde nichts geändert.
grants-revoke-title-link = Diesen Zugang widerrufen?
grants-revoke-text-link = Der Link wird nicht mehr angezeigt oder gesendet, und eine ausstehende E-Mail wird abgebrochen. Auf der Plattform selbst nehmen Sie den Zugang bitte eigens zurück. Die Zuteilung kann später wiederhergestellt werden.
grants-restore-text-active-link = Sie kehrt in den Zustand vor dem Widerruf zurück. Ob ihr Link noch gilt, weiß nur die Plattform.
grants-restore-text-expired-link = Sie kehrt in den Zustand vor dem Widerruf zurück. Ihr Link ist abgelaufen.
grants-restore-text-disabled-link = Sie kehrt in den Zustand vor dem Widerruf zurück. Ihr Link wurde deaktiviert und bleibt deaktiviert.


## Ihre E-Mail
grants-resend = Erneut senden
grants-email-later = Sie wird an { $email } gesendet, sobald es einen Schlüssel gibt.
grants-email-to = An
grants-email-reply = SMTP-Antwort
grants-email-message = Nachricht
grants-step-tried = Versucht
grants-step-handed-over = Übergeben
grants-step-try = { $time }, Versuch { $number }
grants-step-next = Zu senden
grants-step-retry = Nächster Versuch
grants-step-unanswered = Übergeben, keine Antwort
grants-step-not-again = Kein weiterer Versuch
grants-email-unknown-hint = Der Mailserver hat die E-Mail, hat aber nicht gesagt, ob er sie annimmt. Vielleicht ist sie angekommen. Erneut versucht wird es erst nach einer Stunde und dann nach sechs, damit nicht viele Kopien ankommen.
grants-email-kept-hint = Es ist kein Mailserver eingerichtet, deshalb hat die Kundin oder der Kunde diese E-Mail nicht bekommen. Senden Sie sie erneut, sobald es einen gibt.
grants-attempts = { $count ->
        [one] 1 Versuch
       *[other] Alle { $count } Versuche
    }
grants-attempts-caption = Zustellversuche, der neueste zuerst
grants-attempt-number = Versuch { $number }
grants-attempt-took = { $count } ms
grants-attempt-outcome = Ergebnis
grants-attempt-sent = Gesendet
grants-attempt-temporary = Zurückgestellt
grants-attempt-kept = Aufbewahrt, nicht gesendet
grants-attempt-unknown = Keine Antwort
grants-attempt-permanent = Abgelehnt
grants-correct = Adresse korrigieren und erneut senden
grants-correct-email = Richtige E-Mail-Adresse
grants-save-and-resend = Speichern und erneut senden
grants-correct-hint = { $count ->
        [0] Ändert die Adresse des Kunden.
        [one] Ändert die Adresse des Kunden, auch für seine andere Zuteilung.
       *[other] Ändert die Adresse des Kunden, auch für seine { $count } anderen Zuteilungen.
    }
grants-move-ask = { $sentence } Haken Sie das Kästchen an, um diese Zuteilung dorthin zu übertragen.
grants-move-confirm = Diese Zuteilung auf { $name } übertragen
grants-move-hint = Zuteilung und Schlüssel gehen über, und die E-Mail geht dorthin. Die Adresse von { $from } ändert sich nicht.
grants-redirect-for-admins = Nur die Administration kann diesen Schlüssel an eine andere Adresse senden. Wenden Sie sich an sie, wenn die Adresse falsch ist.
grants-address-changes = Adressänderungen
grants-address-change = { $before } → { $after }
grants-address-change-erased = Die Adressen wurden gelöscht.
grants-resend-changed = Dieses Formular wurde schon mit einer anderen Adresse gesendet. Prüfen Sie die Adresse, und senden Sie es erneut.
grants-resent-first = Die E-Mail an { $email } ist unterwegs.
grants-resent = Die E-Mail an { $email } ist erneut unterwegs.
grants-resent-kept = Die E-Mail an { $email } wurde nicht gesendet: Es ist kein Mailserver eingerichtet. Sie wird auf dem Server aufbewahrt.
grants-nothing-to-send-pending = Es gibt noch keinen Schlüssel zu senden: Diese Zuteilung steht aus.
grants-nothing-to-send-delivered = Es gibt keinen Schlüssel zu senden.
grants-nothing-to-send-failed = Es gibt keinen Schlüssel zu senden.
grants-nothing-to-send-revoked = Diese Zuteilung ist widerrufen; ihr Schlüssel wird nicht gesendet.

## Andere Integrationen
grants-oauth-url = Link zum Verbinden
grants-oauth-until = Link gültig bis
grants-oauth-valid = noch gültig
grants-oauth-expired = abgelaufen
grants-feature = Funktion
grants-error = Fehler
grants-error-code = Fehler
grants-error-message = Meldung
grants-mode-auto = erzeugt
grants-mode-manual = von Hand ausgeliefert

## Widerrufen und wiederherstellen
grants-revoke-open = Widerrufen…
grants-revoke-here = Ohne Dialog widerrufen…
grants-revoke-title = Diesen Lizenzschlüssel widerrufen?
grants-revoke-title-pending = Diese Zuteilung widerrufen?
grants-revoke-text = Der Schlüssel gilt ab der nächsten Prüfung nicht mehr, und eine noch ausstehende E-Mail wird abgebrochen. Der Schlüssel lässt sich später wiederherstellen.
grants-revoke-text-pending = Sie kann dann nicht mehr ausgeliefert werden. Sie lässt sich später wiederherstellen.
grants-revoke-submit = Schlüssel widerrufen
grants-revoke-submit-pending = Zuteilung widerrufen
grants-restore-open = Wiederherstellen…
grants-restore-here = Ohne Dialog wiederherstellen…
grants-restore-title = Diese Zuteilung wiederherstellen?
grants-restore-text = Sie kehrt in den Zustand vor dem Widerruf zurück.
grants-restore-text-active = Sie kehrt in den Zustand vor dem Widerruf zurück, und ihr Schlüssel gilt wieder.
grants-restore-text-expired = Sie kehrt in den Zustand vor dem Widerruf zurück. Ihr Schlüssel ist abgelaufen und gilt nicht wieder.
grants-restore-text-disabled = Sie kehrt in den Zustand vor dem Widerruf zurück. Ihr Schlüssel wurde gesperrt und bleibt gesperrt.
grants-restore-submit = Zuteilung wiederherstellen
grants-reason = Grund
grants-reason-hint = Höchstens 500 Zeichen. Der Kunde sieht ihn nicht.
grants-reason-empty = Geben Sie einen Grund an.
grants-reason-too-long = Der Grund ist länger als 500 Zeichen. Kürzen Sie ihn.
grants-reason-control = Der Grund enthält ein ungültiges Zeichen. Geben Sie ihn neu ein.
grants-revoked = Widerrufen. Unter „Aktionen“ lässt sich die Zuteilung wiederherstellen.
grants-revoked-already = Diese Zuteilung war bereits widerrufen. Nichts hat sich geändert.
grants-restored = Wiederhergestellt.
grants-restored-active = Wiederhergestellt. Ihr Schlüssel gilt wieder.
grants-restored-expired = Wiederhergestellt. Ihr Schlüssel ist abgelaufen.
grants-restored-disabled = Wiederhergestellt. Ihr Schlüssel bleibt gesperrt.
grants-mirrored-revoke = Diese Zuteilung kommt aus einem verbundenen Konto. Widerrufen Sie sie dort; Keydesk folgt innerhalb weniger Minuten.
grants-mirrored-restore = Diese Zuteilung kommt aus einem verbundenen Konto. Erteilen Sie sie dort erneut; Keydesk folgt innerhalb weniger Minuten.
grants-not-revoked = Diese Zuteilung ist nicht widerrufen; es gibt nichts wiederherzustellen.

## Eine Zuteilung von Hand
grants-new-title = Neue Zuteilung
grants-new-lead = Aus Kulanz oder für einen Verkauf von anderswo.
grants-new-empty-title = Noch lässt sich nichts zuteilen
grants-new-empty-text = Es gibt keine aktive Berechtigung für Lizenzschlüssel. Die Administration kann eine anlegen.
grants-new-empty-text-admin = Es gibt keine aktive Berechtigung für Lizenzschlüssel. Legen Sie zuerst eine an.
grants-new-entitlement-hint = Was der Kunde erhält. Aufgeführt sind nur aktive Berechtigungen für Lizenzschlüssel.
grants-new-choose = Bitte wählen
grants-new-email = E-Mail des Kunden
grants-new-email-hint = Der Schlüssel wird hierhin gesendet. Ein Kunde je Adresse.
grants-new-name = Name des Kunden
grants-new-name-hint = Leer lassen, um den Namen eines bestehenden Kunden zu behalten.
grants-new-locale = Sprache des Kunden
grants-new-locale-hint = E-Mails werden auf Deutsch oder Englisch gesendet.
grants-new-locale-none = Wie hinterlegt, sonst Englisch
grants-new-payment = Zahlungs-ID
grants-new-subscription = Abonnement-ID
grants-new-reference-hint = Mit einer davon werden doppelte Verkäufe ignoriert. Ohne sie wird immer eine neue Zuteilung angelegt.
grants-new-submit = Zuteilung anlegen
grants-nothing-made = Die Zuteilung wurde nicht angelegt.
grants-created = Zuteilung angelegt.
grants-known = Für diesen Verkauf gibt es bereits eine Zuteilung; sie wird hier angezeigt. Eine weitere wurde nicht angelegt.
grants-entitlement-empty = Wählen Sie eine Berechtigung.
grants-entitlement-wrong = Diese Berechtigung lässt sich nicht zuteilen. Wählen Sie eine andere.
grants-email-empty = Geben Sie eine E-Mail-Adresse an.
grants-email-wrong = Geben Sie eine E-Mail-Adresse wie ada@example.com an.
grants-email-unreachable = Der Mailserver kann nicht an Adressen mit solchen Buchstaben vor dem @ senden. Verwenden Sie eine andere Adresse.
grants-name-wrong = Geben Sie einen Namen mit höchstens 200 Zeichen in einer Zeile an.
grants-name-reversed = Der Name enthält ein unsichtbares Zeichen, das die Schreibrichtung umkehrt. Löschen Sie den Namen und tippen Sie ihn ein.
grants-locale-wrong = Wählen Sie eine Sprache, oder lassen Sie das Feld leer.
grants-reference-wrong = Geben Sie eine ID mit höchstens 128 Zeichen ohne Leerzeichen an, oder lassen Sie das Feld leer.
grants-reference-invisible = Diese ID enthält ein unsichtbares Zeichen, vielleicht vom Kopieren. Tippen Sie die ID ein, oder lassen Sie das Feld leer.
grants-form-changed = Dieses Formular wurde schon mit anderem Inhalt gesendet. Prüfen Sie die Felder und senden Sie es noch einmal.
grants-form-broken = Das Formular wurde bei der Übertragung beschädigt. Prüfen Sie die Felder und senden Sie es noch einmal.
grants-locale-en = Englisch
grants-locale-de = Deutsch
grants-locale-fr = Französisch
grants-locale-es = Spanisch
grants-locale-it = Italienisch
grants-locale-nl = Niederländisch
grants-locale-pl = Polnisch
grants-locale-pt = Portugiesisch
grants-locale-ja = Japanisch
grants-locale-zh = Chinesisch
grants-reveal-reason = Grund
grants-reveal-reason-hint = Wozu Sie ihn sehen müssen; wird mit Ihrem Namen gespeichert.
grants-reveal-reason-wrong = Verwenden Sie höchstens 500 Zeichen.
