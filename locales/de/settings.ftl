# Die geltenden Einstellungen.

settings-title = Geltende Einstellungen
settings-lead = Sie werden dort festgelegt, wo Keydesk läuft: auf der Befehlszeile, in der Umgebung oder in keydesk.toml. Geheimnisse sind verborgen.
settings-caption = Einstellungen mit ihren Werten
settings-name = Einstellung
settings-value = Wert
settings-derived = Nicht gesetzt; ergibt sich aus anderen Einstellungen
settings-unset = Nicht gesetzt
settings-more = Was sie bewirken:
