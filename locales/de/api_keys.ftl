# Die Programme, die die API aufrufen.
api-keys-title = API-Schlüssel
api-keys-lead = Programme rufen die API mit dem Token eines Schlüssels auf und dürfen, was seine Rolle darf.
api-keys-caption = API-Schlüssel, die neuesten zuerst
api-keys-new = Neuer API-Schlüssel
api-keys-name = Name
api-keys-name-hint = Das Programm, das ihn verwendet, etwa der Shop. Unter diesem Namen stehen seine Aktionen im Protokoll.
api-keys-role = Rolle
api-keys-role-hint = Was das Programm darf.
api-keys-token = Token
api-keys-status = Status
api-keys-status-active = Aktiv
api-keys-status-expired = Abgelaufen
api-keys-status-revoked = Widerrufen
api-keys-created = Angelegt
api-keys-made-by = von { $name }
api-keys-maker-disabled = Konto der erstellenden Person ist gesperrt
api-keys-last-use = Zuletzt verwendet
api-keys-expires = Läuft ab
api-keys-expires-hint = Leer lassen, wenn er nie ablaufen soll.
api-keys-action = Aktion
api-keys-create = API-Schlüssel anlegen
api-keys-count = { $count ->
        [one] 1 API-Schlüssel
       *[other] { $count } API-Schlüssel
    }
api-keys-empty-title = Noch keine API-Schlüssel
api-keys-empty-text = Ein Shop oder ein Skript braucht einen, um die API aufzurufen.
api-keys-nothing-made = Der API-Schlüssel wurde nicht angelegt.
api-keys-name-empty = Geben Sie einen Namen an.
api-keys-name-wrong = Geben Sie einen Namen mit höchstens 100 Zeichen in einer Zeile an.
api-keys-role-wrong = Wählen Sie eine der Rollen.

## Der Token, einmal gezeigt
api-keys-token-of = Token von „{ $name }“
api-keys-copy-now = Kopieren Sie den Token jetzt.
api-keys-shown-once = Er wird nur einmal angezeigt; Keydesk speichert nur einen Hash. Wer ihn hat, kann als dieser Schlüssel handeln.
api-keys-copied = Ich habe ihn kopiert
api-keys-how = Programme senden ihn mit jeder Anfrage:
api-keys-shown-already = „{ $name }“ gibt es bereits; der Token wurde beim Anlegen angezeigt. Hat ihn niemand kopiert, widerrufen Sie den Schlüssel und legen Sie einen neuen an.

## Widerrufen
api-keys-revoke = Widerrufen…
api-keys-revoke-here = Ohne Dialog widerrufen…
api-keys-revoke-title = Den API-Schlüssel „{ $name }“ widerrufen?
api-keys-revoke-text = Die nächste Anfrage wird abgewiesen. Das lässt sich nicht rückgängig machen; das Programm braucht dann einen anderen Schlüssel.
api-keys-revoke-submit = API-Schlüssel widerrufen
api-keys-revoked = „{ $name }“ widerrufen. Die nächste Anfrage wird abgewiesen.
api-keys-revoked-already = „{ $name }“ war bereits widerrufen. Nichts hat sich geändert.
