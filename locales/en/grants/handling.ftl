# Skipping, pausing and assigning a grant.

## The card
handling-title = Handling
handling-assignee = Assigned to
handling-assign = Assign
handling-skip = Skip
handling-skip-hint = Comes back by itself after 30 minutes.
handling-pause = Pause…
handling-pause-change = Change the pause…
handling-reason = Why
handling-reason-supplier = Waiting for the supplier
handling-reason-customer = Waiting for the customer
handling-reason-other = Other
handling-until = Until
handling-until-hint = A date such as 2026-12-31 or 31 Dec 2026, at most a year ahead. The pause ends with that day, in { $zone }.
handling-note = Note
handling-note-hint = At most 500 characters. The customer does not see it.
handling-pause-submit = Pause grant

## What is arranged
handling-paused = Paused until { $date }
handling-paused-because = Paused until { $date }: { $reason }
handling-because-supplier = waiting for the supplier
handling-because-customer = waiting for the customer
handling-because-other = other
handling-paused-form = Fulfilling the grant ends the pause.
handling-resume = End the pause
handling-skipped = Skipped until { $time }
handling-skipped-text = Until then nobody gets it with “Take next”.
handling-unskip = Do not skip
handling-assigned = Assigned to { $name }.

## Done
handling-paused-done = Paused until { $date }. Its time does not count until then.
handling-resumed = The pause is over. The grant waits again.
handling-unskipped = The grant is no longer skipped.
handling-skip-undone = Skipping was undone.
handling-nothing-to-resume = This grant was neither paused nor skipped, so nothing changed.
handling-skipped-next = Skipped until { $time }. This is the next grant.
handling-skipped-none-left = Skipped until { $time }. No other free grants are waiting.
handling-assigned-done = Assigned to { $name }.
handling-unassigned-done = The grant is assigned to nobody.

## What is wrong
handling-reason-missing = Choose why the grant is paused.
handling-until-too-late = Enter a date at most a year ahead.
handling-note-too-long = The note is longer than 500 characters. Shorten it.
handling-note-control = The note contains an invalid character. Type it again.
handling-assignee-wrong = Choose somebody from the list. This person cannot fulfill grants, or no longer can.
handling-not-pending = This grant is no longer pending. Nothing was changed.
handling-held = A colleague is working on this grant. Nothing was changed.
handling-is-paused = This grant is paused. Nothing was changed.
