# One connection: its page.
connections-copy-id = Copy connection ID
connections-copy-url = Copy URL
connections-last-poll-at = last poll at { $time }
connections-poll = Poll now
connections-polled = Polled. New grants: { $grants }.
connections-poll-broken = The API key is not accepted. Change it first.
connections-poll-goes-on = Part of it is done; the rest follows within the rate limit.
connections-poll-busy = It is being polled right now. Reload the page in a moment.
connections-poll-off = The connection is paused. Resume it first.
connections-poll-error = The poll failed: { $error }. It is tried again.
connections-pause = Pause
connections-pause-done = Paused. Nothing is polled or delivered.
connections-resume = Resume
connections-resume-done = Resumed. It is polled now.
connections-last-poll = Last poll
connections-next-poll = next at { $time }, every { $interval }
connections-last-hook = Last webhook
connections-hook-valid = signature valid
connections-calls-left = Calls left this minute
connections-calls-of = of { $limit }
connections-calls-unknown = no answer yet
connections-on-the-way = On the way there
connections-wait-for-staff = { $count ->
        [0] none wait for staff
        [one] 1 waits for staff
       *[other] { $count } wait for staff
    }
connections-first-of = First { $count } of { $total }.

## What the key may do
connections-may = What this key may do
connections-may-read = Read grants, customers and payments
connections-may-supply = Supply license keys
connections-may-webhook = Create its own webhook
connections-may-not = Not: { $right }
connections-may-unknown = Not known yet: { $right }
connections-may-hint = A read-only key shows grants here and cannot deliver keys.
connections-may-hint-read-only = This key is read-only: it shows grants here and cannot deliver keys.
connections-may-hint-unknown = Whether it may deliver is found out with the first key.
connections-change-key = Change the API key
connections-key-now = Now: …{ $end } since { $date }. A new one is tried before it is stored.
connections-try-key = Try and store
connections-key-changed = The new API key works and is in use.
connections-key-changed-read-only = The new API key is in use, but it is read-only: keys cannot be delivered.

## Settings
connections-settings = Settings
connections-poll-every = Poll every
connections-poll-every-hint = Webhooks bring new grants sooner; polling finds what they miss.
connections-send-mail = Send Keydesk’s e-mail too
connections-send-mail-hint = { $service } mails the key itself. With this, customers get two e-mails.
connections-save = Save settings
connections-saved = Saved.
connections-changed-meanwhile = This connection was changed after you opened the page, and nothing was saved. Check the values and save again.

## Webhook
connections-webhook = Webhook
connections-webhook-by-keydesk = Created by Keydesk
connections-webhook-own = Created by hand
connections-webhook-none = Not set up
connections-webhook-url = URL
connections-webhook-events = Events
connections-webhook-kinds = { $count } types
connections-webhook-secret = Signing secret
connections-webhook-secret-hint = From the webhook’s page there. The previous one is accepted for another 24 hours.
connections-webhook-secret-none = Not stored
connections-make-webhook = Create the webhook
connections-webhook-made = The webhook is created and its secret stored.
connections-webhook-not-public = The portal has no public https address, so that no webhook can reach it. Polling works without it.
connections-webhook-not-allowed = The API key may not create webhooks. Create the webhook by hand.
connections-webhook-not-created = The webhook could not be created ({ $error }). Create it on this page later, or by hand.
connections-webhook-by-hand = Set up by hand
connections-webhook-by-hand-text = Create a webhook with this URL for these events, and enter its secret here:
connections-store-secret = Store the secret
connections-secret-stored = The secret is stored.

## Removing
connections-remove-heading = Remove
connections-remove = Remove…
connections-remove-here = Remove without a dialog…
connections-remove-title = Remove the connection “{ $name }”?
connections-remove-text = The API key and what was stored of the connection are deleted. Its grants stay here, but are no longer kept in step, and keys for them are sent by e-mail from here.
connections-remove-submit = Remove connection
connections-removed = Removed the connection “{ $name }”.
connections-remove-waits = { $count ->
        [one] 1 key is
       *[other] { $count } keys are
    } still on the way there. Remove the connection once they have arrived.
connections-not-removed = { $reason }
