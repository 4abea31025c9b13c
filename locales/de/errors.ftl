# Fehlerseiten.
error-to-pending = Ausstehende Zuteilungen
error-to-all = Alle Zuteilungen
error-to-sign-in = Zur Anmeldung
error-request = Anfrage { $id }
error-not-found-title = Diese Seite gibt es nicht
error-not-found-text = Die Adresse ist vielleicht falsch geschrieben, oder die Zuteilung war nie hier. Suchen Sie sie mit E-Mail-Adresse, Zahlung oder Kennung.
error-forbidden-title = Das dürfen Sie nicht
error-forbidden-text = Dafür ist die Rolle { $role } nötig. Fragen Sie die Administration, wenn Sie sie haben sollten.
error-no-longer-allowed-text = Ihr Konto wurde gesperrt oder Ihre Rolle geändert, bevor dies ausgeführt war. Es wurde nichts geändert. Wenden Sie sich an die Administration.
error-forged-title = Diese Anfrage wurde abgelehnt
error-forged-text = Sie kam nicht von einer Seite dieses Portals, oder die Seite ist zu alt. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
error-bad-request-title = Diese Anfrage ist nicht lesbar
error-bad-request-text = Ihre Felder sind beschädigt. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
error-not-a-form-text = Sie ist kein Formular, das dieses Portal sendet. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
error-not-utf8-text = Sie enthält Text, der kein gültiges UTF-8 ist. Gehen Sie zurück und geben Sie den Text neu ein.
error-too-large-title = Das ist zu viel Text
error-too-large-text = Das Formular enthält mehr, als seine Felder fassen. Gehen Sie zurück und kürzen Sie Ihre Eingabe.
error-method-title = Das geht hier nicht
error-method-text = Die Adresse gibt es, aber sie wird nicht auf diese Weise aufgerufen. Benutzen Sie die Schaltflächen des Portals.
error-conflict-title = Inzwischen hat sich etwas geändert
error-unprocessable-title = Das geht nicht
error-too-many-title = Zu viele Anfragen
error-too-many-text = { $minutes ->
    [one] Versuchen Sie es in 1 Minute wieder.
   *[other] Versuchen Sie es in { $minutes } Minuten wieder.
}
error-unavailable-title = Die Datenbank ist beschäftigt
error-unavailable-text = Es wurde nichts geändert. Versuchen Sie es in einigen Sekunden wieder.
error-passwords-off-title = Passwörter sind abgeschaltet
error-passwords-off-text = Melden Sie sich stattdessen über Ihre Organisation an.
error-provider-busy-title = Die Anmeldung über Ihre Organisation ist ausgelastet
error-provider-busy-text = Sie antwortet langsam, oder viele melden sich gerade an. Warten Sie einige Sekunden und beginnen Sie auf der Anmeldeseite von vorn.
error-internal-title = Bei uns ist etwas schiefgegangen
error-internal-text = Es ist festgehalten. Wenn es noch einmal geschieht, nennen Sie der Administration die Anfrage unten.
