# Sales: what needs a decision, and what came in.
nav-sales = Sales
nav-to-decide = to decide
sales-title = Sales
sales-title-decisions = { $count ->
        [0] Sales that need a decision
        [one] 1 sale needs a decision
       *[other] { $count } sales need a decision
    }
sales-new-grant = New grant
sales-to-decide = Need a decision
sales-oldest = oldest { $duration }
sales-decide = Decide
sales-today = Came in today
sales-last = Last sale
sales-connections-broken = not working
sales-tab-decisions = Need a decision
sales-tab-all = All
sales-no-shop = File, form or API
sales-order = Order { $label }
sales-and-more = { $order } and { $count } more
sales-sale = Sale
sales-open = What is open
sales-from = From
sales-since = Since
sales-when = When
sales-sold = Sold
sales-grants = Grants
sales-refunded = refunded
sales-anywhere = Anywhere
sales-caption = The last sales, newest first
sales-decisions-caption = Sales that need a decision
sales-decisions-hint = { $count } to decide. { $held ->
        [0] No order waits.
        [one] 1 order waits.
       *[other] { $held } orders wait.
    }
sales-decided-all-title = Everything is decided
sales-decided-all-text = Sales with an unknown product or without an address, test orders, partial refunds and disputes appear here.
sales-empty-title = No sales yet
sales-empty-text = Sales come in by a shop’s webhooks, by a file, by the API, or by hand.
sales-held-unknown-product = Unknown product
sales-held-unknown-product-text = “{ $word }”. { $count ->
        [one] 1 sale waits for it.
       *[other] { $count } sales wait for it.
    }
sales-held-no-address = No e-mail address
sales-held-no-address-text = The shop did not hand it over, or it cannot be used.
sales-held-test-order = Test order
sales-held-test-order-text = The shop marks it as a test.
sales-task-address-differs = Address changed
sales-task-too-many-delivered = Too many delivered
sales-task-two-sales = Two sales
sales-task-partial-refund = Partial refund
sales-task-renewal-refund = Renewal refunded
sales-task-full-refund = Refund
sales-task-dispute = Dispute opened
sales-task-order-deleted = Order deleted
sales-task-revoked-renewed = Renewed after revocation
sales-task-invitation-lost = Invitation not accepted
sales-map-label = Entitlement for “{ $word }”
sales-map-choose = Choose an entitlement
sales-map-none = None: needs no key
sales-map-submit = { $count ->
        [one] Map
       *[other] Map all { $count }
    }
sales-map-submit-one = Map
sales-mapped = { $count ->
        [0] Mapped.
        [one] Mapped. 1 sale is worked off.
       *[other] Mapped. { $count } sales are worked off.
    }
sales-address = E-mail address
sales-address-label = E-mail address for { $order }
sales-address-wrong = Enter an e-mail address such as ada@example.com.
sales-address-submit = Save, create grant
sales-do-drop = Skip
sales-do-real = Treat as real
sales-decided-granted = The grants are created.
sales-decided-held = Saved, but something else is missing now. See below.
sales-decided-dropped = Skipped.
sales-decided-nothing = Decided. The sale makes no grant; the connection’s page says why.
sales-decided-already = Somebody has already decided this, or the order came in again. Nothing was changed.
sales-decided-not-now = The shop has to be asked first and did not answer: { $error }. Try again later.
