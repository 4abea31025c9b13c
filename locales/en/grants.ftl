# The list of grants, a grant's own page, a grant by hand.

## The list
grants-title = Grants
grants-title-pending = Pending grants
grants-title-delivered = Delivered grants
grants-title-failed = Failed grants
grants-title-revoked = Revoked grants
grants-title-mine = Grants assigned to you
grants-title-decision = Grants that need a decision
grants-needs-decision = Needs a decision
grants-mine = Mine
grants-channel = Channel
grants-channel-own = By hand, API or file
grants-assignee = Assigned to
grants-anyone = Anyone
grants-assigned-to-me = Me
grants-is-assigned = assigned
grants-new = New grant
grants-caption = Grants, newest first
grants-caption-product = Grants by product
grants-caption-pending = Pending grants, longest waiting first
grants-caption-oldest = Grants, oldest first
grants-caption-pending-newest = Pending grants, newest first
grants-search-cut = Too many matches; only grants of the newest customers are shown. Refine your search to find the others.
grants-not-understood = Part of this address could not be read and was ignored.
grants-entitlement = Entitlement
grants-integration = Integration
grants-waiting = Waiting
grants-past-target = past target
grants-time = Time
grants-created-at = Created
grants-delivered-at = Delivered
grants-failed-at = Failed
grants-revoked-at = Revoked
grants-by = By
grants-why = Why
grants-why-email-rejected = Address rejected
grants-why-email-undeliverable = Not delivered in 3 days
grants-why-otherwise = Not delivered
grants-correct-short = Correct
grants-filters = Filters
grants-filters-in-force = Filters in use
grants-filters-clear = Clear filters
grants-filter-drop = (remove this filter)
grants-delivered-by = Delivered by
grants-revoked-by = Revoked by
grants-days = Days
grants-days-from = from { $from }
grants-days-to = until { $to }
grants-days-between = { $from } to { $to }
grants-today = today
grants-sent-today = What I sent today
grants-customer = Customer
grants-grant = Grant
grants-payment = Payment
grants-email = E-mail
grants-holder = Taken by
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
grants-summary-oldest = { $count ->
        [one] 1 grant on this page, oldest first
       *[other] { $count } grants on this page, oldest first
    }
grants-summary-product = { $count ->
        [one] 1 grant on this page, by product
       *[other] { $count } grants on this page, by product
    }
grants-empty-pending-title = Nothing is waiting
grants-empty-pending-text = Every grant has its key.
grants-empty-pending-failed = View { $count } failed deliveries
grants-empty-mine-title = Nothing is assigned to you
grants-empty-mine-text = Grants that a colleague or you assign to you are listed here while they wait.
grants-empty-search-title = Nothing found
grants-empty-search-text = No grants match this search and these filters. Try part of the e-mail address, or search without filters.
grants-in-other-tabs = Found in other tabs:
grants-outside-filters = Found without the filters:
grants-show-pending = Show { $count } pending
grants-show-delivered = Show { $count } delivered
grants-show-failed = Show { $count } failed
grants-show-revoked = Show { $count } revoked
grants-clear-search = Clear search
grants-empty-end-title = The list ends here
grants-empty-end-back = Back to the beginning
grants-decision = What to decide
grants-empty-decision-title = Nothing to decide
grants-empty-decision-text = What contradicts a sale that was reported before is listed here until somebody decides.
grants-empty-title = No grants yet
grants-empty-text = Sales are entered by hand, imported from a file or reported by a shop’s own code.

## Head of a grant
grants-since-delivered = to { $name }, { $time }
grants-since-failed = for { $name }, failed { $time }
grants-since-revoked = for { $name }, revoked { $time }
grants-actions = Actions
grants-show-in-audit = Show in audit log
grants-take-next-of = Take next of { $count }
grants-nothing-changed = Nothing was changed and nothing was sent.
grants-failed-title = The customer has not received the key.
grants-failed-email-rejected = The mail server permanently rejected the address. Correct it and send the key again.
grants-failed-email-undeliverable = The e-mail could not be delivered for 3 days. Check the address and send the key again.
grants-failed-otherwise = The delivery failed.
grants-revoked-title = This grant is revoked.
grants-revoked-reason = Reason: { $reason }
grants-revoked-refund = The payment was refunded.
grants-revoked-quantity-reduced = The sale has fewer than before.

## What needs a decision
task-title = Needs a decision:
task-address-differs = The sale was reported again with another address, { $email }. The key has gone to the old one, or an old report came again.
task-address-differs-erased = The sale was reported again with another address, but the data of that customer was erased.
task-address-admins = Ask an admin: only admins may send keys to another address.
task-too-many-delivered = { $count ->
        [one] The sale now has 1 piece, but more keys than that are delivered. Revoke those that are too many, or leave them.
       *[other] The sale now has { $count } pieces, but more keys than that are delivered. Revoke those that are too many, or leave them.
    }
