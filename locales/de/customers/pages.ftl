# Die Seite eines Kunden.
customers-customer = Kunde
customers-copy-id = Kunden-ID kopieren
customers-live-keys = Gültige Schlüssel
customers-of-grants = { $count ->
        [one] aus 1 Zuteilung
       *[other] aus { $shown } Zuteilungen
    }
customers-has-key = Hat einen Schlüssel von
customers-anything = Egal
customers-any = Egal
customers-open = Offen
customers-pending-for = { $count } ausstehend seit { $duration }
customers-failed = { $count } fehlgeschlagen
customers-nothing-open = Nichts zu tun
customers-grants = Zuteilungen und Schlüssel
customers-grants-caption = Alle Zuteilungen dieses Kunden; zuerst, was Arbeit braucht
customers-in-list = In der Liste zeigen
customers-no-grants = Dieser Kunde hat keine Zuteilungen.
customers-key = Schlüssel
customers-correct = Korrigieren
customers-shown-of = { $count } von { $total } Zuteilungen.
customers-all-grants = Alle zeigen
customers-emails = E-Mails
customers-emails-caption = E-Mails an diesen Kunden, die neuesten zuerst
customers-no-emails = An diesen Kunden wurde noch keine E-Mail gesendet.
customers-email-about = Betrifft
customers-email-state = Zustand
customers-email-other = Lizenzschlüssel
customers-emails-cut = Die neuesten { $count }. Jede Zuteilung führt ihre eigenen E-Mails auf.
customers-about = Angaben
customers-since = Seit
customers-since-by = angelegt durch: { $name }
customers-phone = Telefon
customers-acts = Was das Team getan hat
customers-no-acts = Noch nichts.
