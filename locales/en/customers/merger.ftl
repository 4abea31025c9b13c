# Merging two records of one person.
merger-open = Merge with another address…
merger-title = Merge customers
merger-other = Address or id of the other record
merger-other-hint = Both records must be of the same person. The next page says what moves; nothing changes before you confirm.
merger-preview = See what moves
merger-nobody = No customer has this address or id.
merger-same = This is the same customer.
merger-erased = One of the two was erased, so they cannot be merged.
merger-elsewhere = One of the two was merged with another record in the meantime. Nothing was changed.
merger-moves = Moves to { $name }
merger-grants = { $count ->
        [one] 1 grant
       *[other] { $shown } grants
    }
merger-keys = { $count ->
        [one] 1 license key
       *[other] { $shown } license keys
    }
merger-notes = { $count ->
        [one] 1 note
       *[other] { $shown } notes
    }
merger-sales = { $count ->
        [one] 1 sale
       *[other] { $shown } sales
    }
merger-mirrored = { $count ->
        [one] 1 customer of a connected account
       *[other] { $shown } customers of connected accounts
    }
merger-address = { $email } and the old id: both lead to this customer, and new sales for the address come here
merger-facts = Phone number, metadata and name, where this customer has none
merger-stays = { $name } keeps { $email }; e-mails go there
merger-stays-log = E-mails already queued go to the address they were written for, and the audit log keeps both ids
merger-swap = Keep { $email } instead
merger-lead = This cannot be undone.
merger-lead-text = Merge only if both are the same person: whoever reads one mailbox gets all keys.
merger-submit = Merge permanently
merger-done = Customers merged.
merger-was-done = These customers were merged before.
merger-also = Also
