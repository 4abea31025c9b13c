# Undoing a delivery while its e-mail waits.

undo-title = Undone
undo-waiting = Waiting
undo-until = until
undo-not-yet = Not yet
undo-of-delivery = the delivery
undo-send-now = Send now
undo-if = If you undo
undo-text-stock = The grant is pending again, held by you. The key returns to stock. The customer notices nothing.
undo-text-exposed = The grant is pending again, held by you. The key was read, so that it does not return to stock but is quarantined. The customer notices nothing.
undo-text-typed = The grant is pending again, held by you. The key is removed; whoever typed it is shown it once more. The customer notices nothing.
undo-text-files = The grant is pending again, held by you. The customer notices nothing.
undo-text-replacement = The old key works again, and the new one is taken back. The customer notices nothing.
undo-unseen = Nobody has seen this key. Once it is revealed, it does not return to stock if you undo.
undo-unseen-link = Nobody has seen this link. Once it is revealed, it does not return to stock if you undo.
undo-done = Undone. The e-mail was not sent, and the grant waits again. You hold it until { $time }.
undo-done-exposed = Undone. The e-mail was not sent, and the grant waits again. Its key was read in the meantime, so that it is quarantined. You hold the grant until { $time }.
undo-done-replacement = Undone. The e-mail was not sent, and the old key works again.
undo-done-replacement-exposed = Undone. The e-mail was not sent, and the old key works again. The new one was read in the meantime, so that it is quarantined.
undo-key-title = The key you had typed
undo-key-title-link = The link you had typed
undo-key-text = Shown this once. Copy it if you still need it; it is not stored any more.
undo-fulfill-again = Fulfill again
undo-show-grant = Show the grant
undo-too-late = The e-mail left at { $time }. Replace or revoke the key.
undo-impossible = This can no longer be undone. Replace or revoke the key.
undo-already = This was undone already.
undo-not-delivered = There is nothing to undo: the grant is not delivered.
undo-in-use = The key is in use already, so that it cannot be taken back. Replace or revoke it.
undo-form-spent = What this form sent was undone. Nothing was sent again. Open the grant to fulfill it anew.
undo-sent-now = The e-mail is on its way.
undo-sent-already = The e-mail has left already.

## After a fulfillment whose e-mail waits
fulfillment-waits = Delivered. The e-mail to { $email } leaves at { $time }. Until then you can take it back. { $end }
fulfillment-waits-next = Delivered. The e-mail to { $email } leaves at { $time }. { $end } This is the next grant.
fulfillment-waits-none-left = Delivered. The e-mail to { $email } leaves at { $time }. { $end } No other free grants are waiting.
