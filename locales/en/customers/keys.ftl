# Sending all live keys again, and changing a customer.
customers-send-open = { $count ->
        [one] Send the live key again…
       *[other] Send all { $count } live keys again…
    }
customers-send-here = Send the live keys, without a dialog…
customers-send-title = { $count ->
        [one] Send the live key again?
       *[other] Send all { $count } live keys again?
    }
customers-send-text = { $count ->
        [one] One e-mail in { $language } with this key:
       *[other] One e-mail in { $language } with these keys:
    }
customers-send-more = { $count ->
        [one] and 1 more
       *[other] and { $count } more
    }
customers-send-not = Not included:
customers-send-again = Send the live keys
customers-send-to = Send to
customers-send-hint = { $count ->
        [one] Another address becomes the customer’s address.
       *[other] Another address becomes the customer’s address, for all { $shown } grants.
    }
customers-send-submit = { $count ->
        [one] Send 1 key
       *[other] Send { $count } keys
    }
customers-keys-sent = The e-mail with all live keys is on its way to { $email }.
customers-keys-kept = The e-mail to { $email } was not sent: no mail server is set up. It is kept on the server.
customers-no-live-keys = Nothing was sent: this customer has no live key. Keys that were revoked, were disabled or have expired are not sent.
customers-too-many-keys = Nothing was sent: this customer has more than { $count } live keys, too many for one e-mail. Send them from their grants.
customers-no-key-yet = no key yet
customers-email-keys = All live keys

## Changing a customer
customers-edit = Edit
customers-edit-title = Edit customer
customers-name = Name
customers-name-empty = Enter the name. If it is not known, enter the e-mail address.
customers-email = E-mail address
customers-email-hint = { $count ->
        [0] Keys are sent here.
        [one] Keys are sent here. A change applies to the customer’s grant.
       *[other] Keys are sent here. A change applies to all { $shown } grants of this customer.
    }
customers-email-for-admins = Only administrators can change the address. Ask an administrator if it is wrong.
customers-email-taken = Another customer has this address.
customers-grants-count = { $count ->
        [one] 1 grant
       *[other] { $shown } grants
    }
customers-taken = { $email } is { $name }, who has { $grants }.
customers-taken-open = Open
customers-locale = Language of e-mails
customers-locale-hint = E-mails are in English or German; for other languages in English.
customers-saved = Saved.
customers-changed-meanwhile = Somebody has changed this customer in the meantime. Check what you entered and save it again.
customers-now = At present: { $name }, { $email }
