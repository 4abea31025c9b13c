# The e-mail that brings a license key.

mail-subject = Your license key for { $product }
mail-subject-series = Your license key for { $product } ({ $place } of { $count })
mail-greeting = Hello { $name },
mail-greeting-nameless = Hello,
mail-intro-purchase = Thank you for your purchase. Here is your license key:
mail-intro = Here is your license key:
mail-attached = The same key is attached as the file “{ $file }”.

mail-fact-product = Product
mail-fact-entitlement = License
mail-fact-activations = Activations
mail-fact-valid-until = Valid until
mail-activations-unlimited = Unlimited
mail-valid-without-end = No expiry date

mail-validity-limit-until = Valid for { $count ->
        [one] 1 activation
       *[other] { $count } activations
    } until { $date }.
mail-validity-limit = Valid for { $count ->
        [one] 1 activation
       *[other] { $count } activations
    }, no expiry date.
mail-validity-until = Unlimited activations, valid until { $date }.
mail-validity = Unlimited activations, no expiry date.

mail-note-heading = A note from our team
mail-activation-heading = How to activate
mail-keep = Keep this e-mail. You’ll need the key if you switch computers.
mail-questions = Questions? Just reply to this e-mail.

mail-reason-purchase = You are receiving this e-mail because of your purchase on { $date }.
mail-reason = You are receiving this e-mail because { $business } issued a license to you on { $date }.
mail-payment = Payment { $payment }

## Links
mail-subject-link = Your access to { $product }
mail-subject-series-link = Your access to { $product } ({ $place } of { $count })
mail-intro-purchase-link = Thank you for your purchase. Here is your link to { $platform }:
mail-intro-link = Here is your link to { $platform }:
mail-button-link = Open { $platform }
mail-fact-entitlement-link = Access
mail-validity-until-link = The link works until { $date }.
mail-validity-link = The link has no expiry date.
mail-activation-heading-link = How it works
mail-keep-link = Keep this e-mail at least until you have opened the link.
mail-reason-link = You are receiving this e-mail because { $business } gave you access on { $date }.

## With a key or a link that replaces another
mail-subject-replaced = Your new license key for { $product }
mail-subject-replaced-series = Your new license key for { $product } ({ $place } of { $count })
mail-subject-replaced-link = Your new link to { $product }
mail-subject-replaced-series-link = Your new link to { $product } ({ $place } of { $count })
mail-intro-replaced = Your previous license key no longer works. Please use this one instead:
mail-intro-replaced-ends = Your previous license key, which ends in { $end }, no longer works. Please use this one instead:
mail-intro-replaced-link = Please use this link to { $platform } instead of the previous one:
mail-intro-replaced-ends-link = Please use this link to { $platform } instead of the previous one:

## The e-mail with all live keys of a customer
mail-keys-subject = { $count ->
        [one] Your license key from { $business }
       *[other] Your { $count } license keys from { $business }
    }
mail-keys-intro = { $count ->
        [one] Here is your license key that is valid at present:
       *[other] Here are your license keys that are valid at present:
    }
mail-keys-keep = Keep this e-mail. You’ll need the keys if you switch computers.
mail-keys-reason = You are receiving this e-mail because you have licenses from { $business }.

mail-links-subject = { $count ->
        [one] Your link from { $business }
       *[other] Your { $count } links from { $business }
    }
mail-links-intro = { $count ->
        [one] Here is your link that is valid at present:
       *[other] Here are your links that are valid at present:
    }
mail-links-keep = Keep this e-mail at least until you have opened the links.
mail-access-subject = Your { $count } license keys and links from { $business }
mail-access-intro = Here are your { $count } license keys and links that are valid at present:
mail-access-keep = Keep this e-mail. You’ll need the keys if you switch computers.
mail-access-reason = You are receiving this e-mail because { $business } gave you access.

## The e-mail that brings files
mail-downloads = Your downloads
mail-files-subject = Your downloads: { $product }
mail-files-subject-series = Your downloads: { $product } ({ $place } of { $count })
mail-files-intro-purchase = Thank you for your purchase. Your files are ready to download:
mail-files-intro = Your files are ready to download:
mail-files-button = Open the downloads
mail-files-until = The link works until { $date }. After that, its page sends you a new one.
mail-files-instructions = How to install
mail-files-reason = You are receiving this e-mail because { $business } provided files for you on { $date }.

## Links for staff
mail-invitation-subject = Your invitation to { $business }
mail-invitation-intro = You have been invited to the portal of { $business }. Set a password to get started.
mail-invitation-button = Set your password
mail-invitation-unasked = If you did not expect this, you can ignore this e-mail: without a password, nobody can sign in as you.
mail-invitation-provider-intro = You have been invited to the portal of { $business }. Sign in with your organization’s account.
mail-invitation-provider-button = Sign in
mail-invitation-provider-unasked = If you did not expect this, you can ignore this e-mail.
mail-reset-subject = A new password for { $business }
mail-reset-intro = Use this link to set a new password for the portal of { $business }.
mail-reset-button = Set a new password
mail-reset-unasked = If you did not request this, you can ignore this e-mail: your password stays the same until the link is used.
mail-link-until = The link can be used once and expires on { $until }.
