# A license key's own page.
key-title = License key
key-its-grant = Its grant
key-no-grant = Imported, without a grant
key-activations = Activations
key-activations-caption = Devices this key is activated on
key-no-activations = This key is not activated on any device.
key-device = Device
key-activation = Activation
key-since = Since
key-action = Action
key-deactivate = Deactivate
key-deactivated = Deactivated. The activation is available again.
key-deactivated-already = This device was already deactivated. Nothing changed.
key-customer = Customer
key-grant = Grant
key-subscription = Subscription
key-created = Issued
key-change = Change limit and expiry
key-limit = Activation limit
key-expires-hint = Leave empty for no expiry.
key-save = Save changes
key-saved = Saved. { $end }
key-changed-meanwhile = This key was changed after you opened the page, and nothing was saved. “License key” shows its present values; the form has what you entered. Check it and save again.
key-limit-below-use = { $count ->
        [one] 1 activation is in use. Enter at least 1, or deactivate it first.
       *[other] { $count } activations are in use. Enter at least { $count }, or deactivate some first.
    }
key-expiry-of-subscription = This key belongs to a subscription, which determines when it expires.
key-disable = Disable key
key-enable = Enable key
key-disabled = The key is disabled. It can be enabled again.
key-enabled = The key works again.
key-disabled-revoked = The key is disabled, and stays disabled when its grant is restored.
key-revoked-hint-disabled = The key’s grant is revoked. The key was disabled as well, and stays disabled when the grant is restored.
key-revoked-hint = The key’s grant is revoked. Restoring the grant makes the key work again.

## Why a text is not a key
key-error-empty = Enter the key.
key-error-too-long = The key is longer than { $max } characters. Check that you pasted only the key.
key-error-character = { $line ->
        [1] Character { $column } is a { $character }, which keys do not contain. Delete it, or paste the key again from another program.
       *[other] In line { $line }, character { $column } is a { $character }, which keys do not contain. Delete it, or paste the key again from another program.
    }
link-error-empty = Enter the link, such as { $example }.
link-error-too-long = The link is longer than { $max } characters. Check that you pasted only the link.
link-error-malformed = This is no link that every browser understands. A link of { $platform } looks like { $example }.
link-error-not-https = The link must begin with https://, such as { $example }.
link-error-other-host = This link does not lead to { $platform }. A link of { $platform } looks like { $example }.
link-error-no-path = This link leads to the front page of { $platform }. Paste the whole link, such as { $example }.
key-error-of-field-empty = must not be empty
key-error-of-field-too-long = must have at most { $max } characters
key-error-of-field-character = contains a { $character } in line { $line }, character { $column }
character-soft-hyphen = soft hyphen
character-zero-width-space = zero-width space
character-zero-width-non-joiner = zero-width non-joiner
character-zero-width-joiner = zero-width joiner
character-word-joiner = word joiner
character-byte-order-mark = byte order mark
character-direction-mark = direction mark
character-variation-selector = variation selector
character-filler = Hangul filler
character-line-separator = line separator
character-braille-blank = blank Braille pattern
character-nul = NUL character
character-control-character = control character
character-invisible-character = character that cannot be seen

## What looks wrong about a key
key-warning-full-width = It has full-width characters, which East Asian keyboards write. Most programs reject them.
key-warning-typographic-dashes = { $count ->
        [one] It has a dash (–) instead of a hyphen (-). It comes from a word processor; most programs reject it.
       *[other] It has { $count } dashes (–) instead of hyphens (-). They come from a word processor; most programs reject them.
    }
key-warning-unusual-spaces = It has no-break spaces or other unusual spaces. Most programs reject them.
key-warning-label = It begins with the label “{ $label }”, which is probably not part of the key.
key-warning-sentence = It is a text with a key in it, not just the key.
key-warning-typographic-quotes = It has curly quotation marks. They come from a word processor; most programs reject them.
key-warning-quoted = It is in quotation marks, which are probably not part of the key.
key-warning-spaced-hyphens = It has spaces beside its hyphens.
key-warning-repeated = It is the same key { $count } times.
key-warning-rounded-number = It is a number that a spreadsheet has rounded, so the last digits are lost. Copy the key from its source again.
key-warning-several-lines = It has several lines. All other keys of this entitlement have one line.
key-warning-inner-blank = It has a space inside. All other keys of this entitlement have none.
key-warning-pattern-mismatch = It does not match the pattern of this entitlement’s keys: { $pattern }
key-warning-other-pattern = It matches the pattern of another entitlement, { $name }, and none of this entitlement’s own.
key-warning-similar-key = A key was already issued that differs only in case, dashes, spaces, quotation marks or characters that look alike (O and 0, I, l and 1, S and 5, B and 8).
key-warning-similar-key-place = That key was issued with { $id }.
key-disable-hint = It no longer validates or activates anywhere. It can be enabled again. A reason is kept as a note.
key-reason-wrong = Enter a reason of at most 2,000 characters, or leave it empty.

## The list of keys
keys-title = License keys
keys-caption = Issued license keys
keys-filter = Filter license keys
keys-last = Last 4 characters
keys-whole = Whole license key
keys-source = Source
keys-source-auto = Generated
keys-source-import = Imported or from stock
keys-source-manual = Entered by staff
keys-key = Key
keys-product = Product
keys-expires = Expires
keys-never = Never
keys-no-grant = None
keys-count = { $count ->
        [one] 1 key
       *[other] { $count } keys
    }
keys-of-batch = Keys issued from batch { $name }.
keys-all = Show all keys
keys-not-understood = Part of this address was not understood and was ignored. “Last 4 characters” takes exactly four letters or digits.
keys-cut = Many keys end like this. Only some of them are shown.
keys-none = No keys yet
keys-none-text = Keys appear here as soon as grants are delivered.
keys-none-found = No keys found
keys-none-found-text = No issued key matches these filters.

## Links
key-title-link = Link
key-change-link = Change expiry
key-disable-link = Disable link
key-enable-link = Enable link
key-disable-hint-link = It is no longer sent with what is live. On the platform itself, take the access back yourself. A reason is kept as a note.
key-revoked-hint-disabled-link = The link’s grant is revoked. The link was disabled as well, and stays disabled when the grant is restored.
key-revoked-hint-link = The link’s grant is revoked. Restoring the grant brings the link back.
