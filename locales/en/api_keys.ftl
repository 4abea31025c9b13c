# The programs that call the API.
api-keys-title = API keys
api-keys-lead = Programs call the API with a key’s token and may do what its role allows.
api-keys-caption = API keys, newest first
api-keys-new = New API key
api-keys-name = Name
api-keys-name-hint = The program that uses it, such as the shop. Its actions appear under this name in the audit log.
api-keys-role = Role
api-keys-role-hint = What the program may do.
api-keys-token = Token
api-keys-status = Status
api-keys-status-active = Active
api-keys-status-expired = Expired
api-keys-status-revoked = Revoked
api-keys-created = Created
api-keys-made-by = by { $name }
api-keys-maker-disabled = Its creator’s account is disabled
api-keys-last-use = Last used
api-keys-expires = Expires
api-keys-expires-hint = Leave empty for no expiry.
api-keys-action = Action
api-keys-create = Create API key
api-keys-count = { $count ->
        [one] 1 API key
       *[other] { $count } API keys
    }
api-keys-empty-title = No API keys yet
api-keys-empty-text = A shop or a script needs one to call the API.
api-keys-nothing-made = The API key was not created.
api-keys-name-empty = Enter a name.
api-keys-name-wrong = Enter a name of at most 100 characters in one line.
api-keys-role-wrong = Choose one of the roles.

## The token, shown once
api-keys-token-of = Token of “{ $name }”
api-keys-copy-now = Copy the token now.
api-keys-shown-once = It is shown only once; Keydesk stores just a hash. Anyone who has it can act as this key.
api-keys-copied = I’ve copied it
api-keys-how = Programs send it with every request:
api-keys-shown-already = “{ $name }” already exists; its token was shown when it was created. If nobody copied it, revoke the key and create another.

## Revoking
api-keys-revoke = Revoke…
api-keys-revoke-here = Revoke without a dialog…
api-keys-revoke-title = Revoke the API key “{ $name }”?
api-keys-revoke-text = Its next request will be rejected. This cannot be undone; the program will then need another key.
api-keys-revoke-submit = Revoke API key
api-keys-revoked = Revoked “{ $name }”. Its next request will be rejected.
api-keys-revoked-already = “{ $name }” was already revoked. Nothing changed.
