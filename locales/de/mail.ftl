# Die E-Mail, die einen Lizenzschlüssel bringt.

mail-subject = Ihr Lizenzschlüssel für { $product }
mail-subject-series = Ihr Lizenzschlüssel für { $product } ({ $place } von { $count })
mail-greeting = Guten Tag { $name },
mail-greeting-nameless = Guten Tag,
mail-intro-purchase = vielen Dank für Ihren Kauf. Hier ist Ihr Lizenzschlüssel:
mail-intro = hier ist Ihr Lizenzschlüssel:
mail-attached = Derselbe Schlüssel liegt als Datei „{ $file }“ bei.

mail-fact-product = Produkt
mail-fact-entitlement = Lizenz
mail-fact-activations = Aktivierungen
mail-fact-valid-until = Gültig bis
mail-activations-unlimited = Unbegrenzt
mail-valid-without-end = Unbefristet

mail-validity-limit-until = Gültig für { $count ->
        [one] 1 Aktivierung
       *[other] { $count } Aktivierungen
    } bis zum { $date }.
mail-validity-limit = Gültig für { $count ->
        [one] 1 Aktivierung
       *[other] { $count } Aktivierungen
    }, unbefristet.
mail-validity-until = Unbegrenzte Aktivierungen, gültig bis zum { $date }.
mail-validity = Unbegrenzte Aktivierungen, unbefristet.

mail-note-heading = Eine Nachricht von unserem Team
mail-activation-heading = So aktivieren Sie
mail-keep = Bewahren Sie diese E-Mail auf. Beim Wechsel des Rechners brauchen Sie den Schlüssel wieder.
mail-questions = Fragen? Antworten Sie einfach auf diese E-Mail.

mail-reason-purchase = Sie erhalten diese E-Mail zu Ihrem Kauf vom { $date }.
mail-reason = Sie erhalten diese E-Mail, weil { $business } am { $date } eine Lizenz für Sie ausgestellt hat.
mail-payment = Zahlung { $payment }

## Links
mail-subject-link = Ihr Zugang zu { $product }
mail-subject-series-link = Ihr Zugang zu { $product } ({ $place } von { $count })
mail-intro-purchase-link = vielen Dank für Ihren Kauf. Hier ist Ihr Link zu { $platform }:
mail-intro-link = hier ist Ihr Link zu { $platform }:
mail-button-link = { $platform } öffnen
mail-fact-entitlement-link = Zugang
mail-validity-until-link = Der Link gilt bis zum { $date }.
mail-validity-link = Der Link gilt unbefristet.
mail-activation-heading-link = So geht es
mail-keep-link = Bewahren Sie diese E-Mail auf, bis Sie den Link geöffnet haben.
mail-reason-link = Sie erhalten diese E-Mail, weil { $business } Ihnen am { $date } Zugang gegeben hat.

## Mit einem Schlüssel oder Link, der einen anderen ersetzt
mail-subject-replaced = Ihr neuer Lizenzschlüssel für { $product }
mail-subject-replaced-series = Ihr neuer Lizenzschlüssel für { $product } ({ $place } von { $count })
mail-subject-replaced-link = Ihr neuer Link zu { $product }
mail-subject-replaced-series-link = Ihr neuer Link zu { $product } ({ $place } von { $count })
mail-intro-replaced = Ihr bisheriger Lizenzschlüssel gilt nicht mehr. Bitte verwenden Sie stattdessen diesen:
mail-intro-replaced-ends = Ihr bisheriger Lizenzschlüssel, der auf { $end } endet, gilt nicht mehr. Bitte verwenden Sie stattdessen diesen:
mail-intro-replaced-link = Bitte verwenden Sie statt des bisherigen Links zu { $platform } diesen:
mail-intro-replaced-ends-link = Bitte verwenden Sie statt des bisherigen Links zu { $platform } diesen:

## Die E-Mail mit allen gültigen Schlüsseln eines Kunden
mail-keys-subject = { $count ->
        [one] Ihr Lizenzschlüssel von { $business }
       *[other] Ihre { $count } Lizenzschlüssel von { $business }
    }
mail-keys-intro = { $count ->
        [one] hier ist Ihr derzeit gültiger Lizenzschlüssel:
       *[other] hier sind Ihre derzeit gültigen Lizenzschlüssel:
    }
mail-keys-keep = Bewahren Sie diese E-Mail auf. Beim Wechsel des Rechners brauchen Sie die Schlüssel wieder.
mail-keys-reason = Sie erhalten diese E-Mail, weil Sie Lizenzen von { $business } haben.

mail-links-subject = { $count ->
        [one] Ihr Link von { $business }
       *[other] Ihre { $count } Links von { $business }
    }
mail-links-intro = { $count ->
        [one] hier ist Ihr Link, der zurzeit gilt:
       *[other] hier sind Ihre Links, die zurzeit gelten:
    }
mail-links-keep = Bewahren Sie diese E-Mail auf, bis Sie die Links geöffnet haben.
mail-access-subject = Ihre { $count } Lizenzschlüssel und Links von { $business }
mail-access-intro = hier sind Ihre { $count } Lizenzschlüssel und Links, die zurzeit gelten:
mail-access-keep = Bewahren Sie diese E-Mail auf. Beim Wechsel des Rechners brauchen Sie die Schlüssel wieder.
mail-access-reason = Sie erhalten diese E-Mail, weil { $business } Ihnen Zugang gegeben hat.

## Die E-Mail, die Dateien bringt
mail-downloads = Ihre Downloads
mail-files-subject = Ihre Downloads: { $product }
mail-files-subject-series = Ihre Downloads: { $product } ({ $place } von { $count })
mail-files-intro-purchase = vielen Dank für Ihren Kauf. Ihre Dateien stehen zum Herunterladen bereit:
mail-files-intro = Ihre Dateien stehen zum Herunterladen bereit:
mail-files-button = Zu den Downloads
mail-files-until = Der Link funktioniert bis { $date }. Danach erhalten Sie auf seiner Seite einen neuen.
mail-files-instructions = So installieren Sie
mail-files-reason = Sie erhalten diese E-Mail, weil { $business } am { $date } Dateien für Sie bereitgestellt hat.

## Links für Mitarbeitende
mail-invitation-subject = Ihre Einladung zu { $business }
mail-invitation-intro = Sie sind zum Portal von { $business } eingeladen. Legen Sie ein Passwort fest, um loszulegen.
mail-invitation-button = Passwort festlegen
mail-invitation-unasked = Wenn Sie das nicht erwartet haben, können Sie diese E-Mail ignorieren: Ohne Passwort kann sich niemand als Sie anmelden.
mail-invitation-provider-intro = Sie sind zum Portal von { $business } eingeladen. Melden Sie sich mit dem Konto Ihrer Organisation an.
mail-invitation-provider-button = Anmelden
mail-invitation-provider-unasked = Wenn Sie das nicht erwartet haben, können Sie diese E-Mail ignorieren.
mail-reset-subject = Ein neues Passwort für { $business }
mail-reset-intro = Mit diesem Link legen Sie ein neues Passwort für das Portal von { $business } fest.
mail-reset-button = Neues Passwort festlegen
mail-reset-unasked = Wenn Sie das nicht angefordert haben, können Sie diese E-Mail ignorieren: Ihr Passwort bleibt unverändert, bis der Link verwendet wird.
mail-link-until = Der Link kann einmal verwendet werden und gilt bis { $until }.
