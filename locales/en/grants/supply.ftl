# How a key gets to the connected account that its grant comes from.
supply-state-queued = On its way to Dodo
supply-state-sending = On its way to Dodo
supply-state-supplied = Delivered at Dodo
supply-state-failed = Not accepted by Dodo
supply-hint-none = Comes from { $service }. The key goes there, and { $service } e-mails it to the customer.
supply-hint-on-its-way = The key is on its way to { $service }. Nobody can fulfill the grant again meanwhile.
supply-hint-stopped = The key waits, because the connection is paused or broken. Nobody can fulfill the grant again meanwhile.
supply-hint-supplied = { $service } has the key and e-mails it to the customer.
supply-status-there = Status there
supply-quantity = Bought
supply-answer = Answer
supply-attempt = Last attempt
supply-revoke-there = This grant is revoked and restored at the connected account.
