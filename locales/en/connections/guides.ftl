# Shops: how each is set up.

## shopify
shops-shopify-what = Webhooks, signed
shops-shopify-step-1 = In Shopify, open Settings → Notifications → Webhooks and choose “Create webhook”.
shops-shopify-step-2 = Choose the event “Order payment”, the format JSON, the latest version, and enter the URL above.
shops-shopify-step-3 = Copy the secret that Shopify shows below the list of webhooks, and enter it here.
shops-shopify-step-4 = Create webhooks for “Refund create” and “Order cancellation” with the same URL, then press “Send test notification”.
shops-shopify-secret-hint = Shown below the list of webhooks once there is one. You can enter it later.

## woocommerce
shops-woocommerce-what = Webhooks, signed
shops-woocommerce-step-1 = In WordPress, open WooCommerce → Settings → Advanced → Webhooks and choose “Add webhook”.
shops-woocommerce-step-2 = Set the status to “Active” and the topic to “Order updated”, and enter the URL above as the delivery URL.
shops-woocommerce-step-3 = Enter a secret of your own there, and the same one here.
shops-woocommerce-step-4 = Save. WooCommerce sends a first contact, which this page shows. It does not repeat failed deliveries: import missing days from a file.
shops-woocommerce-secret-hint = A text of your own, the same as in WooCommerce.

## stripe
shops-stripe-what = Webhooks; a restricted key for line items
shops-stripe-step-1 = In Stripe, open Developers → Webhooks and add an endpoint with the URL above.
shops-stripe-step-2 = Choose checkout.session.completed, checkout.session.async_payment_succeeded, charge.refunded, charge.dispute.created and, for subscriptions, invoice.paid.
shops-stripe-step-3 = Copy the signing secret (whsec_…) of the endpoint, and enter it here.
shops-stripe-step-4 = Create a restricted key that may read checkout sessions, and enter it here: events do not say what was bought.
shops-stripe-secret-hint = The signing secret of the endpoint, beginning with whsec_. You can enter it later.
shops-stripe-key-hint = A restricted key (rk_…) that may read checkout sessions. Without it, products are told by the metadata “sku” or the payment link alone.

## lemonsqueezy
shops-lemonsqueezy-what = Webhooks, signed
shops-lemonsqueezy-step-1 = In Lemon Squeezy, open Settings → Webhooks and add one with the URL above.
shops-lemonsqueezy-step-2 = Enter a signing secret of 6 to 40 characters there, and the same one here.
shops-lemonsqueezy-step-3 = Choose order_created and order_refunded, and for subscriptions subscription_created, subscription_payment_success and subscription_payment_refunded.
shops-lemonsqueezy-step-4 = Create an API key and enter it here if orders have several products: a webhook has the first one alone.
shops-lemonsqueezy-secret-hint = The signing secret that you enter in Lemon Squeezy.
shops-lemonsqueezy-key-hint = Without it, the first product of an order is taken alone.

## gumroad
shops-gumroad-what = Ping; not signed, checked by its own URL
shops-gumroad-step-1 = In Gumroad, open Settings → Advanced and enter the URL above as the ping endpoint.
shops-gumroad-step-2 = Keep the URL to yourself: Gumroad signs nothing, so whoever knows it could report sales.
shops-gumroad-step-3 = Create an application under Settings → Advanced, generate an access token and enter it here: each sale is then read before it is believed.
shops-gumroad-step-4 = Press “Send test ping to URL”. It appears here within seconds.
shops-gumroad-key-hint = An access token with the scope view_sales. Without it, whoever knows the URL is believed.

## paddle
shops-paddle-what = Webhooks; a key for customers
shops-paddle-step-1 = In Paddle, open Developer Tools → Notifications and add a destination with the URL above.
shops-paddle-step-2 = Choose transaction.completed, adjustment.created and adjustment.updated.
shops-paddle-step-3 = Copy the secret key of the destination (pdl_ntfset_…), and enter it here.
shops-paddle-step-4 = Create an API key that may read customers, and enter it here: a transaction does not contain the customer’s address.
shops-paddle-secret-hint = The secret key of the destination, beginning with pdl_ntfset_. You can enter it later.
shops-paddle-key-hint = A key that may read customers. Without it, each sale waits until you enter the customer’s address.

## fastspring
shops-fastspring-what = Webhooks, signed
shops-fastspring-step-1 = In FastSpring, open Developer Tools → Webhooks → Configuration and add a webhook.
shops-fastspring-step-2 = Enter the URL above. If it names no port, write :443 after the host, or FastSpring may use port 8443.
shops-fastspring-step-3 = Enter an HMAC SHA256 secret there, and the same one here. Without it, FastSpring signs nothing.
shops-fastspring-step-4 = Choose order.completed, order.canceled, return.created and, for subscriptions, subscription.charge.completed.
shops-fastspring-secret-hint = A text of your own, the same as in FastSpring. Required.
