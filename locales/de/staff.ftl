# Die Menschen, die sich anmelden, für die Administration.
staff-lead = Personen, die sich anmelden können, und was sie dürfen.
staff-caption = Team, nach Namen
staff-invite = Jemanden einladen
staff-nobody-invited = Die Einladung wurde nicht gesendet.
staff-email-hint = Die Einladung wird an diese Adresse gesendet. Sie gilt einmal, 24 Stunden lang.
staff-email-hint-provider = Die Einladung wird an diese Adresse gesendet. Die Person meldet sich mit dem Konto Ihrer Organisation an, das diese Adresse hat.
staff-email-taken = Ein Konto mit dieser Adresse gibt es bereits.
staff-role-hint = Einsicht: nur lesen. Bearbeitung: Schlüssel ausgeben. Administration: alles verwalten.
staff-send-invitation = Einladung senden
staff-invited = Die Einladung an { $email } ist unterwegs.
staff-invited-kept = Die Einladung an { $email } wurde nicht gesendet: Es ist kein Mailserver eingerichtet. Geben Sie den Link unten selbst weiter.
staff-link-to-copy = Link zum Weitergeben
staff-link-to-copy-hint = Er wird nur dieses eine Mal angezeigt und funktioniert einmal, 24 Stunden lang. Geben Sie ihn niemand anderem: Wer ihn öffnet, kann das Passwort festlegen.
staff-count = { $count ->
        [one] 1 Person
       *[other] { $count } Personen
    }
staff-status = Status
staff-status-active = Aktiv
staff-status-disabled = Gesperrt
staff-status-invited = Eingeladen
staff-status-refused = Einladung nicht zugestellt
staff-status-invitation-over = Einladung abgelaufen
staff-last-sign-in = Letzte Anmeldung
staff-facts = Konto
staff-added = Hinzugefügt
staff-link = Link per E-Mail
staff-link-until = Gültig bis
staff-id = ID
staff-report = Aktivität
staff-report-caption = Wie oft welche Aktion ausgeführt wurde
staff-period = Zeitraum
staff-days = { $count } Tage
staff-act = Aktion
staff-times = Anzahl
staff-all-acts = Alle Einträge im Protokoll
staff-reveals = Angezeigte Schlüssel
staff-no-reveals = Bisher keine.
staff-when = Wann
staff-yourself = Das sind Sie
staff-yourself-hint = Wie Sie sich anmelden, verwalten Sie auf Ihrer Kontoseite. Nur jemand anders aus der Administration kann Ihre Rolle ändern oder Ihr Konto sperren.
staff-new-role = Neue Rolle
staff-role-change-hint = Die Sitzungen enden; die neue Rolle gilt ab der nächsten Anmeldung. Wer eingeladen ist, bekommt eine neue Einladung.
staff-change-role = Rolle ändern
staff-role-changed = Rolle geändert. Die Sitzungen sind beendet.
staff-access = Zugang
staff-invite-again = Noch einmal einladen
staff-invite-again-hint = Sendet einen neuen Link. Der bisherige gilt nicht mehr.
staff-invite-again-hint-provider = Sendet die Einladung noch einmal.
staff-invited-again = Eine neue Einladung ist unterwegs.
staff-invited-again-kept = Die neue Einladung wurde nicht gesendet: Es ist kein Mailserver eingerichtet. Geben Sie den Link unten selbst weiter.
staff-reset = Passwort zurücksetzen
staff-reset-hint = Sendet einen Link zum Festlegen eines neuen Passworts und beendet die Sitzungen. Der zweite Faktor bleibt.
staff-reset-sent = Ein Link zum Festlegen eines neuen Passworts ist unterwegs. Die Sitzungen sind beendet.
staff-reset-kept = Der Link zum Festlegen eines neuen Passworts wurde nicht gesendet: Es ist kein Mailserver eingerichtet. Geben Sie den Link unten selbst weiter. Die Sitzungen sind beendet.
staff-factor-hint = Für jemanden, der Telefon, Passkey und Wiederherstellungscodes verloren hat. Vergewissern Sie sich, wer fragt. Die Sitzungen enden.
staff-factor-removed = Zweiter Faktor entfernt. Die Sitzungen sind beendet.
staff-has-no-factor = Es gab keinen zweiten Faktor. Die Sitzungen sind beendet.
staff-identity = Anmeldedienst
staff-identity-since = Seit
staff-forget-identity = Verbindung lösen
staff-identity-hint = Für jemanden, dessen Konto beim Anmeldedienst ersetzt wurde. Stattdessen wird die nächste Anmeldung mit dieser bestätigten Adresse verbunden. Die Sitzungen enden.
staff-identity-forgotten = Verbindung gelöst. Die Sitzungen sind beendet.
staff-no-identity = Es gab keine Verbindung zu lösen.
staff-disable = Sperren
staff-disable-hint = Mit einem gesperrten Konto kann sich niemand anmelden, und seine Sitzungen enden sofort.
staff-disabled = Gesperrt. Die Sitzungen sind beendet.
staff-disabled-with-keys = Gesperrt. Die Sitzungen sind beendet. { $count ->
        [one] 1 von dieser Person erstellter API-Schlüssel gilt weiterhin.
       *[other] { $count } von dieser Person erstellte API-Schlüssel gelten weiterhin.
    }
staff-keys-still-work = { $count ->
        [one] 1 von dieser Person erstellter API-Schlüssel gilt weiterhin.
       *[other] { $count } von dieser Person erstellte API-Schlüssel gelten weiterhin.
    }
staff-revoke-keys = Ansehen und widerrufen
staff-enable = Entsperren
staff-enable-hint = Die Person kann sich wieder mit denselben Zugangsdaten anmelden.
staff-enabled = Entsperrt.
staff-is-disabled = Dieses Konto ist gesperrt. Entsperren Sie es zuerst.
staff-passwords-off = Passwörter sind abgeschaltet. Diese Person meldet sich über Ihre Organisation an.
staff-last-admin = Das ist die letzte aktive Person der Administration. Geben Sie die Rolle zuerst jemand anderem.
staff-oneself = Das ist bei Ihrem eigenen Konto nicht möglich. Bitten Sie jemand anderen aus der Administration.
staff-disable-reason = Grund
staff-reason-missing = Geben Sie den Grund an: Er steht auf dieser Seite.
staff-reason-wrong = Geben Sie einen Grund mit höchstens 500 Zeichen ein, oder lassen Sie das Feld leer.
