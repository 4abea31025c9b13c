# Eine Auslieferung rückgängig machen, solange ihre E-Mail wartet.

undo-title = Rückgängig gemacht
undo-waiting = Wartet
undo-until = bis
undo-not-yet = Noch nicht
undo-of-delivery = (die Auslieferung)
undo-send-now = Jetzt senden
undo-if = Wenn Sie sie rückgängig machen
undo-text-stock = Die Zuteilung steht wieder aus, von Ihnen übernommen. Der Schlüssel kommt zurück in den Vorrat. Der Kunde merkt nichts davon.
undo-text-exposed = Die Zuteilung steht wieder aus, von Ihnen übernommen. Der Schlüssel wurde gelesen; er kommt deshalb nicht zurück in den Vorrat, sondern wird gesperrt. Der Kunde merkt nichts davon.
undo-text-typed = Die Zuteilung steht wieder aus, von Ihnen übernommen. Der Schlüssel wird entfernt; wer ihn eingegeben hat, sieht ihn noch einmal. Der Kunde merkt nichts davon.
undo-text-files = Die Zuteilung steht wieder aus, von Ihnen übernommen. Der Kunde merkt nichts davon.
undo-text-replacement = Der bisherige Schlüssel gilt wieder, der neue wird zurückgenommen. Der Kunde merkt nichts davon.
undo-unseen = Niemand hat diesen Schlüssel gesehen. Wird er aufgedeckt, kommt er nicht mehr in den Vorrat zurück, wenn Sie die Auslieferung rückgängig machen.
undo-unseen-link = Niemand hat diesen Link gesehen. Wird er aufgedeckt, kommt er nicht mehr in den Vorrat zurück, wenn Sie die Auslieferung rückgängig machen.
undo-done = Rückgängig gemacht. Die E-Mail wurde nicht gesendet, und die Zuteilung wartet wieder. Sie haben sie bis { $time } Uhr übernommen.
undo-done-exposed = Rückgängig gemacht. Die E-Mail wurde nicht gesendet, und die Zuteilung wartet wieder. Ihr Schlüssel wurde inzwischen gelesen und wird deshalb gesperrt. Sie haben die Zuteilung bis { $time } Uhr übernommen.
undo-done-replacement = Rückgängig gemacht. Die E-Mail wurde nicht gesendet, und der bisherige Schlüssel gilt wieder.
undo-done-replacement-exposed = Rückgängig gemacht. Die E-Mail wurde nicht gesendet, und der bisherige Schlüssel gilt wieder. Der neue wurde inzwischen gelesen und wird deshalb gesperrt.
undo-key-title = Der Schlüssel, den Sie eingegeben hatten
undo-key-title-link = Der Link, den Sie eingegeben hatten
undo-key-text = Er wird nur dieses eine Mal angezeigt. Kopieren Sie ihn, wenn Sie ihn noch brauchen; gespeichert ist er nicht mehr.
undo-fulfill-again = Neu ausliefern
undo-show-grant = Zuteilung anzeigen
undo-too-late = Die E-Mail ging um { $time } Uhr hinaus. Ersetzen oder widerrufen Sie den Schlüssel.
undo-impossible = Das lässt sich nicht mehr rückgängig machen. Ersetzen oder widerrufen Sie den Schlüssel.
undo-already = Das wurde schon rückgängig gemacht.
undo-not-delivered = Es gibt nichts rückgängig zu machen: Die Zuteilung ist nicht ausgeliefert.
undo-in-use = Der Schlüssel ist schon in Gebrauch und kann nicht zurückgenommen werden. Ersetzen oder widerrufen Sie ihn.
undo-form-spent = Was dieses Formular gesendet hat, wurde rückgängig gemacht. Es wurde nichts noch einmal gesendet. Öffnen Sie die Zuteilung, um sie neu auszuliefern.
undo-sent-now = Die E-Mail ist unterwegs.
undo-sent-already = Die E-Mail ist schon hinausgegangen.

## Nach einer Auslieferung, deren E-Mail wartet
fulfillment-waits = Geliefert. Die E-Mail an { $email } geht um { $time } Uhr hinaus. Bis dahin können Sie alles zurücknehmen. { $end }
fulfillment-waits-next = Geliefert. Die E-Mail an { $email } geht um { $time } Uhr hinaus. { $end } Dies ist die nächste Zuteilung.
fulfillment-waits-none-left = Geliefert. Die E-Mail an { $email } geht um { $time } Uhr hinaus. { $end } Es warten keine weiteren freien Zuteilungen.
