# Zwei Datensätze derselben Person zusammenführen.
merger-open = Mit anderer Adresse zusammenführen …
merger-title = Kunden zusammenführen
merger-other = Adresse oder Kennung des anderen Datensatzes
merger-other-hint = Beide Datensätze müssen dieselbe Person meinen. Die nächste Seite zeigt, was übergeht; vorher ändert sich nichts.
merger-preview = Anzeigen, was übergeht
merger-nobody = Kein Kunde hat diese Adresse oder Kennung.
merger-same = Das ist derselbe Kunde.
merger-erased = Einer der beiden wurde gelöscht; sie lassen sich nicht zusammenführen.
merger-elsewhere = Einer der beiden wurde inzwischen mit einem anderen Datensatz zusammengeführt. Es wurde nichts geändert.
merger-moves = Geht über an { $name }
merger-grants = { $count ->
        [one] 1 Zuteilung
       *[other] { $shown } Zuteilungen
    }
merger-keys = { $count ->
        [one] 1 Lizenzschlüssel
       *[other] { $shown } Lizenzschlüssel
    }
merger-notes = { $count ->
        [one] 1 Notiz
       *[other] { $shown } Notizen
    }
merger-sales = { $count ->
        [one] 1 Verkauf
       *[other] { $shown } Verkäufe
    }
merger-mirrored = { $count ->
        [one] 1 Kunde eines verbundenen Kontos
       *[other] { $shown } Kunden verbundener Konten
    }
merger-address = { $email } und die alte Kennung: Beide führen zu diesem Kunden, und neue Verkäufe an die Adresse kommen hierher
merger-facts = Telefonnummer, Metadaten und Name, soweit sie hier fehlen
merger-stays = { $name } behält { $email }; dorthin gehen E-Mails
merger-stays-log = Bereits eingereihte E-Mails gehen an die Adresse, für die sie geschrieben wurden; das Protokoll behält beide Kennungen
merger-swap = Stattdessen { $email } behalten
merger-lead = Das lässt sich nicht rückgängig machen.
merger-lead-text = Führen Sie nur zusammen, wenn beide dieselbe Person sind: Wer das eine Postfach liest, bekommt alle Schlüssel.
merger-submit = Endgültig zusammenführen
merger-done = Kunden zusammengeführt.
merger-was-done = Diese Kunden wurden schon zusammengeführt.
merger-also = Auch
