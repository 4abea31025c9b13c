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

## Warum ein Text kein Schlüssel ist
key-error-empty = Geben Sie den Schlüssel ein.
key-error-too-long = Der Schlüssel ist länger als { $max } Zeichen. Prüfen Sie, ob Sie nur den Schlüssel eingefügt haben.
key-error-character = { $line ->
        [1] Zeichen { $column } ist nicht erlaubt: { $character }. Löschen Sie es, oder fügen Sie den Schlüssel noch einmal aus einem anderen Programm ein.
       *[other] Zeichen { $column } in Zeile { $line } ist nicht erlaubt: { $character }. Löschen Sie es, oder fügen Sie den Schlüssel noch einmal aus einem anderen Programm ein.
    }
link-error-empty = Geben Sie den Link ein, zum Beispiel { $example }.
link-error-too-long = Der Link ist länger als { $max } Zeichen. Prüfen Sie, ob Sie nur den Link eingefügt haben.
link-error-malformed = Das ist kein Link, den jeder Browser versteht. Ein Link zu { $platform } sieht so aus: { $example }
link-error-not-https = Der Link muss mit https:// beginnen, zum Beispiel { $example }.
link-error-other-host = Dieser Link führt nicht zu { $platform }. Ein Link zu { $platform } sieht so aus: { $example }
link-error-no-path = Dieser Link führt nur zur Startseite von { $platform }. Fügen Sie den ganzen Link ein, zum Beispiel { $example }.
key-error-of-field-empty = darf nicht leer sein
key-error-of-field-too-long = darf höchstens { $max } Zeichen haben
key-error-of-field-character = enthält in Zeile { $line } als Zeichen { $column }: { $character }
character-soft-hyphen = weiches Trennzeichen
character-zero-width-space = breitenloses Leerzeichen
character-zero-width-non-joiner = breitenloser Nichtverbinder
character-zero-width-joiner = breitenloser Verbinder
character-word-joiner = Wortverbinder
character-byte-order-mark = Bytereihenfolge-Markierung
character-direction-mark = Richtungszeichen
character-variation-selector = Variantenselektor
character-filler = Hangul-Füllzeichen
character-line-separator = Zeilentrennzeichen
character-braille-blank = leeres Braille-Zeichen
character-nul = NUL-Zeichen
character-control-character = Steuerzeichen
character-invisible-character = unsichtbares Zeichen

## Was an einem Schlüssel falsch aussieht
key-warning-full-width = Er enthält vollbreite Zeichen, wie ostasiatische Tastaturen sie schreiben. Die meisten Programme lehnen sie ab.
key-warning-typographic-dashes = { $count ->
        [one] Er enthält einen Gedankenstrich (–) statt eines Bindestrichs (-). Er stammt aus einer Textverarbeitung; die meisten Programme lehnen ihn ab.
       *[other] Er enthält { $count } Gedankenstriche (–) statt Bindestrichen (-). Sie stammen aus einer Textverarbeitung; die meisten Programme lehnen sie ab.
    }
key-warning-unusual-spaces = Er enthält geschützte oder andere ungewöhnliche Leerzeichen. Die meisten Programme lehnen sie ab.
key-warning-label = Er beginnt mit der Beschriftung „{ $label }“, die wahrscheinlich nicht zum Schlüssel gehört.
key-warning-sentence = Es ist ein Text mit einem Schlüssel darin, nicht nur der Schlüssel.
key-warning-typographic-quotes = Er enthält typografische Anführungszeichen. Sie stammen aus einer Textverarbeitung; die meisten Programme lehnen sie ab.
key-warning-quoted = Er steht in Anführungszeichen, die wahrscheinlich nicht zum Schlüssel gehören.
key-warning-spaced-hyphens = Er enthält Leerzeichen neben den Bindestrichen.
key-warning-repeated = Es ist { $count }-mal derselbe Schlüssel.
key-warning-rounded-number = Es ist eine Zahl, die eine Tabellenkalkulation gerundet hat; die letzten Ziffern sind verloren. Kopieren Sie den Schlüssel noch einmal von seiner Quelle.
key-warning-several-lines = Er hat mehrere Zeilen. Alle anderen Schlüssel dieser Berechtigung haben eine Zeile.
key-warning-inner-blank = Er enthält ein Leerzeichen. Alle anderen Schlüssel dieser Berechtigung enthalten keines.
key-warning-pattern-mismatch = Er passt nicht zum Muster der Schlüssel dieser Berechtigung: { $pattern }
key-warning-other-pattern = Er passt zum Muster einer anderen Berechtigung, { $name }, und zu keinem eigenen dieser Berechtigung.
key-warning-similar-key = Es wurde schon ein Schlüssel ausgegeben, der sich nur in Groß- und Kleinschreibung, Strichen, Leerzeichen, Anführungszeichen oder ähnlichen Zeichen unterscheidet (O und 0, I, l und 1, S und 5, B und 8).
key-warning-similar-key-place = Jener Schlüssel wurde mit { $id } ausgegeben.
key-disable-hint = Er lässt sich nirgends mehr prüfen oder aktivieren. Er lässt sich wieder entsperren. Ein Grund wird als Notiz festgehalten.
key-reason-wrong = Geben Sie einen Grund mit höchstens 2.000 Zeichen ein, oder lassen Sie das Feld leer.

## Die Liste der Schlüssel
keys-title = Lizenzschlüssel
keys-caption = Ausgegebene Lizenzschlüssel
keys-filter = Lizenzschlüssel filtern
keys-last = Letzte 4 Zeichen
keys-whole = Ganzer Lizenzschlüssel
keys-source = Herkunft
keys-source-auto = Erzeugt
keys-source-import = Importiert oder aus dem Vorrat
keys-source-manual = Von Hand eingegeben
keys-key = Schlüssel
keys-product = Produkt
keys-expires = Läuft ab
keys-never = Nie
keys-no-grant = Keine
keys-count = { $count ->
        [one] 1 Schlüssel
       *[other] { $count } Schlüssel
    }
keys-of-batch = Aus der Charge { $name } ausgegebene Schlüssel.
keys-all = Alle Schlüssel anzeigen
keys-not-understood = Ein Teil dieser Adresse wurde nicht verstanden und nicht beachtet. „Letzte 4 Zeichen“ nimmt genau vier Buchstaben oder Ziffern an.
keys-cut = Viele Schlüssel enden so. Nur einige davon werden angezeigt.
keys-none = Noch keine Schlüssel
keys-none-text = Schlüssel erscheinen hier, sobald Zuteilungen geliefert sind.
keys-none-found = Keine Schlüssel gefunden
keys-none-found-text = Kein ausgegebener Schlüssel passt zu diesen Filtern.

## Links
key-title-link = Link
key-change-link = Ablauf ändern
key-disable-link = Link sperren
key-enable-link = Link entsperren
key-disable-hint-link = Er wird nicht mehr mit dem gesendet, was gilt. Auf der Plattform selbst nehmen Sie den Zugang bitte eigens zurück. Ein Grund wird als Notiz festgehalten.
key-revoked-hint-disabled-link = Die Zuteilung des Links ist widerrufen. Auch der Link wurde gesperrt und bleibt es, wenn sie wiederhergestellt wird.
key-revoked-hint-link = Die Zuteilung des Links ist widerrufen. Wird sie wiederhergestellt, ist auch der Link wieder da.
