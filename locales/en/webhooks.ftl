# Webhooks: other systems are notified of events.
webhooks-title = Webhooks
webhooks-lead = Other systems are notified of what happens to grants and license keys, signed per the Standard Webhooks spec.
webhooks-caption = Webhook endpoints, newest first
webhooks-new = New webhook
webhooks-new-title = New webhook
webhooks-edit = Edit
webhooks-edit-title = Edit { $host }
webhooks-changed-meanwhile = This endpoint was changed after you opened the form, and nothing was saved. These are its present values; check yours and save again.
webhooks-address = Address
webhooks-address-hint = Where each event is posted, such as https://shop.example/hooks.
webhooks-description = Description
webhooks-in-clear = Sent unencrypted
webhooks-in-clear-text = License keys travel over plain HTTP, and anyone on the way can read them. Use https:// where you can.
webhooks-events = Events
webhooks-events-hint = None selected means every event.
webhooks-all-events = All events
webhooks-state = State
webhooks-on = Enabled
webhooks-failing = Enabled, failing
webhooks-disabled = Disabled
webhooks-switched-off = Disabled after repeated failures
webhooks-since = Since
webhooks-failing-since = Failing since
webhooks-disable-label = Disabled: no events are sent or stored for it
webhooks-create = Create webhook
webhooks-save = Save
webhooks-created = Webhook created. Its secret is on this page; send a test to see whether it arrives.
webhooks-saved = Saved.
webhooks-deleted = Deleted the webhook to { $host }.
webhooks-empty-title = No webhooks yet
webhooks-empty-text = A shop or another system can be notified when a grant is created, delivered, failed or revoked.
webhooks-facts = Details
webhooks-off-text = It was disabled after days of failures. Edit it and save it as enabled; pending deliveries will then be sent.

## What is wrong
webhooks-url-wrong = Enter an address such as https://shop.example/hooks.
webhooks-url-long = Enter an address of at most 2,048 characters.
webhooks-url-scheme = Enter an address that begins with https:// or http://.
webhooks-url-credentials = Leave out the user name and password; the signature identifies Keydesk.
webhooks-url-private = This leads to a private address. KEYDESK_WEBHOOK_ALLOW can list networks that webhooks may reach.
webhooks-description-wrong = Enter at most 500 printable characters.

## The secret
webhooks-secret = Signing secret
webhooks-secret-hint = The receiver needs it to verify the signature of each webhook. Viewing it is recorded in the audit log.
webhooks-reveal = Show
webhooks-rotate = Replace…
webhooks-rotate-here = Replace without a dialog…
webhooks-rotate-title = Replace the signing secret?
webhooks-rotate-text = For 24 hours each webhook carries both signatures, so the receiver can switch.
webhooks-rotate-submit = Replace secret
webhooks-rotated = Secret replaced. Until { $time }, webhooks are also signed with the old one.

## Deliveries
webhooks-log = Deliveries
webhooks-log-caption = Deliveries, newest first
webhooks-log-empty-title = No deliveries yet
webhooks-log-empty-text = The next event or test appears here.
webhooks-of-grant = Webhook deliveries of this grant
webhooks-event = Event
webhooks-endpoint = Endpoint
webhooks-object = Object
webhooks-answer = Response
webhooks-tries = Attempts
webhooks-time = Time
webhooks-action = Action
webhooks-outcome = { $answer }, { $state }
webhooks-sent = sent
webhooks-given-up = given up
webhooks-retry = retry at { $time }
webhooks-called-off = Cancelled
webhooks-sending = Sending
webhooks-waiting = Waiting
webhooks-resend = Send again
webhooks-resent = It is being sent again under the same id.
webhooks-being-sent = It is already being sent. Nothing changed.
webhooks-test = Send a test
webhooks-tested = A test is on its way. Reload the page to see the response.
webhooks-test-off = The webhook is disabled. Enable it first.
webhooks-happened = Occurred
webhooks-grant = Grant
webhooks-license-key = License key
webhooks-no-attempts = No attempts yet.
webhooks-kept-hint = The request is stored with the license key masked and without the signature; of the response, only the status is stored.
webhooks-request = Request

## Deleting
webhooks-delete-heading = Delete
webhooks-delete = Delete…
webhooks-delete-here = Delete without a dialog…
webhooks-delete-title = Delete the webhook to { $host }?
webhooks-delete-text = No more events will be sent, and pending deliveries are cancelled. This cannot be undone.
webhooks-delete-submit = Delete webhook
