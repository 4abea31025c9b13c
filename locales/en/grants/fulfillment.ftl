# The fulfillment form, its preview and its errors; taking and releasing.

## Head
fulfillment-title = Fulfill { $product } for { $name }
fulfillment-title-delivered = Delivered.
fulfillment-back = Pending grants
fulfillment-waiting = waiting { $duration }
fulfillment-for = for { $name }
fulfillment-to = to { $name }
fulfillment-copy-id = Copy grant id
fulfillment-neighbors = Neighboring grants
fulfillment-previous = Previous
fulfillment-next = Next

## Who has taken it
fulfillment-hold-mine = Taken by you until { $time }. Others can see that you are working on it.
fulfillment-hold-free = Nobody has taken this grant. Take it so nobody else starts on it.
fulfillment-hold-other = Taken by { $name } until { $until }, working on it since { $since }.
fulfillment-hold-extend = Extend by 15 min
fulfillment-hold-take = Take
fulfillment-hold-take-over = Take over
fulfillment-hold-release = Release
fulfillment-taken-title = No key yet
fulfillment-taken-text = Taking over moves the grant to you. What { $name } has typed so far stays in their browser; the first to send a key delivers the grant.
fulfillment-take-next = Take next free grant
fulfillment-taken = Taken by you until { $time }.
fulfillment-released = Released. Others can take it now.
fulfillment-not-held = You had not taken this grant, so nothing was released.
fulfillment-nothing-left = No free grants are waiting. Reload the page to see new ones.

## The form
fulfillment-key-heading = License key
fulfillment-key = Key
fulfillment-source = Where the key comes from
fulfillment-source-stock = Next key from stock
fulfillment-source-typed = Type or paste a key
fulfillment-source-typed-hint = Checked when you send it
fulfillment-stock-left = { $count } left
fulfillment-stock-empty = Empty
fulfillment-stock-from = From batch
fulfillment-stock-use-before = use before { $date }
fulfillment-stock-reserved = It is kept for this grant while the grant is taken; nobody has seen it.
fulfillment-stock-unseen = Nobody has seen it.
fulfillment-key-hint = Paste it as it is. White space and invisible characters at both ends are removed; several lines are fine.
fulfillment-limit = Activations
fulfillment-limit-hint = Leave empty for { $limit }, from the entitlement.
fulfillment-limit-hint-none = Leave empty for unlimited, from the entitlement.
fulfillment-expires = Expires
fulfillment-expires-hint = Leave empty for { $date }, in { $days ->
        [one] 1 day
       *[other] { $days } days
    }.
fulfillment-expires-hint-never = Leave empty for no expiry.
fulfillment-note = Note to the customer
fulfillment-note-hint-en = Included in the e-mail as it is. Write in English.
fulfillment-note-hint-de = Included in the e-mail as it is. Write in German.
fulfillment-send = Fulfill and e-mail customer
fulfillment-send-next = Fulfill & next
fulfillment-unwritable = Nothing was saved or sent: Keydesk cannot write to its database. Tell whoever runs it. Everything you typed is still here: send it again once that is mended.
fulfillment-busy = The database was busy, and nothing was saved. Everything you typed is still here: send it again in a few seconds.

fulfillment-key-pattern-hint = Pattern: { $pattern }
fulfillment-key-is-shared-hint = Several customers may receive the same key.

## Links
fulfillment-link-heading = Link to { $platform }
fulfillment-link = Link
fulfillment-link-hint = Paste the whole link, such as { $example }. It must lead to { $platform }.
fulfillment-link-is-shared-hint = Several customers may receive the same link.
fulfillment-source-stock-link = Next link from stock
fulfillment-source-typed-link = Type or paste a link
fulfillment-out-of-stock-link = The stock has just run out. Nothing was sent, and this grant is still pending. Paste a link, or import links and send it again.
fulfillment-key-used-link = This link has already been issued. Use another one.
fulfillment-key-in-stock-link = This link lies in stock. Issue it from there, or enter another link.
fulfillment-link-used-on = This link was issued on { $date } with grant
fulfillment-link-used-without-grant = This link was issued on { $date }, without a grant.
fulfillment-preview-key-link = (the link)
fulfillment-preview-stock-key-link = (the next link from stock)
fulfillment-conflict-text-link = Your link was not saved and nothing was sent to the customer. The grant keeps what it has.
fulfillment-conflict-text-revoked-link = Your link was not saved and nothing was sent to the customer. A revoked grant cannot be fulfilled.
fulfillment-conflict-unused-link = This link has not been issued to anyone. You can use it for another grant.
fulfillment-conflict-used-here-link = This is the link that the grant was delivered with.
fulfillment-conflict-used-link = This link was issued on { $date } with another grant. Do not use it again.
fulfillment-conflict-copy-link = Copy link
fulfillment-conflict-no-key-link = (no link)

