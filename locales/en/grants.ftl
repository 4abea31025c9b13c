# The list of grants, a grant's own page, a grant by hand.

## The list
grants-title = Grants
grants-title-pending = Pending grants
grants-title-delivered = Delivered grants
grants-title-failed = Failed grants
grants-title-revoked = Revoked grants
grants-new = New grant
grants-caption = Grants, newest first
grants-caption-pending = Pending grants, the longest waiting first
grants-search-cut = More grants match than are looked at: these are from the customers who came last. Type more to find the others.
grants-not-understood = A part of this address could not be read and was left out.
grants-entitlement = Entitlement
grants-integration = Integration
grants-waiting = Waiting
grants-past-target = past target
grants-time = Time
grants-customer = Customer
grants-grant = Grant
grants-payment = Payment
grants-one-off = one-off
grants-email = E-mail
grants-holder = Held by
grants-action = Action
grants-fulfill = Fulfill
grants-view = View
grants-summary = { $count ->
        [one] 1 grant on this page, newest first
       *[other] { $count } grants on this page, newest first
    }
grants-summary-pending = { $count ->
        [one] 1 grant on this page, longest waiting first
       *[other] { $count } grants on this page, longest waiting first
    }
grants-empty-pending-title = Nothing is waiting
grants-empty-pending-text = Every pending grant has its key. New ones appear here as soon as they are paid.
grants-empty-pending-failed = See the { $count } failed deliveries
grants-empty-search-title = Nothing found
grants-empty-search-text = No grant fits this search and these filters. Try a part of the e-mail address, or search without filters.
grants-clear-search = Clear search
grants-empty-end-title = The list ends here
grants-empty-end-back = Back to its beginning
grants-empty-title = No grants yet
grants-empty-text = Sales come in by hand, from a file, or from a shop’s own code.

## Head of a grant
grants-since-delivered = to { $name }, { $time }
grants-since-failed = for { $name }, refused { $time }
grants-since-revoked = for { $name }, revoked { $time }
grants-actions = Actions
grants-show-in-audit = Show in audit log
grants-take-next-of = Take next of { $count }
grants-nothing-changed = Nothing was changed and nothing was sent.
grants-failed-title = The customer has not received the key.
grants-failed-email-rejected = The mail server refused the address for good. Correct it and send the key again.
grants-failed-email-undeliverable = The e-mail could not be handed over for 3 days. Check the address and send the key again.
grants-failed-otherwise = The delivery did not work.
grants-revoked-title = This grant is revoked.
grants-revoked-reason = Reason: { $reason }

## The key
grants-key-hidden = Hidden key
grants-key-hidden-ends = Hidden key, ends in { $end }
grants-reveal = Reveal
grants-hide = Hide
grants-reveal-hint = Revealing is written to the audit log.
grants-revealed-hint = Revealed at { $time } and written to the audit log. It is hidden again when you leave this page.
grants-key-activations = Activations
grants-key-unlimited = { $count } in use, unlimited
grants-key-expires = Expires
grants-key-expired = expired
grants-in-days = { $count ->
        [one] in 1 day
       *[other] in { $count } days
    }
grants-key-source = Source
grants-source-by = { $source } by { $name }
grants-key-delivered = Delivered
grants-key-note = Note sent
grants-key-id = License key
grants-no-key-title = No key yet
grants-no-key-text = This grant waits for a key.
grants-enter-key = Enter the key
grants-no-key-to-reveal = This grant has no key, so there is nothing to reveal.

## Its e-mail
grants-resend = Resend
grants-email-later = It goes to { $email } as soon as there is a key.
grants-email-to = To
grants-email-reply = SMTP reply
grants-email-message = Message
grants-step-tried = Tried
grants-step-handed-over = Handed over
grants-step-try = { $time }, try { $number }
grants-step-next = Goes out
grants-step-retry = Next try
grants-attempts = { $count ->
        [one] 1 try
       *[other] All { $count } tries
    }
