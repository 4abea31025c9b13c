# The fulfillment form, its preview and its refusals; taking and releasing.

## Head
fulfillment-title = Fulfill { $product }
fulfillment-back = Pending grants
fulfillment-waiting = waiting { $duration }
fulfillment-for = for { $name }
fulfillment-to = to { $name }
fulfillment-copy-id = Copy grant id
fulfillment-neighbors = Neighboring grants
fulfillment-previous = Previous
fulfillment-next = Next

## Who holds it
fulfillment-hold-mine = You hold this grant until { $time }. Others see that you work on it.
fulfillment-hold-free = Nobody holds this grant. Take it, so that nobody else starts on it.
fulfillment-hold-other = { $name } is working on this since { $since }, and holds it until { $until }.
fulfillment-hold-extend = Hold 15 min longer
fulfillment-hold-take = Take
fulfillment-hold-take-over = Take over
fulfillment-hold-release = Release
fulfillment-taken-title = No key yet
fulfillment-taken-text = Taking over moves the grant to you. What { $name } has typed so far stays in their browser; whoever sends a key first delivers the grant.
fulfillment-take-next = Take next free grant
fulfillment-taken = You hold this grant until { $time }.
fulfillment-released = Released. Others can take it now.
fulfillment-not-held = You did not hold this grant, so nothing was released.
fulfillment-nothing-left = Nothing waits that nobody holds. New grants appear here by themselves.

## The form
fulfillment-key-heading = License key
fulfillment-key = Key
fulfillment-key-hint = Paste it as it is. White space at both ends is cut; several lines are fine.
fulfillment-limit = Activations
fulfillment-limit-hint = Empty means { $limit }, from the entitlement.
fulfillment-limit-hint-none = Empty means unlimited, from the entitlement.
fulfillment-expires = Expires
fulfillment-expires-hint = Empty means { $date }, in { $days ->
        [one] 1 day
       *[other] { $days } days
    }.
fulfillment-expires-hint-never = Empty means that it never expires.
fulfillment-note = Note to the customer
fulfillment-note-hint-en = Goes into the e-mail as it is. Write English here.
fulfillment-note-hint-de = Goes into the e-mail as it is. Write German here.
fulfillment-send = Fulfill and e-mail customer
fulfillment-send-next = Fulfill & next
fulfillment-busy = The database was busy, and nothing was stored. Everything you typed is still here: send it again in a few seconds.

## What is wrong
fulfillment-key-empty = Enter the key.
fulfillment-key-too-long = The key has more than 4,096 characters. Shorten it.
fulfillment-key-control = The key holds a character that cannot be printed. Type or paste it again.
fulfillment-key-used = This key has already been issued. Use another one.
fulfillment-key-used-on = This key was issued on { $date } with grant
fulfillment-key-used-without-grant = This key was issued on { $date }, without a grant.
fulfillment-key-use-another = Use another one.
fulfillment-limit-wrong = Enter a whole number from 1 to 2,147,483,647, or leave it empty.
fulfillment-expires-malformed = Enter a date and a time such as 2027-01-31T18:00, or leave it empty.
fulfillment-expires-skipped = The clocks go forward over this time on that day. Enter an hour earlier or later.
fulfillment-expires-past = This is in the past. Enter a later date, or leave it empty.
fulfillment-note-too-long = The note has more than 1,000 characters. Shorten it.
fulfillment-note-control = The note holds a character that cannot be printed. Type it again.
fulfillment-form-changed = This form was already sent with other content. Check the fields and send it again.
fulfillment-form-broken = This form was damaged on its way. Check the fields and send it again.
fulfillment-nothing-sent = Nothing was stored and nothing was sent.

## The preview
fulfillment-preview = E-mail to the customer
fulfillment-preview-update = Update preview
fulfillment-preview-to = To
fulfillment-preview-from = From
fulfillment-preview-subject = Subject
fulfillment-preview-key = (the key)
fulfillment-preview-no-note = (no note)
fulfillment-preview-language-en = Sent in English, the customer’s language.
fulfillment-preview-language-de = Sent in German, the customer’s language.
fulfillment-preview-language-other = Sent in English: there is no e-mail in the customer’s language ({ $locale }).

## Beside the form
fulfillment-customer = Customer
fulfillment-customer-language = Language
fulfillment-language-en = English
fulfillment-language-de = German
fulfillment-customer-earlier = Other grants
fulfillment-customer-grants = { $count ->
        [one] 1 grant
       *[other] { $count } grants
    }
fulfillment-customer-revoked = { $count } revoked
fulfillment-customer-id = Customer
fulfillment-purchase = Purchase
fulfillment-product = Product
fulfillment-entitlement = Entitlement
fulfillment-created = Created
fulfillment-payment = Payment
fulfillment-subscription = Subscription
fulfillment-external = Other id
fulfillment-metadata = Metadata
fulfillment-timeline = Timeline
fulfillment-audit-log = Audit log

## Somebody was quicker
fulfillment-conflict-title = Already delivered
fulfillment-conflict-delivered = { $name } delivered this grant at { $time }
fulfillment-conflict-delivered-by-you = You delivered this grant at { $time }
fulfillment-conflict-revoked-title = Revoked
fulfillment-conflict-revoked = This grant was revoked at { $time }
fulfillment-conflict-changed = This grant is not pending any more
fulfillment-conflict-text = Your key was not stored and nothing was sent to the customer. The grant keeps the key it has.
fulfillment-conflict-text-revoked = Your key was not stored and nothing was sent to the customer. A revoked grant is not fulfilled.
fulfillment-conflict-text-hold = It cannot be held any more. Take another one.
fulfillment-conflict-take-next = Take next
fulfillment-conflict-see = See the grant
fulfillment-conflict-entered = What you entered
fulfillment-conflict-unused = This key has not been issued to anyone. You can use it for another grant.
fulfillment-conflict-used-here = This is the key that the grant was delivered with.
fulfillment-conflict-used = This key was issued on { $date } with another grant. Do not use it again.
fulfillment-conflict-copy = Copy key
fulfillment-conflict-from-entitlement = { $value }, from the entitlement
fulfillment-conflict-no-key = (no key)
fulfillment-not-a-license-key = Keydesk does not fulfill this kind of grant; its integration does that by itself.
fulfillment-not-manual = Keys of this entitlement are generated; nobody types them in.

## Done
fulfillment-delivered = Delivered. The e-mail is on its way to { $email }.
fulfillment-delivered-next = Delivered. The e-mail is on its way to { $email }. This is the next grant.
fulfillment-delivered-none-left = Delivered. The e-mail is on its way to { $email }. Nothing else waits that nobody holds.
