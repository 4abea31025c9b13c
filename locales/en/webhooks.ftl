# Other systems are told what happened.
webhooks-title = Webhooks
webhooks-lead = Other systems are told what happens to grants and license keys, signed as Standard Webhooks says.
webhooks-caption = Webhook endpoints, the newest first
webhooks-new = New webhook
webhooks-new-title = New webhook
webhooks-edit = Edit
webhooks-edit-title = Edit { $host }
webhooks-address = Address
webhooks-address-hint = Where each event is posted, such as https://shop.example/hooks.
webhooks-description = Description
webhooks-in-clear = Sent unencrypted
webhooks-in-clear-text = License keys travel over plain HTTP, and anyone on the way can read them. Use https:// where you can.
webhooks-events = Events
webhooks-events-hint = None ticked means every event.
webhooks-all-events = All events
webhooks-state = State
webhooks-on = On
webhooks-failing = On, failing
webhooks-disabled = Off
webhooks-switched-off = Switched off: it only failed
webhooks-since = Since
webhooks-failing-since = Failing since
webhooks-disable-label = Off: nothing is sent, and new events are not kept for it
webhooks-create = Create webhook
webhooks-save = Save
webhooks-created = The webhook is there. Its secret is shown on this page; send a test to see whether it arrives.
webhooks-saved = Saved.
webhooks-deleted = The webhook to { $host } is deleted.
webhooks-empty-title = No webhooks yet
webhooks-empty-text = A shop or another system can be told when a grant is created, delivered, failed or revoked.
webhooks-facts = Facts
webhooks-off-text = It has only failed for days and was switched off. Edit it and save it as on; what waits is then sent.

## What is wrong
webhooks-url-wrong = Enter an address such as https://shop.example/hooks.
webhooks-url-long = Enter an address of at most 2,048 characters.
webhooks-url-scheme = Enter an address that begins with https:// or http://.
webhooks-url-credentials = Leave out the user name and password; the signature tells that it is Keydesk.
webhooks-url-private = This leads to a private address. KEYDESK_WEBHOOK_ALLOW can name networks that webhooks may reach.
webhooks-description-wrong = Enter at most 500 characters that can be printed.

## The secret
webhooks-secret = Signing secret
webhooks-secret-hint = The receiver needs it to check the signature of each webhook. Showing it stands in the audit log.
webhooks-reveal = Show
webhooks-rotate = Replace…
webhooks-rotate-here = Replace without a dialog…
webhooks-rotate-title = Replace the signing secret?
webhooks-rotate-text = For 24 hours each webhook carries both signatures, so that the receiver can change over.
webhooks-rotate-submit = Replace secret
webhooks-rotated = The secret is replaced. Until { $time } the old one signs too.

## Deliveries
webhooks-log = Deliveries
webhooks-log-caption = Deliveries, the newest first
webhooks-log-empty-title = Nothing was sent yet
webhooks-log-empty-text = The next event, or a test, appears here.
webhooks-of-grant = Webhook deliveries of this grant
webhooks-event = Event
webhooks-endpoint = Endpoint
webhooks-object = Object
webhooks-answer = Answer
webhooks-tries = Tries
webhooks-time = Time
webhooks-action = Action
webhooks-outcome = { $answer }, { $state }
webhooks-sent = sent
webhooks-given-up = given up
webhooks-retry = again at { $time }
webhooks-called-off = Called off
webhooks-sending = Sending
webhooks-waiting = Waiting
webhooks-resend = Send again
webhooks-resent = It is sent again under the same id.
webhooks-being-sent = It is being sent this very moment. Nothing changed.
webhooks-test = Send a test
webhooks-tested = A test is on its way. Reload the page to see the answer.
webhooks-test-off = The webhook is off. Switch it on first.
webhooks-happened = Happened
webhooks-grant = Grant
webhooks-license-key = License key
webhooks-no-attempts = Nothing was tried yet.
webhooks-kept-hint = What was sent is kept with the license key masked and without the signature; of the answer only its status is kept.
webhooks-request = Request

## Deleting
webhooks-delete-heading = Delete
webhooks-delete = Delete…
webhooks-delete-here = Delete without a dialog…
webhooks-delete-title = Delete the webhook to { $host }?
webhooks-delete-text = Nothing is sent there any more, and what waits is called off. This cannot be undone.
webhooks-delete-submit = Delete webhook
