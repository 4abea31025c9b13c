# Importing sales from a file.
imports-title = Import sales
imports-many = Many at once: import a file
imports-nothing-stored = Nothing is stored yet.
imports-file = File
imports-file-hint = CSV, TSV, XLSX or JSON lines, up to { $lines } lines and { $max } MiB. Nothing is imported before you have seen every line.
imports-too-large = The file is larger than { $max } MiB. Divide it, or have it imported with keydesk import.
imports-no-source = Choose a file, or paste lines.
imports-two-sources = Choose a file or paste lines, not both.
imports-paste = Or paste lines
imports-lines = Lines
imports-lines-hint = The header first.
imports-pasted = Pasted lines
imports-format = What it is
imports-format-detect = Detect automatically
imports-format-remembered = { $name } (remembered)
imports-format-by-hand = Something else: I map the columns
imports-zone = Time zone of dates without one
imports-zone-unknown = This time zone is not known. An example is Europe/Berlin.
imports-read = Read the file
imports-earlier = Earlier imports
imports-earlier-none = None yet.
imports-earlier-caption = Earlier imports, newest first
imports-imported = Imported
imports-left-out = Left out
imports-refused-file = Refused lines
imports-skipped-file = Skipped lines
imports-good-to-know = Good to know
imports-twice = Importing twice is harmless
imports-twice-text = Sales that are known, from a file or otherwise, add nothing.
imports-unpaid = Unpaid and refunded ones stay out
imports-unpaid-text = They are counted and shown, not imported.
imports-analytics = Not WooCommerce “Analytics”
imports-analytics-text = That export has no e-mail addresses. Use an order export plugin.
imports-excel = Do not open it in Excel first
imports-excel-text = It rounds long order numbers; such lines are refused.
imports-gone = This file is not waiting any more. Choose it again.
imports-read-meanwhile = The file was read again or confirmed in another window. Look at it anew.
imports-cannot-read = The file cannot be read that way: { $why }
imports-layout-own = Keydesk’s own columns
imports-layout-json = JSON lines
imports-layout-by-hand = Mapped columns

imports-step-2 = Step 2 of 3
imports-step-3 = Step 3 of 3
imports-map-page = Columns of { $name }
imports-map-title = What is in which column?
imports-map-lead = { $name }: none of the known exports. The fields are filled in from names and contents: check them.
imports-how-read = How the file is read
imports-sheet = Sheet
imports-header = Line with the names
imports-header-first = Look for it
imports-encoding = Characters
imports-delimiter = Divided by
imports-delimiter-comma = Commas
imports-delimiter-semicolon = Semicolons
imports-delimiter-tab = Tabs
imports-delimiter-bar = Bars
imports-read-again-button = Read again
imports-garbled = Garbled letters, such as “MÃ¶ller”? Choose other characters.
imports-columns = Columns
imports-columns-caption = Columns of the file and what they become
imports-needed = Needed: an order number, an e-mail address, and a product or SKU
imports-column = Column
imports-samples = Sample values
imports-becomes = Becomes
imports-column-letter = Column { $letter }
imports-column-becomes = { $name } becomes
imports-no-name = no name
imports-empty = empty
imports-field-none = Leave out
imports-field-external-id = Order number
imports-field-customer-email = E-mail
imports-field-customer-name = Name
imports-field-product = Product
imports-field-sku = SKU
imports-field-quantity = Quantity
imports-field-created-at = Paid on
imports-field-status = Payment state
imports-field-customer-locale = Language
imports-field-payment-id = Payment number
imports-field-subscription-id = Subscription
imports-field-keep = Keep as metadata
imports-needs-order = Say which column has the order number: without one, importing the file again would add its sales again.
imports-needs-email = Say which column has the e-mail address.
imports-needs-product = Say which column has the product or its SKU.
imports-field-twice = Two columns are “{ $field }”. Choose one.
imports-remember = Remember these columns as
imports-remember-hint = Used automatically for the next file with the same names of columns, and by the command line as --map.
imports-mapping-name-wrong = One line of at most { $max } characters.
imports-show-lines = Show every line
imports-other-file = Other file

imports-preview-title = { $count ->
        [one] 1 line checked
       *[other] { $count } lines checked
    }
imports-preview-until = Nothing is imported yet; the file waits until { $time }.
imports-new-note = { $grants ->
        [one] 1 grant
       *[other] { $grants } grants
    } for { $customers ->
        [one] 1 customer
       *[other] { $customers } customers
    }
imports-known-note = add nothing
imports-skipped = Skipped
imports-refused = Cannot be imported
imports-products = { $count ->
        [one] 1 product is not known
       *[other] { $count } products are not known
    }
imports-products-hint = What you say here is remembered for the next time.
imports-product = “{ $word }”: { $lines ->
        [one] 1 line
       *[other] { $lines } lines
    }
imports-product-named = “{ $name }”, { $word }: { $lines ->
        [one] 1 line
       *[other] { $lines } lines
    }
imports-product-later = Decide later
imports-product-none = None: needs no key
imports-check-again = Check again with these
imports-line-by-line = Line by line
imports-refused-csv = { $count ->
        [one] The refused line, as CSV
       *[other] The { $count } refused, as CSV
    }
