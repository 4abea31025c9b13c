# Anmelden, abmelden und eigene Einstellungen.
sessions-title = Anmelden
sessions-email = E-Mail-Adresse
sessions-password = Passwort
sessions-sign-in = Anmelden
sessions-staff-only = { $business }, nur für Mitarbeitende.
sessions-wrong-credentials = E-Mail-Adresse oder Passwort ist falsch.
sessions-too-many = { $minutes ->
    [one] Zu viele Fehlversuche. Versuchen Sie es in 1 Minute wieder.
   *[other] Zu viele Fehlversuche. Versuchen Sie es in { $minutes } Minuten wieder.
}
sessions-advice = Versuchen Sie es noch einmal, oder lassen Sie Ihr Passwort von der Administration zurücksetzen. Nach 5 Fehlversuchen müssen Sie eine Minute warten.
sessions-advice-wait = Jeder weitere Fehlversuch verlängert die Wartezeit, höchstens auf eine Stunde. Die Administration kann Ihr Passwort zurücksetzen.
preferences-saved = Gespeichert.
preferences-unknown-language = Diese Sprache gibt es hier nicht. Wählen Sie im Kontomenü Deutsch oder Englisch.
preferences-unknown-theme = Dieses Farbschema gibt es nicht. Wählen Sie im Kontomenü hell, dunkel oder wie das System.
preferences-unknown-shortcuts = Tastenkürzel sind entweder an oder aus. Wählen Sie im Kontomenü eines von beiden.
preferences-unknown-time-zone = Eine Zeitzone dieses Namens gibt es nicht. Geben Sie im Kontomenü eine wie Europe/Berlin oder America/New_York ein.
