# Connections: accounts and shops that Keydesk is connected to.
connections-title = Connections
connections-caption = Connections, those with problems first
connections-add = Add a connection
connections-empty-title = No connections yet
connections-empty-text = Connect a shop or an account, and its sales come in here.
connections-connection = Connection
connections-state = State
connections-last-contact = Last contact
connections-waiting = Waiting
connections-to-check = To check
connections-nothing = Nothing
connections-trouble-count = { $count } × { $name }
connections-never = Never
connections-kind = Kind
connections-kind-dodo = Account: mirrors grants, delivers keys there
connections-kind-wrong = Choose one of the kinds.
connections-name = Name
connections-name-hint = Shown in lists, such as “Shop Austria”.
connections-name-wrong = Enter one line of 1 to 60 characters.
connections-continue = Continue
connections-polled-every = polled every { $interval }
connections-polls-off = polling stopped

## States
connections-is-working = Working
connections-is-new = Not polled yet
connections-is-paused = Paused
connections-is-broken = API key rejected
connections-is-silent = No answer since { $time }
connections-is-out-of-step = { $count } out of step
connections-broken-unauthorized = { $service } no longer accepts the API key. Nothing is polled or delivered until you change it. Keys that are on their way wait.
connections-broken-forbidden = The API key may not supply license keys. Nothing is polled or delivered until you change it. Keys that are on their way wait.
connections-poll-failed = The last poll failed: { $error }. It is tried again.
connections-paused-text = Nothing is polled and no key is delivered while the connection is paused. Webhooks that arrive are stored and processed when you resume it.
connections-banner = { $count ->
        [one] A connection no longer works.
       *[other] { $count } connections no longer work.
    }
connections-banner-next = Change its API key

## A new connection
connections-mode = Mode
connections-mode-live = Live
connections-mode-test = Test
connections-mode-wrong = Choose live or test.
connections-api-key = API key
connections-api-key-hint = With write access. It is tried before it is stored.
connections-more = More
connections-new-secret-hint = Only if you have created the webhook at Dodo Payments yourself. Otherwise Keydesk creates it.
connections-api-url = API address
connections-api-url-hint = Only if it is not Dodo Payments’ own, such as for a test environment.
connections-connect = Try the key and connect
connections-steps = What to do
connections-step-entitlement = At Dodo Payments, set the fulfillment mode of your license key entitlements to manual.
connections-step-key = Create an API key with write access and enter it here. A read-only key shows pending grants here but cannot deliver keys.
connections-step-after = Keydesk then finds the entitlements, creates its webhook and brings in what is pending.
connections-added = Connected. Pending grants come in within a minute.
connections-added-read-only = Connected, but this key is read-only: grants come in, keys cannot be delivered.
connections-added-without-webhook = Connected and polled. { $reason }

## What is wrong
connections-api-key-empty = Enter the API key.
connections-api-key-wrong = Enter the API key as it was shown, in one line without blanks.
connections-api-key-unauthorized = Dodo Payments does not accept this key. Check that it belongs to the chosen mode.
connections-api-key-forbidden = This key may not read entitlements.
connections-api-key-elsewhere = This key belongs to another account ({ $account }). Add a second connection for it.
connections-api-key-connected = This account is already connected as “{ $name }”. Change the API key there.
connections-api-key-unreachable = Dodo Payments did not answer: { $error }. Nothing was stored; try again.
connections-secret-wrong = Enter the secret as it is shown, beginning with whsec_.
connections-poll-wrong = Choose an interval from 15 seconds to 1 hour.
