# The overview page.

overview-good-morning = Guten Morgen, { $name }
overview-good-afternoon = Guten Tag, { $name }
overview-good-evening = Guten Abend, { $name }
overview-now = { $weekday }, { $date }, { $time } Uhr
overview-weekday-1 = Montag
overview-weekday-2 = Dienstag
overview-weekday-3 = Mittwoch
overview-weekday-4 = Donnerstag
overview-weekday-5 = Freitag
overview-weekday-6 = Samstag
overview-weekday-7 = Sonntag
overview-take-next = Nächste von { $count } übernehmen

## The strip
overview-oldest-waiting = Wartet am längsten
overview-past-the-target = { $excess } über dem Ziel von { $target }
overview-mail-overdue = { $count ->
        [one] 1 E-Mail ist
       *[other] { $count } E-Mails sind
    } seit { $duration } nicht hinausgegangen.
overview-mail-in-clear = E-Mails mit Lizenzschlüsseln werden womöglich unverschlüsselt gesendet.
overview-mail-in-clear-text = Der Mailserver ist mit smtp:// eingerichtet; das verschlüsselt nur, wenn der Server es anbietet. Ergänzen Sie ?tls=required in KEYDESK_SMTP_URL oder verwenden Sie smtps://.
overview-target = Ziel { $target }
overview-nobody-waits = niemand wartet
overview-past-target = Über dem Ziel
overview-of-pending = von { $count } ausstehenden
overview-median-today = Wartezeit heute (Median)
overview-nothing-today = noch nichts geliefert
overview-fulfilled-today = Heute geliefert
overview-more = { $count } mehr als gestern um diese Zeit
overview-fewer = { $count } weniger als gestern um diese Zeit
overview-as-many = so viele wie gestern um diese Zeit
overview-per-hour = Je Stunde seit { $time } Uhr: { $counts }

## Charts
overview-waiting-time = Wartezeit
overview-waiting-time-hint = { $count } Tage, vom Kauf bis zur Lieferung
overview-waiting-time-caption = Stunden und Minuten vom Kauf bis zur Lieferung
overview-half-within = Die Hälfte binnen
overview-90-within = 90 % binnen
overview-99-within = 99 % binnen
overview-target-line = Ziel { $target }
overview-per-day = Geliefert je Tag
overview-per-day-caption = Geliefert nach Tagen
overview-days = { $count } Tage
overview-no-deliveries = In den letzten { $count } Tagen wurde nichts geliefert.
overview-in-all = insgesamt
overview-best-day = Bester Tag
overview-on-day = am { $day }
overview-today = Heute
overview-so-far = bis jetzt
overview-as-table = Als Tabelle anzeigen
overview-day = Tag
overview-fulfilled = Geliefert

## Short lists
overview-all = Alle { $count }
overview-customer = Kunde
overview-waiting = Wartet
overview-since = Seit
overview-late = , über dem Ziel
overview-oldest-pending = Am längsten ausstehend
overview-oldest-caption = Am längsten ausstehende Zuteilungen
overview-oldest-empty = Nichts wartet.
overview-failed = Fehlgeschlagene Lieferungen
overview-failed-caption = Zuteilungen, deren Lieferung fehlgeschlagen ist
overview-failed-empty = Keine Lieferung ist fehlgeschlagen.
overview-reveals = Angezeigte Schlüssel
overview-reveals-day = in den letzten 24 Stunden
overview-decisions = { $count ->
        [one] 1 Zuteilung braucht eine Entscheidung.
       *[other] { $count } Zuteilungen brauchen eine Entscheidung.
    }

## Erste Schritte
first-steps-title = Erste Schritte
first-steps-done = (erledigt)
first-steps-mail = Mailserver angeben
first-steps-mail-done = E-Mails gehen über den Server in KEYDESK_SMTP_URL hinaus.
first-steps-mail-text = Setzen Sie KEYDESK_SMTP_URL dort, wo Keydesk läuft, und starten Sie es neu. Bis dahin werden E-Mails auf diesem Rechner aufbewahrt und nicht versendet.
first-steps-settings = Geltende Einstellungen
first-steps-entitlement = Beschreiben, was Sie verkaufen
first-steps-entitlement-text = Eine Berechtigung legt fest, was Kunden erhalten: einen Lizenzschlüssel, dessen Aktivierungen und Gültigkeit.
first-steps-sale = Den ersten Verkauf erfassen
first-steps-sale-text = Geben Sie ihn von Hand ein, lassen Sie ihn Ihren Shop mit einem API-Schlüssel melden, oder laden Sie auf der Befehlszeile eine Datei:
first-steps-colleague = Jemanden ins Team einladen
first-steps-colleague-text = Bearbeitung: Schlüssel ausgeben. Einsicht: nur lesen. Administration: alles verwalten.
first-steps-invite = Einladen
first-steps-agents = Noch ist kein Verkauf eingegangen. Sie können einen von Hand erfassen.
first-steps-others = Noch ist kein Verkauf eingegangen. Die Administration legt fest, was verkauft wird; danach erscheinen Zuteilungen hier.

## Der Bericht nach Produkt und Person
report-title = Bericht
report-link = Bericht nach Produkt, Person und Kanal
report-lead = Was ausgeliefert wurde, und wie viel davon binnen { $target } nach dem Verkauf.
report-period = Zeitraum
report-today = Heute
report-delivered = Ausgeliefert
report-percent = { $number } %
report-within = Rechtzeitig
report-within-count = { $count ->
        [one] 1 Auslieferung
       *[other] { $count } Auslieferungen
    }
report-median = Wartezeit (Median)
report-waiting = Warten jetzt
report-cut = Nur die neuesten { $count } Auslieferungen dieses Zeitraums sind gezählt.
report-by-product = Nach Produkt
report-by-person = Nach Person
report-by-channel = Nach Kanal
report-own-days = Eigener Zeitraum
report-product = Produkt
report-person = Ausgeliefert von
report-nobody = Nicht bekannt
report-empty = Nichts ausgeliefert
report-empty-text = Wählen Sie einen längeren Zeitraum.