imports-skipped-csv = { $count ->
        [one] The skipped line, as CSV
       *[other] The { $count } skipped, as CSV
    }
imports-problems-first = Problems first
imports-lines-caption = Lines of the file, problems first
imports-line = Line
imports-customer = Customer
imports-no-address = No address
imports-order = Order
imports-product-column = Product
imports-result = Result
imports-reason = Why
imports-quantity = × { $count }
imports-range = { $from } to { $to } of { $count }
imports-previous = Previous
imports-next = Next
imports-confirm = { $count ->
        [one] Import 1 sale
       *[other] Import { $count } sales
    }
imports-confirm-known = Go through the known sales again
imports-confirm-hint = The lines are imported as shown here. Confirming twice imports once.
imports-nothing = No line of this file is a sale that can be imported.
imports-read-again = The file was read again since you saw it. Check the lines and confirm once more.

imports-kind-new = New
imports-kind-known = Known
imports-kind-unpaid = Unpaid
imports-kind-refunded = Refunded
imports-kind-test = Test
imports-kind-renewal = Renewal
imports-kind-no-sale = Not a sale
imports-kind-needs-no-key = Needs no key
imports-kind-no-email = No e-mail
imports-kind-no-product = No product
imports-kind-rounded = Rounded
imports-kind-refused = Refused
imports-kind-done = Erased
imports-count-new = { $count } new
imports-count-known = { $count } known
imports-count-unpaid = { $count } unpaid
imports-count-refunded = { $count } refunded
imports-count-test = { $count ->
        [one] 1 test
       *[other] { $count } tests
    }
imports-count-renewal = { $count ->
        [one] 1 renewal
       *[other] { $count } renewals
    }
imports-count-no-sale = { $count } not a sale
imports-count-needs-no-key = { $count ->
        [one] 1 needs no key
       *[other] { $count } need no key
    }
imports-count-no-email = { $count } without e-mail
imports-count-no-product = { $count } without product
imports-count-rounded = { $count } rounded
imports-count-refused = { $count } refused
imports-why-new = { $count ->
        [one] 1 grant
       *[other] { $count } grants
    }
imports-why-known = Nothing new.
imports-why-unpaid = The state is “{ $state }”. Import the file again once it is paid.
imports-why-refunded = The state is “{ $state }”.
imports-why-test = A test order.
imports-why-renewal = A further payment of a subscription that the file does not name.
imports-why-no-sale = A payout, a sum, or another line without a sale.
imports-why-needs-no-key = This product needs no key.
imports-why-no-email = The line has no e-mail address. It comes back in the file of refused lines.
imports-why-no-product = Nobody has said what this product is, or that it needs no key.
imports-why-rounded = The order number has lost its digits in a spreadsheet. Export the file again without opening it there.
imports-why-done = The customer was erased; the line is left out.
imports-why-refused = Something is missing or wrong.
imports-late-no-entitlement = The entitlement does not exist any more.
imports-late-inactive = The entitlement was deleted.
imports-late-erased = The customer was erased; no new data about them is accepted.
imports-late-unreachable = The mail server cannot send to this address, because of letters before the @.
imports-late-grant-id = The grant’s id belongs to another sale.
imports-late-failed = The database did not take the line. Import the file again.

imports-reason-missing = is missing
imports-reason-email = not an e-mail address
imports-reason-spaces = an id has no spaces
imports-reason-quantity = must be a whole number from 1 to 1,000
imports-reason-date = must be a date and time, such as 2026-11-23 09:30
imports-reason-future = is in the future
imports-reason-old = is before 1970
imports-reason-control = contains a control character
imports-reason-invisible = contains an invisible character
imports-reason-name = not a name
imports-reason-locale = not a language such as en or de-AT
imports-reason-open-quote = a quotation mark is not closed
imports-reason-after-quote = there is text after a closing quotation mark; inside quotation marks, write a quotation mark twice
imports-reason-cut-off = the file seems to be cut off here: it ends within this line
imports-reason-several = several entitlements have this name; give the id
imports-reason-inactive = the entitlement is not active
imports-reason-erased = the customer was erased
imports-reason-no-product = the line names no product
imports-reason-no-id = the line has neither an order number, a payment number nor a subscription: importing the file again would add the sale again
imports-reason-long = longer than { $max } characters
imports-reason-columns = { $count } columns, the header has { $header }
imports-reason-nameless = { $text } stands in a column without a name

imports-running-title = Importing sales
imports-done-title = { $count ->
        [0] No new sales
        [one] 1 sale imported
       *[other] { $count } sales imported
    }
imports-of-file = { $name }, confirmed by { $by }
imports-progress = { $done } of { $total } lines done
imports-refresh = Refresh
imports-job-hint = You can leave this page. The import goes on, after a restart too, and no sale is added twice.
imports-broken-off = The import has broken off. The lines before were imported; importing the file again adds the rest.
imports-grants = New grants
imports-see-grants = See pending grants
imports-as-csv = As CSV
imports-revoked = { $count ->
        [one] 1 pending grant was revoked, because its sale has fewer than before.
       *[other] { $count } pending grants were revoked, because their sales have fewer than before.
    }
imports-not-imported = Not imported
imports-first-rows = The first { $count }; all of them are in the files.
imports-another = Import another file
