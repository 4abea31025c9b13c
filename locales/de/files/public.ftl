# Die Seite, auf der Kunden ihre Dateien herunterladen.

public-files-title = Ihre Downloads: { $product }
public-files-for = Für { $name }.
public-files-until-before = Diese Links funktionieren bis
public-files-until-after = .
public-files-caption = Dateien
public-files-file = Datei
public-files-download = Herunterladen
public-files-instructions = So installieren Sie
public-files-more = Mehr auf { $host }
public-files-new-links-hint = Links abgelaufen?
public-files-new-links = Neue Links per E-Mail anfordern

public-files-not-found-title = Seite nicht gefunden
public-files-not-found-text = Dieser Link ist unvollständig. Öffnen Sie ihn noch einmal aus der E-Mail.
public-files-gone-title = Nicht mehr verfügbar
public-files-gone-text = Diese Dateien sind nicht mehr verfügbar. Wenn Sie das für einen Irrtum halten, antworten Sie auf die E-Mail, die Sie erhalten haben.
public-files-expired-title = Diese Links sind abgelaufen
public-files-expired-text = Wir können Ihnen neue per E-Mail senden. Sie gehen an die Adresse, die wir von Ihnen haben.
public-files-sent-title = Sehen Sie in Ihr Postfach
public-files-sent-text = Wenn Ihnen die Dateien noch zustehen, sind neue Links unterwegs an die Adresse, die wir von Ihnen haben. Das kann einige Minuten dauern.
public-files-too-many-title = Zu viele Anfragen
public-files-too-many-text = Warten Sie eine Minute und öffnen Sie den Link noch einmal.
public-files-unavailable-title = Zurzeit nicht verfügbar
public-files-unavailable-text = Bei uns ist etwas schiefgegangen. Öffnen Sie den Link in einer Minute noch einmal.
