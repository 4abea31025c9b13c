# Replacing the key or link of a delivered grant.

replace-open = Replace key…
replace-open-link = Replace link…
replace-title = Replace the key
replace-title-link = Replace the link
replace-why = Why
replace-reason-wrong = Wrong key
replace-reason-defective = Defective
replace-reason-exposed = Exposed
replace-reason-other = Other
replace-reason-hint-wrong = Meant for someone else
replace-reason-hint-defective = Does not activate
replace-reason-hint-exposed = Others have seen it
replace-reason-hint-other = Say why below
replace-reason-missing = Say why the key is replaced.
replace-details = Details
replace-details-hint = For your colleagues and the supplier, not for the customer.
replace-details-missing = Say why in a few words.
replace-details-too-long = At most 500 characters.
replace-details-wrong = Use one line without control characters.
replace-new-key = New key
replace-new-key-link = New link
replace-key = Key
replace-key-link = Link
replace-instances = { $count ->
        [one] Its activation
       *[other] Its { $count } activations
    }
replace-instances-end = End
replace-instances-end-hint = The customer activates again with the new key.
replace-instances-move = Move to the new key
replace-instances-move-hint = For programs that check with Keydesk. The customer need not do anything.
replace-submit = Replace and e-mail customer
replace-at-once-hint = The old key is disabled at once.
replace-at-once-hint-link = The grant has the new link at once.
replace-waits-hint = The e-mail waits { $duration }, so that you can undo.
replace-nothing-changed = Nothing was replaced or sent.
replace-old-key = Old key
replace-old-key-link = Old link
replace-defects = Defects
replace-defects-of = { $count } of { $total } issued from this batch
replace-then = What happens
replace-then-disabled = The old key is disabled. If it is defective, its batch counts it.
replace-then-disabled-link = The old link is no longer shown or sent. Take it back at its platform if it still works.
replace-then-limits = The new one takes the limit and the expiry of the old one. { $end }
replace-then-sent = The customer gets the new key. The grant shows both.
replace-then-sent-link = The customer gets the new link. The grant shows both.
replace-out-of-stock = The stock has just run out. Nothing was replaced or sent. Type a key, or import keys and send it again.
replace-out-of-stock-link = The stock has just run out. Nothing was replaced or sent. Paste a link, or import links and send it again.
replace-nothing = There is nothing to replace: the grant has no key or link that can be replaced here.
replace-mirrored = The key of this grant is supplied to the account that it comes from. Replace it there.
replace-meanwhile = Somebody else has replaced this key in the meantime. Nothing more was replaced or sent.
replace-still-waiting = The e-mail with this key has not left yet. Undo the delivery instead, or send it first.
replace-expired = The key has expired, and the new one would have too. Extend the key first.
replace-done = Replaced. The e-mail with the new key is on its way to { $email }.
replace-done-kept = Replaced, but the e-mail to { $email } was not sent: no mail server is set up. It is kept on the server.
replace-waits = Replaced. The e-mail to { $email } leaves at { $time }. Until then you can undo it.
replace-before = Before
replace-before-of = { $reason }, { $name }, { $time }
replace-batch-defects = Replaced as defective
replace-supplier-defects = { $count } of this supplier’s keys
key-replaced-grant = Go to the grant where it was replaced
key-replaced = Replaced

## All keys of a recalled batch
replace-recalled-title = Replace issued keys
replace-recalled-text = Each customer who has a key of this batch gets another one from stock. The old keys are disabled, and their activations end.
replace-recalled-submit = Replace all
replace-recalled-started = The keys are being replaced. This page shows how far it is.
replace-recalled-nothing = Nothing was started: the keys are being replaced already, or the batch is not recalled.
replace-recalled-done = { $count } of { $total } issued keys were replaced.
