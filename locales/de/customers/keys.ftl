# Alle gültigen Schlüssel erneut senden, und einen Kunden bearbeiten.
customers-send-open = { $count ->
        [one] Gültigen Schlüssel erneut senden…
       *[other] Alle { $count } gültigen Schlüssel erneut senden…
    }
customers-send-here = Gültige Schlüssel ohne Dialog senden…
customers-send-title = { $count ->
        [one] Gültigen Schlüssel erneut senden?
       *[other] Alle { $count } gültigen Schlüssel erneut senden?
    }
customers-send-text = { $count ->
        [one] Eine E-Mail auf { $language } mit diesem Schlüssel:
       *[other] Eine E-Mail auf { $language } mit diesen Schlüsseln:
    }
customers-send-more = { $count ->
        [one] und 1 weiterer
       *[other] und { $count } weitere
    }
customers-send-not = Nicht dabei:
customers-send-again = Gültige Schlüssel senden
customers-send-to = Senden an
customers-send-hint = { $count ->
        [one] Eine andere Adresse wird zur Adresse des Kunden.
       *[other] Eine andere Adresse wird zur Adresse des Kunden, für alle { $shown } Zuteilungen.
    }
customers-send-submit = { $count ->
        [one] 1 Schlüssel senden
       *[other] { $count } Schlüssel senden
    }
customers-keys-sent = Die E-Mail mit allen gültigen Schlüsseln ist unterwegs an { $email }.
customers-keys-kept = Die E-Mail an { $email } wurde nicht gesendet: Es ist kein Mailserver eingerichtet. Sie wird auf dem Server aufbewahrt.
customers-no-live-keys = Nichts wurde gesendet: Dieser Kunde hat keinen gültigen Schlüssel. Widerrufene, gesperrte und abgelaufene Schlüssel werden nicht gesendet.
customers-too-many-keys = Nichts wurde gesendet: Dieser Kunde hat mehr als { $count } gültige Schlüssel, zu viele für eine E-Mail. Senden Sie sie von ihren Zuteilungen aus.
customers-no-key-yet = noch kein Schlüssel
customers-email-keys = Alle gültigen Schlüssel

## Einen Kunden bearbeiten
customers-edit = Bearbeiten
customers-edit-title = Kunden bearbeiten
customers-name = Name
customers-name-empty = Geben Sie den Namen ein. Ist er nicht bekannt, geben Sie die E-Mail-Adresse ein.
customers-email = E-Mail-Adresse
customers-email-hint = { $count ->
        [0] An diese Adresse gehen Schlüssel.
        [one] An diese Adresse gehen Schlüssel. Eine Änderung gilt für die Zuteilung dieses Kunden.
       *[other] An diese Adresse gehen Schlüssel. Eine Änderung gilt für alle { $shown } Zuteilungen dieses Kunden.
    }
customers-email-for-admins = Nur die Administration kann die Adresse ändern. Wenden Sie sich an sie, wenn die Adresse falsch ist.
customers-email-taken = Diese Adresse hat schon ein anderer Kunde.
customers-grants-count = { $count ->
        [one] 1 Zuteilung
       *[other] { $shown } Zuteilungen
    }
customers-taken = { $email } gehört { $name } mit { $grants }.
customers-taken-open = Öffnen
customers-locale = Sprache der E-Mails
customers-locale-hint = E-Mails gibt es auf Englisch und Deutsch; für andere Sprachen auf Englisch.
customers-saved = Gespeichert.
customers-changed-meanwhile = Jemand hat diesen Kunden inzwischen geändert. Prüfen Sie Ihre Angaben und speichern Sie noch einmal.
customers-now = Derzeit: { $name }, { $email }
