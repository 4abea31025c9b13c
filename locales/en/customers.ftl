# Erasing a customer.
erasure-open = Erase the customer…
erasure-title = Erase this customer?
erasure-lead = This cannot be undone.
erasure-goes = What is erased
erasure-goes-data = Name, e-mail address, phone number, language and metadata of the customer
erasure-goes-keys = Their license keys: they stop working and can never be read again
erasure-goes-devices = Activations, including device names
erasure-goes-texts = Notes, errors, reasons and metadata of their grants; recipients and replies of their e-mails; e-mails in the local mailbox
erasure-goes-notes = What staff noted about the customer and their grants
erasure-goes-pending = Pending grants are revoked
erasure-stays = What remains, and why
erasure-stays-grants = { $count ->
        [one] 1 grant with its times, status and payment id, kept for accounting
       *[other] { $count } grants with their times, statuses and payment ids, kept for accounting
    }
erasure-stays-hash = A keyed hash of each key, so that it is never issued again
erasure-stays-log = The audit log: it contains ids and masked values. Activation entries written by earlier versions also contain the device’s network address
erasure-not-reached = Existing backups, sent e-mails and import files are not affected; re-importing such a file would recreate the customer.
erasure-confirm = Type the customer’s e-mail address to confirm
erasure-confirm-wrong = This is not the customer’s address. Nothing was erased.
erasure-submit = Erase permanently
erasure-done = Customer erased.
erasure-was-done = This customer has already been erased.
erasure-again-lead = If any data about this customer has come in since, erasing again removes it.
erasure-again = Erase again
erasure-nothing-left = This customer has already been erased, and nothing has come in since.
erasure-done-conflict = This customer’s personal data and keys were erased, so this can no longer be done.
erasure-note = This customer’s personal data and keys were erased
erasure-name = Erased customer
