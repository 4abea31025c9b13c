# Shops: how each is set up.

## shopify
shops-shopify-what = Webhooks, signiert
shops-shopify-step-1 = Öffnen Sie in Shopify Einstellungen → Benachrichtigungen → Webhooks und wählen Sie „Webhook erstellen“.
shops-shopify-step-2 = Wählen Sie das Ereignis „Zahlung für Bestellung“, das Format JSON und die neueste Version, und tragen Sie die URL ein.
shops-shopify-step-3 = Kopieren Sie das Geheimnis, das Shopify unter der Liste der Webhooks anzeigt, und tragen Sie es hier ein.
shops-shopify-step-4 = Erstellen Sie mit derselben URL Webhooks für „Erstattung erstellen“ und „Stornierung der Bestellung“, und senden Sie eine Testbenachrichtigung.
shops-shopify-secret-hint = Steht unter der Liste der Webhooks, sobald es einen gibt. Sie können es auch später eintragen.

## woocommerce
shops-woocommerce-what = Webhooks, signiert
shops-woocommerce-step-1 = Öffnen Sie in WordPress WooCommerce → Einstellungen → Erweitert → Webhooks und wählen Sie „Webhook hinzufügen“.
shops-woocommerce-step-2 = Setzen Sie den Status auf „Aktiv“ und das Thema auf „Bestellung aktualisiert“, und tragen Sie die URL als Auslieferungs-URL ein.
shops-woocommerce-step-3 = Tragen Sie dort ein eigenes Geheimnis ein und hier dasselbe.
shops-woocommerce-step-4 = Speichern Sie. WooCommerce meldet sich ein erstes Mal, was diese Seite zeigt. Fehlgeschlagene Meldungen wiederholt es nicht: Importieren Sie fehlende Tage aus einer Datei.
shops-woocommerce-secret-hint = Ein eigener Text, derselbe wie in WooCommerce.

## stripe
shops-stripe-what = Webhooks; ein eingeschränkter Schlüssel für Positionen
shops-stripe-step-1 = Öffnen Sie in Stripe Entwickler → Webhooks und fügen Sie einen Endpunkt mit der URL hinzu.
shops-stripe-step-2 = Wählen Sie checkout.session.completed, checkout.session.async_payment_succeeded, charge.refunded, charge.dispute.created und für Abonnements invoice.paid.
shops-stripe-step-3 = Kopieren Sie das Signaturgeheimnis (whsec_…) des Endpunkts und tragen Sie es hier ein.
shops-stripe-step-4 = Erstellen Sie einen eingeschränkten Schlüssel, der Checkout-Sitzungen lesen darf, und tragen Sie ihn hier ein: Die Ereignisse sagen nicht, was gekauft wurde.
shops-stripe-secret-hint = Das Signaturgeheimnis des Endpunkts; es beginnt mit whsec_. Sie können es auch später eintragen.
shops-stripe-key-hint = Ein eingeschränkter Schlüssel (rk_…), der Checkout-Sitzungen lesen darf. Ohne ihn sagen nur die Metadaten „sku“ oder der Zahlungslink, was gekauft wurde.

## lemonsqueezy
shops-lemonsqueezy-what = Webhooks, signiert
shops-lemonsqueezy-step-1 = Öffnen Sie in Lemon Squeezy Settings → Webhooks und fügen Sie einen mit der URL hinzu.
shops-lemonsqueezy-step-2 = Tragen Sie dort ein Signaturgeheimnis von 6 bis 40 Zeichen ein und hier dasselbe.
shops-lemonsqueezy-step-3 = Wählen Sie order_created und order_refunded, für Abonnements auch subscription_created, subscription_payment_success und subscription_payment_refunded.
shops-lemonsqueezy-step-4 = Erstellen Sie einen API-Schlüssel und tragen Sie ihn hier ein, wenn Bestellungen mehrere Produkte haben: Ein Webhook nennt nur das erste.
shops-lemonsqueezy-secret-hint = Das Signaturgeheimnis, das Sie in Lemon Squeezy eintragen.
shops-lemonsqueezy-key-hint = Ohne ihn wird nur das erste Produkt einer Bestellung übernommen.

## gumroad
shops-gumroad-what = Ping; nicht signiert, über die eigene URL geprüft
shops-gumroad-step-1 = Öffnen Sie in Gumroad Settings → Advanced und tragen Sie die URL als „Ping endpoint“ ein.
shops-gumroad-step-2 = Behalten Sie die URL für sich: Gumroad signiert nichts, wer sie kennt, könnte Verkäufe melden.
shops-gumroad-step-3 = Legen Sie unter Settings → Advanced eine Anwendung an, erzeugen Sie ein Zugriffstoken und tragen Sie es hier ein: Dann wird jeder Verkauf nachgelesen, bevor er gilt.
shops-gumroad-step-4 = Drücken Sie „Send test ping to URL“. Er erscheint hier nach wenigen Sekunden.
shops-gumroad-key-hint = Ein Zugriffstoken mit dem Recht view_sales. Ohne es wird jedem geglaubt, der die URL kennt.

## paddle
shops-paddle-what = Webhooks; ein Schlüssel für Kundendaten
shops-paddle-step-1 = Öffnen Sie in Paddle Developer Tools → Notifications und fügen Sie ein Ziel mit der URL hinzu.
shops-paddle-step-2 = Wählen Sie transaction.completed, adjustment.created und adjustment.updated.
shops-paddle-step-3 = Kopieren Sie den geheimen Schlüssel des Ziels (pdl_ntfset_…) und tragen Sie ihn hier ein.
shops-paddle-step-4 = Erstellen Sie einen API-Schlüssel, der Kunden lesen darf, und tragen Sie ihn hier ein: Eine Transaktion enthält die Adresse nicht.
shops-paddle-secret-hint = Der geheime Schlüssel des Ziels; er beginnt mit pdl_ntfset_. Sie können ihn auch später eintragen.
shops-paddle-key-hint = Ein Schlüssel, der Kunden lesen darf. Ohne ihn wartet jeder Verkauf, bis Sie die Adresse eintragen.

## fastspring
shops-fastspring-what = Webhooks, signiert
shops-fastspring-step-1 = Öffnen Sie in FastSpring Developer Tools → Webhooks → Configuration und fügen Sie einen Webhook hinzu.
shops-fastspring-step-2 = Tragen Sie die URL ein. Nennt sie keinen Port, schreiben Sie :443 hinter den Rechnernamen, sonst nimmt FastSpring womöglich Port 8443.
shops-fastspring-step-3 = Tragen Sie dort ein „HMAC SHA256 secret“ ein und hier dasselbe. Ohne dieses signiert FastSpring nichts.
shops-fastspring-step-4 = Wählen Sie order.completed, order.canceled, return.created und für Abonnements subscription.charge.completed.
shops-fastspring-secret-hint = Ein eigener Text, derselbe wie in FastSpring. Erforderlich.
