# The people who sign in, for admins.
nav-staff = Staff
staff-lead = The people who sign in, and what they may do.
staff-caption = Staff, by name
staff-invite = Invite somebody
staff-nobody-invited = Nobody was invited.
staff-email-hint = The invitation goes there. It works once, for 24 hours.
staff-email-hint-provider = The invitation goes there. The person signs in with your organization’s account of this address.
staff-email-taken = Somebody with this address is here already.
staff-role-hint = Viewers read. Agents hand out keys. Admins manage everything.
staff-send-invitation = Send invitation
staff-invited = The invitation to { $email } is on its way.
staff-count = { $count ->
        [one] 1 person
       *[other] { $count } people
    }
staff-status = Status
staff-status-active = Active
staff-status-disabled = Disabled
staff-status-invited = Invited
staff-status-refused = Invitation refused
staff-status-invitation-over = Invitation expired
staff-last-sign-in = Last sign-in
staff-facts = Account
staff-added = Added
staff-link = Link by e-mail
staff-link-until = Works until
staff-id = Id
staff-report = What they did
staff-report-caption = How often each thing was done
staff-period = Period
staff-days = { $count } days
staff-act = Act
staff-times = Times
staff-all-acts = All their entries in the audit log
staff-reveals = Keys they revealed
staff-no-reveals = None so far.
staff-when = When
staff-yourself = This is you
staff-yourself-hint = How you sign in is on your account page. Another admin changes your role or disables you.
staff-new-role = New role
staff-role-change-hint = Their sessions end; the new role counts at the next sign-in. Invited people get a new invitation.
staff-change-role = Change role
staff-role-changed = The role is changed. Their sessions have ended.
staff-access = Access
staff-invite-again = Invite again
staff-invite-again-hint = Sends a new link. The one before stops working.
staff-invite-again-hint-provider = Sends the invitation again.
staff-invited-again = A new invitation is on its way.
staff-reset = Reset password
staff-reset-hint = Sends a link to a new password and ends their sessions. The second factor stays.
staff-reset-sent = A link to a new password is on its way. Their sessions have ended.
staff-factor-hint = For somebody who lost phone, passkey and recovery codes. Be sure who is asking. Their sessions end.
staff-factor-removed = The second factor is removed. Their sessions have ended.
staff-has-no-factor = There was no second factor. Their sessions have ended.
staff-identity = Identity provider
staff-identity-since = Since
staff-forget-identity = Forget identity
staff-identity-hint = For somebody whose account at the identity provider was replaced. The next sign-in with this verified address is bound instead. Their sessions end.
staff-identity-forgotten = The identity is forgotten. Their sessions have ended.
staff-no-identity = There was no identity to forget.
staff-disable = Disable
staff-disable-hint = Nobody signs in with a disabled account, and its sessions end at once.
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
staff-enable-hint = Lets the person sign in again, as before.
staff-enabled = Enabled.
staff-is-disabled = This account is disabled. Enable it first.
staff-passwords-off = Passwords are turned off. This person signs in with your organization.
staff-last-admin = This is the last active admin. Make somebody else an admin first.
staff-oneself = You cannot do this to yourself. Ask another admin.
