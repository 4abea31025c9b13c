# Verbindungen zu GitHub und Einladungen in seine Repositorys.
connections-kind-github = Token: lädt Kunden in Repositorys ein
connections-token = Token
connections-token-hint = Ein „fine-grained“-Token mit der Berechtigung „Administration: Read and write“ für die Repositorys oder ein klassisches mit dem Scope „repo“.
connections-github-url-hint = Nur für GitHub Enterprise: die Adresse der API, etwa https://github.example.com/api/v3.
connections-step-repository = Legen Sie eine Berechtigung der Art GitHub an, die das Repository nennt.
connections-step-token = Erstellen Sie bei GitHub unter Settings, Developer settings ein Token einer Person, die das Repository verwaltet. Es wird verschlüsselt gespeichert.
connections-step-invite = Eine wartende Zuteilung hat dann eine Schaltfläche, die die Kundin oder den Kunden einlädt. Wird sie widerrufen, endet der Zugang.
connections-added-no-repository = Die Verbindung ist angelegt, aber ihr Token darf in kein Repository einladen, das eine Berechtigung nennt.
connections-may-invite = In Repositorys einladen
connections-may-hint-github = „Jetzt abfragen“ fragt GitHub, in welche Repositorys das Token einladen darf; das Ergebnis steht in der Liste der Aufrufe.
connections-looked = { $count ->
        [one] 1 Einladung wurde seit der letzten Abfrage angenommen.
       *[other] { $count } Einladungen wurden seit der letzten Abfrage angenommen.
    }
connections-invited = Wartende Einladungen
connections-removing = Zugang wird entzogen
connections-lost = Einladungen, die Sie brauchen
connections-lost-hint = GitHub hat diese Kunden nicht eingeladen, oder sie haben nicht angenommen.
connections-lost-none = Keine.
connections-lost-user = Benutzer
connections-lost-repository = Repository
connections-event-invite = Einladung
connections-event-remove = Zugang entzogen
connections-event-look = Einladungen abgefragt
connections-event-repository = Repository { $name }
connections-repository-may-invite = Das Token darf einladen
connections-repository-may-not-invite = Das Token darf nicht einladen
connections-repository-not-found = Mit diesem Token nicht gefunden

invitation-trouble-unknown-user = GitHub kennt keinen Benutzer mit diesem Namen.
invitation-trouble-unknown-repository = Keine Verbindung erreicht das Repository.
invitation-trouble-not-allowed = Das Token darf nicht in das Repository einladen.
invitation-trouble-refused = GitHub hat die Einladung abgelehnt.
invitation-trouble-expired = Die Einladung wurde nicht angenommen oder abgelehnt.
invitation-state-wanted = Wird eingeladen
invitation-state-invited = Eingeladen
invitation-state-accepted = Angenommen
invitation-state-expired = Nicht angenommen
invitation-state-removing = Zugang wird entzogen
invitation-state-removed = Zugang entzogen

invitations-title = In { $repository } einladen
invitations-username = GitHub-Benutzer
invitations-username-hint = Der Name in der Adresse des Profils, etwa octocat bei github.com/octocat.
invitations-what = GitHub lädt den Benutzer ein, und eine E-Mail mit dem Link der Einladung wird gesendet. Er gilt 7 Tage.
invitations-again = GitHub lädt den Benutzer erneut ein und sendet selbst eine E-Mail.
invitations-offer = Keydesk kann bei GitHub einladen und den Link senden.
invitations-note-hint = Steht unverändert in der E-Mail.
invitations-submit = Einladen
invitations-by-hand = Stattdessen einen Link eingeben
invitations-done = Die Einladung ist verschickt.
invitations-card = Zugang bei GitHub
invitations-user = Benutzer
invitations-repository = Repository
invitations-state = Zustand
invitations-next = Nächste Abfrage
invitations-invite = Über GitHub einladen
invitations-invite-again = Erneut einladen
invitations-username-missing = Geben Sie den Benutzernamen bei GitHub ein.
invitations-username-wrong = Geben Sie einen Benutzernamen aus Buchstaben, Ziffern und Bindestrichen ein, etwa octocat.
invitations-no-connection = Keine Verbindung zu GitHub ist in Betrieb. Unter Verbindungen kann die Administration eine anlegen oder in Ordnung bringen.
invitations-busy = GitHub nimmt im Moment keine Aufrufe mehr an. Drücken Sie um { $time } erneut.
invitations-token = GitHub akzeptiert das Token der Verbindung nicht. Unter Verbindungen muss die Administration ein neues eingeben.
invitations-no-answer = GitHub hat nicht geantwortet ({ $error }). Drücken Sie erneut; niemand wird zweimal eingeladen.
invitations-gone = Diese Zuteilung wartet nicht mehr. Es wurde nichts geändert.