task-two-sales = A report has ids of two sales. It was taken as one of this sale; the other one is
task-invitation-lost = The customer was not invited at GitHub, or did not accept. The card “GitHub access” says why.
task-partial-refund = A part of payment { $payment } was refunded. The key still works.
task-partial-refund-unnamed = A part of the sale was refunded. The key still works.
task-renewal-refund = Payment { $payment }, a renewal, was refunded. The key still works.
task-renewal-refund-unnamed = A renewal was refunded. The key still works.
task-revoked-renewed = The subscription was renewed with payment { $payment }, but this grant is revoked.
task-full-refund = Payment { $payment } was refunded. The key still works.
task-full-refund-unnamed = The sale was refunded. The key still works.
task-dispute = The customer disputes payment { $payment }. The key still works.
task-dispute-unnamed = The customer disputes the payment. The key still works.
task-order-deleted = The shop deleted order { $payment }. The key still works.
task-order-deleted-unnamed = The shop deleted the order. The key still works.
task-revoke-admins = Only admins may revoke. Ask an admin.
task-do-revoke = Revoke the key
task-done-revoke = Revoked what the sale still had.
task-do-use-new-address = Use the new address
task-do-keep-old-address = Keep the old address
task-do-settled = Mark as settled
task-choose = Choose one of the answers. Nothing was changed.
task-already = This was decided already, and nothing was changed. The timeline says by whom.
task-done-use-new-address = The new address is used from now on. Delivered keys are sent to it.
task-done-keep-old-address = The old address stays.
task-done-settled = Marked as settled.

## The key
grants-key-hidden = Hidden key
grants-key-hidden-ends = Hidden key, ends in { $end }
grants-reveal = Reveal
grants-hide = Hide
grants-reveal-hint = Revealing is recorded in the audit log.
grants-revealed-hint = Revealed at { $time } and recorded in the audit log. It is hidden again when you leave this page.
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
grants-no-key-text = This grant is waiting for a key.
grants-enter-key = Enter the key
grants-no-key-to-reveal = This grant has no key, so there is nothing to reveal.

## Links
grants-no-key-title-link = No link yet
grants-no-key-text-link = This grant is waiting for a link.
grants-enter-key-link = Enter the link
grants-key-id-link = Link
grants-link-hidden = Hidden link
grants-link-accepted = Accepted
grants-link-not-accepted = Not noted yet
grants-link-accepted-by = { $time }, noted by { $name }
grants-link-accepted-platform = { $time }, as the platform says
grants-accept = Note as accepted
grants-unaccept = Take back
grants-accepted-noted = Noted: the customer accepted the invitation.
grants-accepted-undone = Taken back: the invitation is no longer noted as accepted.
grants-accepted-not-delivered = This grant has no link that somebody could accept. Nothing was changed.
grants-revoke-title-link = Revoke this access?
grants-revoke-text-link = The link is no longer shown or sent, and any pending e-mail is cancelled. On the platform itself, take the access back yourself. The grant can be restored later.
grants-restore-text-active-link = It returns to the state before it was revoked. Whether its link still works, only the platform knows.
grants-restore-text-expired-link = It returns to the state before it was revoked. Its link has expired.
grants-restore-text-disabled-link = It returns to the state before it was revoked. Its link was disabled and stays disabled.


## Its e-mail
grants-resend = Resend
grants-email-later = It will be sent to { $email } as soon as there is a key.
grants-email-to = To
grants-email-reply = SMTP reply
grants-email-message = Message
grants-step-tried = Attempted
grants-step-handed-over = Accepted by server
grants-step-try = { $time }, attempt { $number }
grants-step-next = To be sent
grants-step-retry = Next attempt
grants-step-unanswered = Handed to the server, no answer
grants-step-not-again = Not attempted again
grants-email-unknown-hint = The mail server has the e-mail but has not said whether it accepts it. The customer may have it. It is tried again only after one hour and then after six, so that few copies arrive.
grants-email-kept-hint = No mail server is set up, so the customer has not received this e-mail. Send it again once there is one.
grants-attempts = { $count ->
        [one] 1 attempt
       *[other] All { $count } attempts
    }
grants-attempts-caption = Delivery attempts, newest first
grants-attempt-number = Attempt { $number }
grants-attempt-took = { $count } ms
grants-attempt-outcome = Outcome
grants-attempt-sent = Sent
grants-attempt-temporary = Deferred
grants-attempt-kept = Kept, not sent
grants-attempt-unknown = No answer
grants-attempt-permanent = Rejected
grants-correct = Correct the address and resend
grants-correct-email = Correct e-mail address
grants-save-and-resend = Save and resend
grants-correct-hint = { $count ->
        [0] Changes the customer’s address.
        [one] Changes the customer’s address, also for their other grant.
       *[other] Changes the customer’s address, also for their { $count } other grants.
    }
