# Stock: the list, the page of an entitlement's stock, and the page of a batch.
stock-title = Stock
stock-of = Stock of { $name }
stock-export = Export CSV
stock-export-masked = Export CSV, masked
stock-caption = Stock of each entitlement, first to run out at the top
stock-by-entitlement = By entitlement, first to run out at the top
stock-entitlement = Entitlement
stock-available = Available
stock-waiting = Waiting
stock-waiting-for = waiting for { $name }
stock-per-day = Per day
stock-runs-out-on = Runs out on
stock-new-sales = New sales
stock-action = Action
stock-automatic = Automatic
stock-wait-for-staff = Wait for staff
stock-hint = Per day is the average of 28 days. The day it runs out takes into account what is waiting and how much each weekday usually takes.
stock-empty-title = No keys in stock
stock-empty-text = Keys are typed in each time. Import keys to keep some in stock.
stock-without = Without stock
stock-without-text = The keys of these entitlements are typed in each time. Import keys to keep some in stock:

## Figures
stock-of-entitlements = { $count ->
        [one] keys of 1 entitlement
       *[other] keys of { $count } entitlements
    }
stock-first-to-run-out = First to run out
stock-can-be-served = Can be served now
stock-of-waiting = of { $count } waiting
stock-used-today = Used today
stock-usual-day = { $count } on a usual day
stock-more-reserved = { $count } more reserved
stock-see-grants = See the grants
stock-used-per-day = Used per day
stock-used-in-28-days = { $count } in 28 days
stock-per-day-label = Per day, last 14 days: { $counts }
stock-empty = Empty
stock-lasts = No end in sight
stock-in-days = { $count ->
        [0] today
        [one] in 1 day
       *[other] in { $count } days
    }
stock-level-empty = Empty, alert at { $threshold }
stock-level-low = Low, alert at { $threshold }
stock-level-fine = Alert at { $threshold }
stock-level-none = No alert
stock-threshold-count = { $count ->
        [one] 1 key
       *[other] { $count } keys
    }
stock-threshold-days = { $count ->
        [one] 1 day ahead
       *[other] { $count } days ahead
    }
stock-threshold-both = { $count } or { $days }
stock-summary = { $available ->
        [one] 1 key left
       *[other] { $available } keys left
    } for { $waiting ->
        [0] no waiting grants
        [one] 1 waiting grant
       *[other] { $waiting } waiting grants
    }

## Alerts
stock-alert = Alert
stock-alert-empty-one = { $name } is empty.
stock-alert-empty-waiting = { $name } is empty and { $count ->
        [one] 1 customer is
       *[other] { $count } customers are
    } waiting.
stock-alert-low-one = { $name } is running low.
stock-alert-low-many = { $names } are running low.
stock-alert-next = Order keys, then import them.
stock-alert-hide = Hide until the next alert
stock-alert-hidden = Hidden. The next time a stock runs low, the alert is back.
stock-banner = { $count ->
        [one] The keys of 1 entitlement are running out.
       *[other] The keys of { $count } entitlements are running out.
    }
stock-banner-next = See the stock

## Serving
stock-serve = { $count ->
        [one] Serve 1 waiting
       *[other] Serve { $count } waiting
    }
stock-serving-started = The waiting grants are being served, oldest first.
stock-serving-nothing = Nothing was started: nobody is waiting, or the waiting grants are already being served.
stock-serving = Serving the waiting grants: { $done } done
stock-serving-of = Serving the waiting grants: { $done } of { $total } done
stock-job-hint = You can leave this page. The work goes on, even after a restart.
stock-refresh = Refresh

## Batches
stock-batches = Batches
stock-batches-caption = Batches, newest first
stock-batch = Batch
stock-batch-title = Batch { $name }
stock-no-batches = No keys have come in yet
stock-no-batches-text = Keys that are imported together make a batch.
stock-supplier = Supplier
stock-reference = Reference
stock-received = Received
stock-added-at = Added
stock-use-before = Use before
stock-note = Note
stock-left = Left of all
stock-left-of = { $left } of { $total }
stock-of-all = of { $count }
stock-defects = Defects
stock-percent = { $number }%
stock-recall = Recall…
stock-recall-which = batch { $name }
stock-recalled = Recalled
stock-recall-title = Recall this batch?
stock-recall-text = { $count ->
        [0] What is still available is quarantined. No key of it has been issued.
        [one] What is still available is quarantined. The issued key stays valid; its customer is listed here.
       *[other] What is still available is quarantined. The { $count } issued keys stay valid; their customers are listed here.
    }