## What looks wrong
fulfillment-check-prefix = Check:
fulfillment-check-title = Nothing was sent. Check the key again
fulfillment-corrected = The corrected key would be
fulfillment-take-corrected = Use this one
fulfillment-confirm = Send it as it is
fulfillment-confirm-hint = The warnings are recorded in the audit log.
fulfillment-similar-with-grant = That key was issued on { $date } with grant
fulfillment-similar-without-grant = That key was issued on { $date } without a grant:

## What is wrong
fulfillment-out-of-stock = The stock has just run out. Nothing was sent, and this grant is still pending. Type a key, or import keys and send it again.
fulfillment-key-used = This key has already been issued. Use another one.
fulfillment-key-in-stock = This key lies in stock. Issue it from there, or enter another key.
fulfillment-key-used-on = This key was issued on { $date } with grant
fulfillment-key-used-without-grant = This key was issued on { $date }, without a grant.
fulfillment-key-use-another = Use another one.
fulfillment-limit-wrong = Enter a whole number from 1 to 2,147,483,647, or leave it empty.
fulfillment-note-too-long = The note is longer than 1,000 characters. Shorten it.
fulfillment-note-control = The note contains an invalid character. Type it again.
fulfillment-form-changed = This form was already sent with other content. Check the fields and send it again.
fulfillment-form-broken = The form was corrupted in transit. Check the fields and send it again.
fulfillment-nothing-sent = Nothing was saved and nothing was sent.

## The preview
fulfillment-preview = E-mail to the customer
fulfillment-preview-update = Update preview
fulfillment-preview-to = To
fulfillment-preview-from = From
fulfillment-preview-subject = Subject
fulfillment-preview-key = (the key)
fulfillment-preview-stock-key = (the next key from stock)
fulfillment-preview-no-note = (no note)
fulfillment-preview-language-en = Sent in English, the customer’s language.
fulfillment-preview-language-de = Sent in German, the customer’s language.
fulfillment-preview-language-other = Sent in English because there is no e-mail in the customer’s language ({ $locale }).

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
fulfillment-external = External id
fulfillment-metadata = Metadata
fulfillment-timeline = Timeline
fulfillment-audit-log = Audit log

## Someone else was faster
fulfillment-conflict-title = Already delivered
fulfillment-conflict-delivered = { $name } delivered this grant at { $time }
fulfillment-conflict-delivered-by-you = You delivered this grant at { $time }
fulfillment-conflict-revoked-title = Revoked
fulfillment-conflict-revoked = This grant was revoked at { $time }
fulfillment-conflict-changed = This grant is no longer pending
fulfillment-conflict-text = Your key was not saved and nothing was sent to the customer. The grant keeps its current key.
fulfillment-conflict-text-revoked = Your key was not saved and nothing was sent to the customer. A revoked grant cannot be fulfilled.
fulfillment-conflict-text-hold = It can no longer be taken. Take another one.
fulfillment-conflict-take-next = Take next
fulfillment-conflict-see = View grant
fulfillment-conflict-entered = What you entered
fulfillment-conflict-unused = This key has not been issued to anyone. You can use it for another grant.
fulfillment-conflict-used-here = This is the key that the grant was delivered with.
fulfillment-conflict-used = This key was issued on { $date } with another grant. Do not use it again.
fulfillment-conflict-copy = Copy key
fulfillment-conflict-from-entitlement = { $value }, from the entitlement
fulfillment-conflict-no-key = (no key)
fulfillment-takes-key = This grant takes a license key.
fulfillment-takes-link = This grant takes a link to its platform.
fulfillment-takes-files = This grant takes no key and no link: its customer gets files.
fulfillment-takes-nothing = Nobody has to do anything for this grant: its feature is switched on by itself.
fulfillment-not-manual = Keys of this entitlement are generated and cannot be entered by hand.

## Done
fulfillment-supplied = The key is on its way to the account that this grant comes from. { $end }
fulfillment-supplied-next = The key is on its way to the account that this grant comes from. { $end } This is the next grant.
fulfillment-supplied-none-left = The key is on its way to the account that this grant comes from. { $end } No other free grants are waiting.
fulfillment-delivered = Delivered. The e-mail is on its way to { $email }. { $end }
fulfillment-delivered-kept = Delivered, but the e-mail to { $email } was not sent: no mail server is set up. It is kept on the server. { $end }
fulfillment-delivered-next-kept = Delivered, but the e-mail to { $email } was not sent: no mail server is set up. { $end } This is the next grant.
fulfillment-delivered-none-left-kept = Delivered, but the e-mail to { $email } was not sent: no mail server is set up. { $end } No other free grants are waiting.
fulfillment-delivered-next = Delivered. The e-mail is on its way to { $email }. { $end } This is the next grant.
fulfillment-delivered-none-left = Delivered. The e-mail is on its way to { $email }. { $end } No other free grants are waiting.

fulfillment-files-title = Deliver files: { $product }
fulfillment-files-heading = Files
fulfillment-no-files = The entitlement carries no files yet, so there is nothing to send.
fulfillment-add-files = Add files
