# The page of a customer.
customers-customer = Customer
customers-copy-id = Copy customer id
customers-live-keys = Live keys
customers-of-grants = { $count ->
        [one] of 1 grant
       *[other] of { $shown } grants
    }
customers-has-key = Has a key of
customers-anything = Anything
customers-any = Any
customers-open = Open
customers-pending-for = { $count } pending for { $duration }
customers-failed = { $count } failed
customers-nothing-open = Nothing to do
customers-grants = Grants and keys
customers-grants-caption = All grants of this customer, what needs work first
customers-in-list = Show in the list
customers-no-grants = This customer has no grants.
customers-key = Key
customers-correct = Correct
customers-shown-of = { $count } of { $total } grants.
customers-all-grants = Show all
customers-emails = E-mails
customers-emails-caption = E-mails to this customer, newest first
customers-no-emails = No e-mail has been sent to this customer.
customers-email-about = About
customers-email-state = State
customers-email-other = License key
customers-emails-cut = The newest { $count }. Each grant lists its own e-mails.
customers-about = About
customers-since = Since
customers-since-by = brought in by { $name }
customers-phone = Phone
customers-acts = What staff did
customers-no-acts = Nothing yet.
