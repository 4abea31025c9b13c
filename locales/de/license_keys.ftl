# Die eigene Seite eines Lizenzschlüssels.
key-title = Lizenzschlüssel
key-its-grant = Seine Zuteilung
key-no-grant = Importiert, ohne Zuteilung
key-activations = Aktivierungen
key-activations-caption = Geräte, auf denen dieser Schlüssel aktiviert ist
key-no-activations = Dieser Schlüssel ist auf keinem Gerät aktiviert.
key-device = Gerät
key-activation = Aktivierung
key-since = Seit
key-action = Aktion
key-deactivate = Deaktivieren
key-deactivated = Deaktiviert. Die Aktivierung ist wieder verfügbar.
key-deactivated-already = Dieses Gerät war bereits deaktiviert. Nichts hat sich geändert.
key-customer = Kunde
key-grant = Zuteilung
key-subscription = Abonnement
key-created = Ausgegeben
key-change = Limit und Ablauf ändern
key-limit = Aktivierungslimit
key-expires-hint = Leer lassen für unbefristet.
key-save = Änderungen speichern
key-saved = Gespeichert. { $end }
key-changed-meanwhile = Dieser Schlüssel wurde geändert, nachdem Sie die Seite geöffnet hatten; es wurde nichts gespeichert. Unter „Lizenzschlüssel“ stehen die jetzigen Werte, im Formular Ihre Eingaben. Prüfen Sie sie, und speichern Sie erneut.
key-limit-below-use = { $count ->
        [one] 1 Aktivierung ist in Gebrauch. Geben Sie mindestens 1 ein, oder deaktivieren Sie sie zuerst.
       *[other] { $count } Aktivierungen sind in Gebrauch. Geben Sie mindestens { $count } ein, oder deaktivieren Sie zuerst einige.
    }
key-expiry-of-subscription = Dieser Schlüssel gehört zu einem Abonnement, das bestimmt, wann er abläuft.
key-disable = Schlüssel sperren
key-enable = Schlüssel entsperren
key-disabled = Der Schlüssel ist gesperrt. Er lässt sich wieder entsperren.
key-enabled = Der Schlüssel funktioniert wieder.
key-disabled-revoked = Der Schlüssel ist gesperrt und bleibt es, wenn seine Zuteilung wiederhergestellt wird.
key-revoked-hint-disabled = Die Zuteilung des Schlüssels ist widerrufen. Auch der Schlüssel wurde gesperrt und bleibt es, wenn sie wiederhergestellt wird.
key-revoked-hint = Die Zuteilung des Schlüssels ist widerrufen. Wird sie wiederhergestellt, gilt auch der Schlüssel wieder.
