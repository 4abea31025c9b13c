# Erasing a customer.
erasure-open = Erase the customer…
erasure-title = Erase this customer?
erasure-lead = This cannot be undone.
erasure-goes = What is erased
erasure-goes-data = Name, e-mail address, telephone number, language and metadata of the customer
erasure-goes-keys = Their license keys: they stop working, and nobody can read them again
erasure-goes-devices = Activations with the names of devices
erasure-goes-texts = Notes, errors, reasons and metadata of their grants; recipients and replies of their e-mails; kept e-mails
erasure-goes-pending = Grants that still wait are revoked
erasure-stays = What stays, and why
erasure-stays-grants = { $count ->
        [one] 1 grant with its times, state and payment id: the accounts need it
       *[other] { $count } grants with their times, states and payment ids: the accounts need them
    }
erasure-stays-hash = A keyed hash of each key, so that it is never issued again
erasure-stays-log = The audit log: it holds ids and masked values. Entries about activations that earlier versions wrote also hold the device’s network address
erasure-not-reached = Backups made before, mail that was sent, and files of sales are not reached from here; such a file would bring the customer back.
erasure-confirm = Type the customer’s e-mail address to confirm
erasure-confirm-wrong = This is not the customer’s address. Nothing was erased.
erasure-submit = Erase for good
erasure-done = The customer is erased.
erasure-was-done = This customer was erased before.
erasure-again-lead = If anything about this customer has come in since, erasing again removes it.
erasure-again = Erase again
erasure-nothing-left = This customer was erased before, and nothing has come in since.
erasure-done-conflict = The personal data and keys of this customer were erased; this can no longer be done.
erasure-note = This customer’s personal data and keys were erased
erasure-name = Erased customer
