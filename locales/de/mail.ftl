# Die E-Mail, die einen Lizenzschlüssel bringt.

mail-subject = Ihr Lizenzschlüssel für { $product }
mail-greeting = Guten Tag { $name },
mail-greeting-nameless = Guten Tag,
mail-intro-purchase = vielen Dank für Ihren Kauf. Hier ist Ihr Lizenzschlüssel:
mail-intro = hier ist Ihr Lizenzschlüssel:

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
mail-validity-until = Gültig für beliebig viele Aktivierungen bis zum { $date }.
mail-validity = Gültig für beliebig viele Aktivierungen, unbefristet.

mail-note-heading = Eine Nachricht von unserem Team
mail-activation-heading = So aktivieren Sie
mail-keep = Bewahren Sie diese E-Mail auf. Beim Wechsel des Rechners brauchen Sie den Schlüssel wieder.
mail-questions = Fragen? Antworten Sie auf diese E-Mail.

mail-reason-purchase = Sie erhalten diese E-Mail zu Ihrem Kauf vom { $date }.
mail-reason = Sie erhalten diese E-Mail, weil { $business } am { $date } eine Lizenz für Sie ausgestellt hat.
mail-payment = Zahlung { $payment }