grants-move-ask = { $sentence } Tick the box to move this grant to them.
grants-move-confirm = Move this grant to { $name }
grants-move-hint = The grant and its key become theirs, and the e-mail goes to them. The address of { $from } does not change.
grants-redirect-for-admins = Only administrators can send this key to another address. Ask an administrator if the address is wrong.
grants-address-changes = Address changes
grants-address-change = { $before } → { $after }
grants-address-change-erased = The addresses were erased.
grants-resend-changed = This form was already sent with another address. Check the address and send it again.
grants-resent-first = The e-mail is on its way to { $email }.
grants-resent = The e-mail is on its way to { $email } again.
grants-resent-kept = The e-mail to { $email } was not sent: no mail server is set up. It is kept on the server.
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
grants-revoke-text = The key stops working at the next check, and any pending e-mail is cancelled. The key can be restored later.
grants-revoke-text-pending = It can then no longer be fulfilled. It can be restored later.
grants-revoke-submit = Revoke key
grants-revoke-submit-pending = Revoke grant
grants-restore-open = Restore…
grants-restore-here = Restore without a dialog…
grants-restore-title = Restore this grant?
grants-restore-text = It returns to the state before it was revoked.
grants-restore-text-active = It returns to the state before it was revoked, and its key works again.
grants-restore-text-expired = It returns to the state before it was revoked. Its key has expired and does not work again.
grants-restore-text-disabled = It returns to the state before it was revoked. Its key was disabled and stays disabled.
grants-restore-submit = Restore grant
grants-reason = Reason
grants-reason-hint = At most 500 characters. The customer does not see it.
grants-reason-empty = Enter a reason.
grants-reason-too-long = The reason is longer than 500 characters. Shorten it.
grants-reason-control = The reason contains an invalid character. Type it again.
grants-revoked = Revoked. It can be restored under Actions.
grants-revoked-already = This grant was already revoked. Nothing changed.
grants-restored = Restored.
grants-restored-active = Restored. Its key works again.
grants-restored-expired = Restored. Its key has expired.
grants-restored-disabled = Restored. Its key stays disabled.
grants-mirrored-revoke = This grant comes from a connected account. Revoke it there; Keydesk follows within a few minutes.
grants-mirrored-restore = This grant comes from a connected account. Grant it again there; Keydesk follows within a few minutes.
grants-not-revoked = This grant is not revoked, so there is nothing to restore.

## A grant by hand
grants-new-title = New grant
grants-new-lead = For goodwill, or a sale made elsewhere.
grants-new-empty-title = Nothing can be granted yet
grants-new-empty-text = There is no active entitlement for license keys. An admin can create one.
grants-new-empty-text-admin = There is no active entitlement for license keys. Create one first.
grants-new-entitlement-hint = What the customer receives. Only active entitlements for license keys are listed.
grants-new-choose = Choose
grants-new-email = Customer e-mail
grants-new-email-hint = The key is sent here. One customer per address.
grants-new-name = Customer name
grants-new-name-hint = Leave empty to keep the name of an existing customer.
grants-new-locale = Customer language
grants-new-locale-hint = E-mails are sent in German or English.
grants-new-locale-none = As on file, otherwise English
grants-new-payment = Payment id
grants-new-subscription = Subscription id
grants-new-reference-hint = With one of these, duplicate sales are ignored. Without them, a new grant is always created.
grants-new-submit = Create grant
grants-nothing-made = The grant was not created.
grants-created = Grant created.
grants-known = A grant for this sale already exists and is shown here. No other was created.
grants-entitlement-empty = Choose an entitlement.
grants-entitlement-wrong = This entitlement cannot be granted. Choose another one.
grants-email-empty = Enter an e-mail address.
grants-email-wrong = Enter an e-mail address such as ada@example.com.
grants-email-unreachable = The mail server cannot send to addresses with such letters before the @. Use another address.
grants-name-wrong = Enter a name of at most 200 characters in one line.
grants-name-reversed = The name contains an invisible character that reverses text. Delete the name and type it.
grants-locale-wrong = Choose a language, or leave it empty.
grants-reference-wrong = Enter an id of at most 128 characters without spaces, or leave it empty.
grants-reference-invisible = This id contains a character that cannot be seen, perhaps from copying it. Type the id, or leave the field empty.
grants-form-changed = This form was already sent with other content. Check the fields and send it again.
grants-form-broken = The form was corrupted in transit. Check the fields and send it again.
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
grants-reveal-reason-hint = Why you need to see it; stored with your name.
grants-reveal-reason-wrong = Use at most 500 characters.
