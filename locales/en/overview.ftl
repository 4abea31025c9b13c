# The overview page.

overview-good-morning = Good morning, { $name }
overview-good-afternoon = Good afternoon, { $name }
overview-good-evening = Good evening, { $name }
overview-now = { $weekday }, { $date }, { $time }
overview-weekday-1 = Monday
overview-weekday-2 = Tuesday
overview-weekday-3 = Wednesday
overview-weekday-4 = Thursday
overview-weekday-5 = Friday
overview-weekday-6 = Saturday
overview-weekday-7 = Sunday
overview-take-next = Take next of { $count }

## The strip
overview-oldest-waiting = Oldest waiting
overview-past-the-target = { $excess } over the { $target } target
overview-mail-overdue = { $count ->
        [one] 1 e-mail has not left
       *[other] { $count } e-mails have not left
    } for { $duration }.
overview-mail-in-clear = E-mails with license keys may be sent unencrypted.
overview-mail-in-clear-text = The mail server is configured with smtp://, which encrypts only if the server offers it. Add ?tls=required to KEYDESK_SMTP_URL, or use smtps://.
overview-target = target { $target }
overview-nobody-waits = nobody waiting
overview-past-target = Past target
overview-of-pending = of { $count } pending
overview-median-today = Median wait today
overview-nothing-today = nothing fulfilled yet
overview-fulfilled-today = Fulfilled today
overview-more = { $count } more than by this time yesterday
overview-fewer = { $count } fewer than by this time yesterday
overview-as-many = as many as by this time yesterday
overview-per-hour = Per hour since { $time }: { $counts }

## Charts
overview-waiting-time = Waiting time
overview-waiting-time-hint = { $count } days, from paid to delivered
overview-waiting-time-caption = Hours and minutes from paid to delivered
overview-half-within = Half within
overview-90-within = 90% within
overview-99-within = 99% within
overview-target-line = Target { $target }
overview-per-day = Fulfilled per day
overview-per-day-caption = Fulfilled by day
overview-days = { $count } days
overview-no-deliveries = Nothing was fulfilled in the last { $count } days.
overview-in-all = total
overview-best-day = Best day
overview-on-day = on { $day }
overview-today = Today
overview-so-far = so far
overview-as-table = Show as table
overview-day = Day
overview-fulfilled = Fulfilled

## Short lists
overview-all = All { $count }
overview-customer = Customer
overview-waiting = Waiting
overview-since = Since
overview-late = , past target
overview-oldest-pending = Oldest pending
overview-oldest-caption = Longest-waiting pending grants
overview-oldest-empty = Nothing is waiting.
overview-failed = Failed deliveries
overview-failed-caption = Grants whose delivery failed
overview-failed-empty = No delivery has failed.
overview-reveals = Keys revealed
overview-reveals-day = in the last 24 hours
overview-decisions = { $count ->
        [one] 1 grant needs a decision.
       *[other] { $count } grants need a decision.
    }

## First steps
first-steps-title = First steps
first-steps-done = (done)
first-steps-mail = Name your mail server
first-steps-mail-done = E-mail is sent through the server in KEYDESK_SMTP_URL.
first-steps-mail-text = Set KEYDESK_SMTP_URL where Keydesk runs, and start it again. Until then, e-mail is stored on this machine and not sent.
first-steps-settings = Settings in force
first-steps-entitlement = Describe what you sell
first-steps-entitlement-text = An entitlement says what a customer receives: a license key, its activations, how long it is valid.
first-steps-sale = Bring in the first sale
first-steps-sale-text = Enter it by hand, let your shop report it with an API key, or load a file on the command line:
first-steps-colleague = Invite a colleague
first-steps-colleague-text = Agents deliver keys, viewers look things up, admins do everything.
first-steps-invite = Invite someone
first-steps-agents = No sale has come in yet. You can enter one by hand.
first-steps-others = No sale has come in yet. An admin sets up what is sold; grants then appear here.

## The report by product and person
report-title = Report
report-link = Report by product, person and channel
report-lead = What was delivered, and how much of it within { $target } of the sale.
report-period = Period
report-today = Today
report-delivered = Delivered
report-percent = { $number }%
report-within = In time
report-within-count = { $count ->
        [one] 1 delivery
       *[other] { $count } deliveries
    }
report-median = Median wait
report-waiting = Waiting now
report-cut = Only the newest { $count } deliveries of this period are counted.
report-by-product = By product
report-by-person = By person
report-by-channel = By channel
report-own-days = Own days
report-product = Product
report-person = Delivered by
report-nobody = Not known
report-empty = Nothing delivered
report-empty-text = Choose a longer period.
