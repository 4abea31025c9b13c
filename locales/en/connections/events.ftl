# Last calls of a connection, and webhooks that arrived.
connections-log = Last calls
connections-log-caption = Last calls and webhooks, newest first
connections-log-empty = Nothing has happened yet.
connections-log-kept = Kept for 7 days.
connections-what = What
connections-time = Time
connections-result = Result
connections-event-poll = Poll
connections-event-poll-of = Poll: { $detail }
connections-event-hook = Webhook { $detail }
connections-event-supply = Key supplied
connections-event-read-again = Read again
connections-event-check = API key tried
connections-event-webhook = Webhook created
connections-event-calls = { $count ->
        [one] 1 call
       *[other] { $count } calls
    }
connections-event-ok = Done
connections-event-failed = Failed
connections-hook-applied = Applied
connections-hook-polled = Noted, polled at once
connections-hook-known = Already known
connections-hook-skipped = Not needed
connections-hook-unreadable = Not readable
connections-event-entitlements = { $count ->
        [one] 1 entitlement
       *[other] { $count } entitlements
    }
connections-event-new = { $count ->
        [one] 1 new grant
       *[other] { $count } new grants
    }
connections-event-changed = { $count ->
        [one] 1 changed
       *[other] { $count } changed
    }
connections-event-sweep = Everything looked at again
connections-hook-erased = Emptied with the customer
connections-hook-failed = Given up