stock-recall-submit = Recall batch
stock-reason-hint = Kept in the audit log. At most 500 characters.
stock-recall-done = Recalled. Keys quarantined: { $quarantined }; issued before: { $issued }.
stock-who-got-one = Who got a key
stock-who-caption = Issued keys of this batch and their customers
stock-nobody-got-one = Nobody yet
stock-nobody-got-one-text = Keys of this batch that are issued are listed here with their customers.
stock-customer = Customer
stock-grant = Grant
stock-issued-at = Issued
stock-without-grant = Without a grant

## Keys
stock-keys = Keys
stock-key = Key
stock-state = State
stock-where = Where it went
stock-states-label = State of the keys
stock-state-available = Available
stock-state-reserved = Reserved
stock-state-issued = Issued
stock-state-quarantined = Quarantined
stock-state-discarded = Discarded
stock-state-past = Past its date
stock-keys-caption = Keys, in the order they are given out
stock-keys-order = In the order they are given out
stock-no-keys = No such keys
stock-all-keys = { $count ->
        [one] All keys: 1
       *[other] All { $count } keys
    }
stock-previous = Previous
stock-next = Next
stock-on-this-page = on this page
stock-select-key = Select the key that ends in { $end }
stock-selected = selected
stock-in-stock = In stock
stock-kept-for-grant = Kept for a grant
stock-issued-key = Issued key
stock-until = until { $time }
stock-quarantine = Quarantine
stock-discard = Discard
stock-restore = Back to stock
stock-select-none = Select at least one key.
stock-quarantined-none = No key was quarantined; only available keys can be.
stock-quarantined-some = Keys quarantined: { $count } of { $total }. The others are not available any more.
stock-quarantined-one = 1 key was quarantined.
stock-quarantined-many = { $count } keys were quarantined.
stock-discarded-none = No key was discarded; only available and quarantined keys can be.
stock-discarded-some = Keys discarded: { $count } of { $total }. The others were issued or discarded meanwhile.
stock-discarded-one = 1 key was discarded. Its value cannot be imported again.
stock-discarded-many = { $count } keys were discarded. Their values cannot be imported again.
stock-restored-none = No key went back to stock; only quarantined keys can.
stock-restored-some = Keys back in stock: { $count } of { $total }. The others are not quarantined any more.
stock-restored-one = 1 key is back in stock.
stock-restored-many = { $count } keys are back in stock.
stock-audit = Audit log

## Settings
stock-settings = Automatic delivery and alert
stock-settings-heading = Stock
stock-settings-hint = These apply where keys are fulfilled by hand and kept in stock.
stock-delivery = New sales
stock-delivery-staff = Wait for staff
stock-delivery-staff-hint = A grant waits in the list; one press sends the next key.
stock-delivery-auto = Deliver automatically
stock-delivery-auto-hint = At once, while the stock lasts. Then they wait.
stock-refill = After a refill
stock-refill-press = Wait until somebody presses “Serve waiting”
stock-refill-auto = Serve the waiting grants, oldest first
stock-alert-legend = Alert
stock-alert-hint = Either or both. You are alerted once per refill.
stock-alert-count = Fewer keys than
stock-alert-count-hint = Leave empty for none.
stock-alert-days = Days left, fewer than
stock-alert-days-hint = Leave empty for none.
stock-save-settings = Save settings
stock-settings-saved = Saved. It applies from the next sale on; grants that wait already keep waiting.
stock-delivery-wrong = Choose whether new sales wait or are delivered automatically.
stock-refill-wrong = Choose what happens after a refill.
stock-alert-count-wrong = Enter a whole number from 1 to 1,000,000, or leave it empty.
stock-alert-days-wrong = Enter a whole number of days from 1 to 365, or leave it empty.

## Why an entitlement has no stock
stock-refused-not-a-license-key = Only license keys and links are kept in stock. This entitlement delivers neither.
stock-refused-not-manual = The keys of this entitlement are generated, so none are kept in stock. To import keys, set its fulfillment mode to by hand.
stock-refused-shared = The key of this entitlement is shared by several customers, so none are kept in stock. To import keys, turn that off in its settings.
stock-refused-inactive = This entitlement is no longer active, so no keys are added to its stock.

## Links
stock-keys-link = Links
stock-no-batches-link = No links have come in yet
stock-no-batches-text-link = Links that are imported together make a batch.
