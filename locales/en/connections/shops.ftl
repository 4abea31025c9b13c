# Shops: their pages and what became of their deliveries.
connections-new-of = Connect { $service }
shops-secret = Secret
shops-secret-required = FastSpring signs nothing without a secret. Enter the same one there and here.
shops-secret-wrong = Enter the secret as it is shown, in one line without blanks.
shops-secret-none = None is stored yet: everything that arrives is refused.
shops-secret-stored = …{ $end } since { $date }.
shops-secret-rotates = A new one replaces it; the old one is accepted for 24 hours more. Kept encrypted, never shown again.
shops-secret-add = Store secret
shops-key-store = Store key
shops-api-url-hint = Only if it is not the usual one, such as for a sandbox.
shops-add = Add and show the URL
shops-added = Added. Enter its URL in the shop now, as described below.
shops-sends = sends webhooks
shops-sales-today = { $count ->
        [one] 1 sale today
       *[other] { $count } sales today
    }
shops-to-decide = { $count ->
        [one] 1 sale needs a decision
       *[other] { $count } sales need a decision
    }
shops-is-unsigned = No secret yet
shops-is-new = Nothing arrived yet
shops-last-delivery = last delivery at { $time }
shops-pinged = first contact at { $time }
shops-no-delivery = no delivery yet
shops-paused-text = What the shop sends while the connection is paused is stored, and worked off when you resume it.
shops-log = Last deliveries
shops-log-caption = Deliveries from the shop, newest first
shops-log-empty = Nothing here yet.
shops-log-kept = Kept for 30 days.
shops-event = Event
shops-event-unnamed = (unnamed)
shops-outcome = Outcome
shops-tab-all = All
shops-tab-decision = Need a decision
shops-tab-errors = Errors
shops-again = Work off again
shops-again-done = Queued again. Reload the page in a moment.
shops-again-gone = There is nothing left to work off: it is done, or was erased.
shops-waiting = Waits
shops-tried-again = Is tried again
shops-nothing-to-do = Nothing to do
shops-grants-applied = { $count ->
        [one] 1 grant
       *[other] { $count } grants
    }
shops-grants-refunded = { $count ->
        [one] 1 grant revoked
       *[other] { $count } grants revoked
    }
shops-why-unpaid = Not paid
shops-why-test-order = Test order
shops-why-other-event = Nothing that Keydesk needs
shops-why-first-invoice = Belongs to its checkout
shops-why-no-sale = Not a sale
shops-why-not-approved = Not approved yet
shops-why-needs-no-key = Needs no key
shops-why-unknown-sale = The sale is not known here
shops-why-unknown-dispute = A dispute of a sale that is not known here
shops-why-other-lines = Only products without keys
shops-why-no-id = It has no id
shops-why-erased = The customer was erased
shops-why-dropped = Skipped by a person
shops-why-inactive = The entitlement is not active
shops-why-lines = The order has not arrived yet
shops-set-up = Set-up
shops-url = Enter this URL in the shop:
shops-on-refund = Full refund
shops-on-refund-hint = Partial refunds and disputes always ask.
shops-on-refund-revoke = Revoke the key
shops-on-refund-ask = Ask me
shops-on-test = Test orders
shops-on-test-ask = Ask me
shops-on-test-skip = Skip
shops-on-test-real = Treat as real
shops-choice-wrong = Choose one of the answers.
shops-products = Products
shops-products-none = None is mapped. Products with the name of an entitlement are found by themselves.
shops-products-no-key = Needs no key
shops-remove-text = Its URL and secrets stop working at once. Sales, grants and keys stay. Delete the webhooks in the shop too, or it keeps calling.
connections-hook-held = Needs a decision
connections-hook-asked = Needs a decision
connections-hook-refunded = Refunded
connections-hook-remembered = Remembered
connections-hook-refused = Not possible
connections-event-ping = First contact
connections-given-up = Webhooks that were given up
shops-key-stored = The API key is stored.
shops-url-later = Keydesk shows the URL once the connection is added; the steps stay on its page.
