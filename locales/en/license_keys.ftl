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
