# Connections to GitHub, and invitations to its repositories.
connections-kind-github = Token: invites customers to repositories
connections-token = Token
connections-token-hint = A fine-grained token with the permission “Administration: Read and write” for the repositories, or a classic one with the scope “repo”.
connections-github-url-hint = Only for GitHub Enterprise: the address of its API, such as https://github.example.com/api/v3.
connections-step-repository = Create an entitlement of the type GitHub that names the repository.
connections-step-token = At GitHub, under Settings, Developer settings, create a token of somebody who administers the repository. It is stored encrypted.
connections-step-invite = A waiting grant then has a button that invites the customer. Access is removed when the grant is revoked.
connections-added-no-repository = The connection is added, but its token may not invite to any repository that an entitlement names.
connections-may-invite = Invite to repositories
connections-may-hint-github = “Poll now” asks GitHub which repositories the token may invite to; the result is in the list of calls.
connections-looked = { $count ->
        [one] 1 invitation was accepted since the last look.
       *[other] { $count } invitations were accepted since the last look.
    }
connections-invited = Invitations that wait
connections-removing = Access being removed
connections-lost = Invitations that need you
connections-lost-hint = GitHub did not invite these customers, or they did not accept.
connections-lost-none = None.
connections-lost-user = User
connections-lost-repository = Repository
connections-event-invite = Invitation
connections-event-remove = Access removed
connections-event-look = Invitations looked at
connections-event-repository = Repository { $name }
connections-repository-may-invite = The token may invite
connections-repository-may-not-invite = The token may not invite
connections-repository-not-found = Not found with this token

invitation-trouble-unknown-user = GitHub knows no user with this name.
invitation-trouble-unknown-repository = No connection reaches the repository.
invitation-trouble-not-allowed = The token may not invite to the repository.
invitation-trouble-refused = GitHub refused the invitation.
invitation-trouble-expired = The invitation was not accepted, or was declined.
invitation-state-wanted = To be invited
invitation-state-invited = Invited
invitation-state-accepted = Accepted
invitation-state-expired = Not accepted
invitation-state-removing = Access is being removed
invitation-state-removed = Access removed

invitations-title = Invite to { $repository }
invitations-username = GitHub user
invitations-username-hint = The name in the address of the profile, such as octocat for github.com/octocat.
invitations-what = GitHub invites the user, and the customer gets an e-mail with the invitation’s link, which works for 7 days.
invitations-again = GitHub invites the user again. GitHub sends its own e-mail.
invitations-offer = Keydesk can invite the customer at GitHub and send the link.
invitations-note-hint = Included in the e-mail as it is.
invitations-submit = Invite
invitations-by-hand = Enter a link instead
invitations-done = The customer is invited.
invitations-card = GitHub access
invitations-user = User
invitations-repository = Repository
invitations-state = State
invitations-next = Looked at again
invitations-invite = Invite by GitHub
invitations-invite-again = Invite again
invitations-username-missing = Enter the customer’s user name at GitHub.
invitations-username-wrong = Enter a user name of letters, digits and hyphens, such as octocat.
invitations-no-connection = No connection to GitHub is in use. An admin can add one or mend it under Connections.
invitations-busy = GitHub takes no more calls at the moment. Press again at { $time }.
invitations-token = GitHub does not accept the connection’s token. An admin has to enter a new one under Connections.
invitations-no-answer = GitHub did not answer ({ $error }). Press again; nobody is invited twice.
invitations-gone = This grant no longer waits. Nothing was changed.
