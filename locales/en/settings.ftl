# The settings in force.

settings-title = Settings in force
settings-lead = They are set where Keydesk runs: on the command line, in the environment, or in keydesk.toml. Secrets are hidden.
settings-caption = Settings with their values
settings-name = Setting
settings-value = Value
settings-derived = Not set; follows from other settings
settings-unset = Not set
settings-more = What each one does:
