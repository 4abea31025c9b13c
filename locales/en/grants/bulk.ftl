# Many grants at once: choosing them, looking at what would happen, and what became of it.

## In the list
bulk-select-page = All
bulk-select-page-hint = on this page
bulk-select = Select { $name }
bulk-selected = selected
bulk-all = All { $count } of this filter
bulk-act-stock = Fulfill from stock
bulk-act-keys = Paste keys
bulk-act-claim = Assign to me
bulk-act-hold = Pause…
bulk-act-emails = Send e-mail again…
bulk-act-revocation = Revoke…
bulk-export-xlsx = List for the supplier, XLSX
bulk-export-csv = List for the supplier, CSV
bulk-export-customers = with customers
bulk-upload = Upload the filled-in list
bulk-more-actions = More
bulk-none = Select at least one grant for which this is possible.
bulk-more-than = One go takes at most { $count } grants. Narrow the filter.
bulk-too-many = These are too many grants for one go. Narrow the filter.
bulk-gone = That selection is over: it was kept for 30 minutes. Select the grants again.
bulk-not-repeatable = Keys that were pasted are not kept, so this cannot be repeated. Paste them again.

## Before it begins
bulk-chosen = { $count ->
    [one] 1 grant selected
   *[other] { $count } grants selected
}
bulk-more = and { $count } more
bulk-title-hold = { $count ->
    [one] Pause 1 grant
   *[other] Pause { $count } grants
}
bulk-title-emails = { $count ->
    [one] Send 1 e-mail again
   *[other] Send { $count } e-mails again
}
bulk-title-revocation = { $count ->
    [one] Revoke 1 grant
   *[other] Revoke { $count } grants
}
bulk-text-hold = Their time does not count until then. Grants that colleagues hold are left out.
bulk-text-emails = Each customer gets the e-mail with their key or link once more, to the address that is stored.
bulk-text-revocation = Their keys are disabled, e-mails that wait are cancelled, and pending grants can no longer be fulfilled. Each can be restored on its own page.
bulk-submit-hold = { $count ->
    [one] Pause 1 grant
   *[other] Pause { $count } grants
}
bulk-submit-emails = { $count ->
    [one] Send 1 e-mail
   *[other] Send { $count } e-mails
}
bulk-submit-revocation = { $count ->
    [one] Revoke 1 grant
   *[other] Revoke { $count } grants
}

## Keys in pairs
bulk-paste-title = { $count ->
    [one] Keys for 1 grant
   *[other] Keys for { $count } grants
}
bulk-keys-title = { $keys ->
    [one] 1 key
   *[other] { $keys } keys
} on { $count ->
    [one] 1 grant
   *[other] { $count } grants
}
bulk-keys-hint = In the order of your list. Nothing is sent yet.
bulk-in-this-order = In this order
bulk-keys = Keys
bulk-keys-field-hint = One per line, in the order of the grants. An empty line skips a grant.
bulk-keys-missing = Paste at least one key.
bulk-pair = Pair with the grants
bulk-pair-again = Pair again
bulk-paste-again = Paste the keys again
bulk-pairs = Keys and grants
bulk-key = Key
bulk-key-for = Key for { $name }
bulk-send = Send
bulk-send-to = Send to { $name }
bulk-are-sent = { $count ->
    [one] 1 is sent
   *[other] { $count } are sent
}
bulk-looks-wrong = Looks wrong
bulk-unless-ticked = left out unless you tick them
bulk-cannot-go = Cannot go
bulk-stay-pending = stay pending
bulk-line = Line { $number }.
bulk-pair-ready = Ready
bulk-pair-no-key = No key for this grant
bulk-pair-twice = The same key as in line { $number }
bulk-pair-in-stock = In stock already
bulk-pair-issued = Issued already
bulk-enter-one = Enter one, or it stays pending.
bulk-enter-another = Enter another key.
bulk-tick-to-send = Tick it to send it as it is.
bulk-take-over-first = Take it over first, or leave it to them.
bulk-send-keys = { $count ->
    [one] Send 1 key
   *[other] Send { $count } keys
}
bulk-check-again = Check again
bulk-only-shown = Only what you see here is sent; rows you edit are checked first, and grants that have changed are skipped.
bulk-edited = You changed keys. They were checked; look at them before you send them.
bulk-nothing-to-send = None of the keys can be sent. Enter others, or tick those that look wrong.
bulk-range = { $from } to { $to } of { $count } grants

## The filled-in list
bulk-upload-title = Upload a filled-in list
bulk-upload-text = The file has the columns grant_id and key, as in the list for the supplier. Nothing is sent before you have seen each key with its grant.
bulk-upload-file = File
bulk-upload-file-hint = CSV or XLSX, at most 1,000 grants.
bulk-upload-submit = Read the file
bulk-upload-missing = Choose a file.
bulk-upload-columns = The file has no columns grant_id and key. Their names stand in its first line.
bulk-upload-empty = No line of the file has both a grant and a key. The keys stand in the column “key”.
bulk-upload-left-out = { $count ->
    [one] 1 line was left out: its grant is unknown, is not waiting any more, or stands there twice.
   *[other] { $count } lines were left out: their grants are unknown, are not waiting any more, or stand there twice.
}
bulk-upload-none-pending = None of the grants in the file is waiting any more.
bulk-upload-unreadable = The file cannot be read: { $why }

## While it runs, and afterwards
bulk-running-stock = { $count ->
    [one] Fulfilling 1 grant from stock
   *[other] Fulfilling { $count } grants from stock
}
bulk-running-keys = { $count ->
    [one] Sending 1 key
   *[other] Sending { $count } keys
}
bulk-running-claim = { $count ->
    [one] Assigning 1 grant to you
   *[other] Assigning { $count } grants to you
}
bulk-running-hold = { $count ->
    [one] Pausing 1 grant
   *[other] Pausing { $count } grants
}
bulk-running-emails = { $count ->
    [one] Sending 1 e-mail again
   *[other] Sending { $count } e-mails again
}
bulk-running-revocation = { $count ->
    [one] Revoking 1 grant
   *[other] Revoking { $count } grants
}
bulk-done-stock = { $done } of { $count } grants fulfilled
bulk-done-keys = { $done } of { $count } grants fulfilled
bulk-done-claim = { $done } of { $count } grants assigned
bulk-done-hold = { $done } of { $count } grants paused
bulk-done-emails = { $done } of { $count } e-mails on their way
bulk-done-revocation = { $done } of { $count } grants revoked
bulk-state-running = Running
bulk-state-done = Done
bulk-state-stopped = Stopped
bulk-started = started { $time } by { $name }
bulk-progress = { $done } of { $total } processed
bulk-rate = about { $left } left, { $rate } per second
bulk-job-hint = You can leave this page. The work goes on, after a restart too, and no grant is done twice. Stopping keeps what is done.
bulk-stop = Stop
bulk-stopped = Stopped. What is done stays done.
bulk-over-already = It was over already, so nothing was stopped.
bulk-report = Report as CSV
bulk-again = { $count ->
    [one] Try the 1 again
   *[other] Try the { $count } again
}
bulk-nothing-left = None of these grants can be done any more.
bulk-outcome-open = Not its turn yet
bulk-outcome-skipped = Skipped
bulk-outcome-failed = Not done
bulk-outcome-done-stock = Delivered
bulk-outcome-done-keys = Delivered
bulk-outcome-done-claim = Assigned
bulk-outcome-done-hold = Paused
bulk-outcome-done-emails = Sent again
bulk-outcome-done-revocation = Revoked
bulk-skipped-hint = changed since you selected them, or left out
bulk-to-go = To go
bulk-not-done = Not done or skipped
bulk-why = Why
bulk-open = Open
bulk-cut = The first { $named } of { $count }. The report names all.
bulk-reason-changed = It has changed since it was selected.
bulk-reason-left-out = You left it out.
bulk-reason-wrong-status = It is not waiting any more.
bulk-reason-held = A colleague holds it.
bulk-reason-mirrored = It comes from a connected account; revoke it there.
bulk-reason-other-kind = It takes something other than a key.
bulk-reason-out-of-stock = The stock is empty.
bulk-reason-key-used = The key was issued already.
bulk-reason-key-in-stock = The key is in stock.
bulk-reason-looks-wrong = The key looks wrong by now; send it by hand.
bulk-reason-nothing-to-send = Nothing was delivered that could be sent.
bulk-reason-erased = The customer was erased.
bulk-reason-error = It could not be stored. Try again.
bulk-confirm = Do it
bulk-undo-text = { $count ->
    [one] The e-mail waits until { $time } at the latest; until it leaves, the delivery can be undone.
   *[other] The last e-mail leaves at { $time }; deliveries whose e-mail has not left can be undone.
}
bulk-undo = { $count ->
    [one] Undo the delivery
   *[other] Undo all { $count }
}
bulk-nothing-to-undo = Nothing of this can be undone any more.
bulk-running-undo = { $count ->
    [one] Undoing 1 delivery
   *[other] Undoing { $count } deliveries
}
bulk-done-undo = { $done } of { $count } deliveries undone
bulk-outcome-done-undo = Undone
bulk-reason-too-late = Its e-mail has left. Replace or revoke the key.
bulk-reason-in-use = Its key is in use already.
