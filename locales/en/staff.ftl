# The people who sign in, for admins.
staff-lead = The people who can sign in, and what they may do.
staff-caption = Staff, by name
staff-invite = Invite someone
staff-nobody-invited = The invitation was not sent.
staff-email-hint = The invitation is sent to this address. It works once, for 24 hours.
staff-email-hint-provider = The invitation is sent to this address. The person signs in with your organization’s account for this address.
staff-email-taken = An account with this address already exists.
staff-role-hint = Viewers can read. Agents hand out keys. Admins manage everything.
staff-send-invitation = Send invitation
staff-invited = The invitation to { $email } is on its way.
staff-invited-kept = The invitation to { $email } was not sent: no mail server is set up. Pass on the link below yourself.
staff-link-to-copy = Link to pass on
staff-link-to-copy-hint = It is shown only once, and works once, for 24 hours. Give it to nobody else: whoever opens it can set the password.
staff-count = { $count ->
        [one] 1 person
       *[other] { $count } people
    }
staff-status = Status
staff-status-active = Active
staff-status-disabled = Disabled
staff-status-invited = Invited
staff-status-refused = Invitation not delivered
staff-status-invitation-over = Invitation expired
staff-last-sign-in = Last sign-in
staff-facts = Account
staff-added = Added
staff-link = E-mailed link
staff-link-until = Valid until
staff-id = Id
staff-report = Activity
staff-report-caption = How often each action was done
staff-period = Period
staff-days = { $count } days
staff-act = Action
staff-times = Count
staff-all-acts = All their entries in the audit log
staff-reveals = Keys they revealed
staff-no-reveals = None so far.
staff-when = When
staff-yourself = This is you
staff-yourself-hint = How you sign in is managed on your account page. Only another admin can change your role or disable your account.
staff-new-role = New role
staff-role-change-hint = Their sessions end; the new role takes effect at the next sign-in. Invited people get a new invitation.
staff-change-role = Change role
staff-role-changed = Role changed. Their sessions have ended.
staff-access = Access
staff-invite-again = Invite again
staff-invite-again-hint = Sends a new link. The previous link will stop working.
staff-invite-again-hint-provider = Sends the invitation again.
staff-invited-again = A new invitation is on its way.
staff-invited-again-kept = The new invitation was not sent: no mail server is set up. Pass on the link below yourself.
staff-reset = Reset password
staff-reset-hint = Sends a link to set a new password and ends their sessions. The second factor stays.
staff-reset-sent = A link to set a new password is on its way. Their sessions have ended.
staff-reset-kept = The link to set a new password was not sent: no mail server is set up. Pass on the link below yourself. Their sessions have ended.
staff-factor-hint = For someone who has lost their phone, passkey and recovery codes. Verify who is asking. Their sessions end.
staff-factor-removed = Second factor removed. Their sessions have ended.
staff-has-no-factor = There was no second factor. Their sessions have ended.
staff-identity = Identity provider
staff-identity-since = Since
staff-forget-identity = Unlink identity
staff-identity-hint = For someone whose account at the identity provider was replaced. The next sign-in with this verified address is linked instead. Their sessions end.
staff-identity-forgotten = Identity unlinked. Their sessions have ended.
staff-no-identity = There was no identity to unlink.
staff-disable = Disable
staff-disable-hint = Nobody can sign in with a disabled account, and its sessions end immediately.
staff-disabled = Disabled. Their sessions have ended.
staff-disabled-with-keys = Disabled. Their sessions have ended. { $count ->
        [one] 1 API key they created still works.
       *[other] { $count } API keys they created still work.
    }
staff-keys-still-work = { $count ->
        [one] 1 API key this person created still works.
       *[other] { $count } API keys this person created still work.
    }
staff-revoke-keys = Review and revoke
staff-enable = Enable
staff-enable-hint = Lets the person sign in again, with the same credentials as before.
staff-enabled = Enabled.
staff-is-disabled = This account is disabled. Enable it first.
staff-passwords-off = Passwords are turned off. This person signs in with your organization.
staff-last-admin = This is the last active admin. Make someone else an admin first.
staff-oneself = You can’t do this to your own account. Ask another admin.
staff-disable-reason = Reason
staff-reason-missing = Say why: colleagues read it on this page.
staff-reason-wrong = Enter a reason of at most 500 characters, or leave it empty.
