# Wie ein Schlüssel zu dem verbundenen Konto kommt, aus dem seine Zuteilung stammt.
supply-state-queued = Unterwegs zu Dodo
supply-state-sending = Unterwegs zu Dodo
supply-state-supplied = Bei Dodo geliefert
supply-state-failed = Von Dodo nicht angenommen
supply-hint-none = Stammt von { $service }. Der Schlüssel geht dorthin, und { $service } schickt ihn per E-Mail.
supply-hint-on-its-way = Der Schlüssel ist unterwegs zu { $service }. Solange kann niemand die Zuteilung erneut ausliefern.
supply-hint-stopped = Der Schlüssel wartet, weil die Verbindung angehalten oder gestört ist. Solange kann niemand die Zuteilung erneut ausliefern.
supply-hint-supplied = { $service } hat den Schlüssel und schickt ihn per E-Mail.
supply-status-there = Status dort
supply-quantity = Gekauft
supply-answer = Antwort
supply-attempt = Letzter Versuch
supply-revoke-there = Diese Zuteilung wird im verbundenen Konto widerrufen und wiederhergestellt.