grants-attempts-caption = Tries to send, the latest first
grants-attempt-number = Try { $number }
grants-attempt-took = { $count } ms
grants-attempt-outcome = Outcome
grants-attempt-sent = Sent
grants-attempt-temporary = Put off
grants-attempt-permanent = Refused
grants-correct = Correct the address and resend
grants-correct-email = Correct e-mail address
grants-save-and-resend = Save and resend
grants-redirect-for-admins = Only administrators can send this key to another address. Ask an administrator if the address is wrong.
grants-address-changes = Address changes
grants-address-change = { $before } → { $after }
grants-address-change-erased = The addresses were erased.
grants-resent = The e-mail is on its way to { $email } again.
grants-nothing-to-send-pending = There is no key to send yet: this grant is pending.
grants-nothing-to-send-delivered = There is no key to send.
grants-nothing-to-send-failed = There is no key to send.
grants-nothing-to-send-revoked = This grant is revoked, so its key is not sent.

## Other integrations
grants-oauth-url = Link to connect
grants-oauth-until = Link valid until
grants-oauth-valid = still valid
grants-oauth-expired = expired
grants-feature = Feature
grants-error = Error
grants-error-code = Error
grants-error-message = Message
grants-mode-auto = generated
grants-mode-manual = fulfilled by hand

## Revoking and restoring
grants-revoke-open = Revoke…
grants-revoke-here = Revoke without a dialog…
grants-revoke-title = Revoke this license key?
grants-revoke-title-pending = Revoke this grant?
grants-revoke-text = The key stops working at the next check, and an e-mail that still waits is called off. It can be restored later.
grants-revoke-text-pending = It can no longer be fulfilled then. It can be restored later.
grants-revoke-submit = Revoke key
grants-revoke-submit-pending = Revoke grant
grants-restore-open = Restore…
grants-restore-here = Restore without a dialog…
grants-restore-title = Restore this grant?
grants-restore-text = It goes back to the state before it was revoked, and its key works again.
grants-restore-submit = Restore grant
grants-reason = Reason
grants-reason-hint = At most 500 characters. The customer does not see it.
grants-reason-empty = Enter a reason.
grants-reason-too-long = The reason has more than 500 characters. Shorten it.
grants-reason-control = The reason holds a character that cannot be printed. Type it again.
grants-revoked = Revoked. It can be restored under Actions.
grants-revoked-already = This grant was revoked already. Nothing changed.
grants-restored = Restored.
grants-not-revoked = This grant is not revoked, so there is nothing to restore.

## A grant by hand
grants-new-title = New grant
grants-new-lead = For goodwill, or a sale from elsewhere.
grants-new-empty-title = Nothing can be granted yet
grants-new-empty-text = There is no active entitlement for license keys. An admin can make one.
grants-new-entitlement-hint = What the customer receives. Only active ones for license keys are listed.
grants-new-choose = Choose
grants-new-email = Customer e-mail
grants-new-email-hint = The key goes here. One customer per address.
grants-new-name = Customer name
grants-new-name-hint = Empty keeps the name of a customer who is known already.
grants-new-locale = Customer language
grants-new-locale-hint = E-mails are sent in German or English.
grants-new-locale-none = As known, else English
grants-new-payment = Payment id
grants-new-subscription = Subscription id
grants-new-reference-hint = With one of these, the same sale is never granted twice. Without them it is always a new grant.
grants-new-submit = Create grant
grants-nothing-made = No grant was made.
grants-created = Grant created.
grants-known = This sale has a grant already. Here it is; no other was made.
grants-entitlement-empty = Choose an entitlement.
grants-entitlement-wrong = This entitlement cannot be granted. Choose another one.
grants-email-empty = Enter an e-mail address.
grants-email-wrong = Enter an e-mail address such as ada@example.com.
grants-name-wrong = Enter a name of at most 200 characters in one line.
grants-locale-wrong = Choose a language, or leave it empty.
grants-reference-wrong = Enter an id of at most 128 characters without spaces, or leave it empty.
grants-form-changed = This form was already sent with other content. Check the fields and send it again.
grants-form-broken = This form was damaged on its way. Check the fields and send it again.
grants-locale-en = English
grants-locale-de = German
grants-locale-fr = French
grants-locale-es = Spanish
grants-locale-it = Italian
grants-locale-nl = Dutch
grants-locale-pl = Polish
grants-locale-pt = Portuguese
grants-locale-ja = Japanese
grants-locale-zh = Chinese
grants-reveal-reason = Reason
grants-reveal-reason-hint = Why you need to see it; kept with your name.
grants-reveal-reason-wrong = Take at most 500 characters.
