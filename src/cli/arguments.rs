//! The command line's arguments. The flags for settings are generated from the table of settings.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, FromArgMatches, Subcommand};
use clap_complete::Shell;

use crate::config::{ConfigError, SETTINGS, Sources, gather, read_environment};

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Command {
    /// Start the portal (the default without a command)
    Serve,
    /// Start the portal with a temporary database of realistic data
    Demo {
        /// How many grants to generate
        #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        grants: u32,
    },
    /// Create pending grants from a file of sales: a shop's export, or CSV or JSON lines in our own columns
    Import {
        /// The file, or - for standard input
        file: PathBuf,
        /// The shop whose export it is, if it is not recognized: shopify, woocommerce, stripe, lemonsqueezy, gumroad, paddle, fastspring or paypal
        #[arg(long, value_name = "SHOP")]
        map: Option<String>,
        /// The time zone of dates without an offset, such as Europe/Berlin [default: the portal's]
        #[arg(long, value_name = "ZONE")]
        zone: Option<String>,
        /// The entitlement of every line that names none: its name or id
        #[arg(long, value_name = "NAME")]
        entitlement: Option<String>,
        /// Which column is which, such as product=Artikel,quantity=Anzahl
        #[arg(long, value_name = "FIELD=COLUMN,…", value_delimiter = ',', conflicts_with = "map")]
        columns: Vec<String>,
        /// Report line by line what would be done, without doing it
        #[arg(long)]
        dry_run: bool,
    },
    /// Manage the people who sign in
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Manage the programs that call the API
    #[command(subcommand)]
    ApiKey(ApiKeyCommand),
    /// Manage the customers who receive keys
    #[command(subcommand)]
    Customers(CustomersCommand),
    /// Say which products the words of shops mean
    #[command(subcommand)]
    Product(ProductCommand),
    /// Manage keys that wait to be issued
    #[command(subcommand)]
    Stock(StockCommand),
    /// Manage the accounts and shops that Keydesk is connected to
    #[command(subcommand)]
    Connection(ConnectionCommand),
    /// Manage the encryption keys
    #[command(subcommand)]
    Secret(SecretCommand),
    /// Bring the database up to date
    Migrate,
    /// Check the audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Write a consistent copy of the SQLite database while the portal runs
    Backup {
        /// A file that does not exist yet
        file: PathBuf,
    },
    /// Print the configuration in force, with secrets hidden
    Config {
        /// Print a keydesk.toml with every setting as a comment instead
        #[arg(long)]
        sample: bool,
    },
    /// Print the completions of commands and options for a shell
    Completions {
        /// bash, elvish, fish, powershell or zsh
        shell: Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum StaffCommand {
    /// Add a person; without --password-stdin a password is generated and printed once (if passwords are on)
    Add {
        email: String,
        #[arg(long)]
        name: String,
        /// viewer, agent or admin
        #[arg(long)]
        role: String,
        /// Read the password from the first line of standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// List all people
    List,
    /// End a person's sessions and prevent them from signing in
    Disable { email: String },
    /// Allow a disabled person to sign in again
    Enable { email: String },
    /// Set a new password, end all sessions and lift all delays after wrong passwords; the second factor stays
    Reset {
        email: String,
        /// Read the password from the first line of standard input
        #[arg(long)]
        password_stdin: bool,
        /// Remove the second factor instead; the password stays
        #[arg(long, conflicts_with = "password_stdin")]
        remove_second_factor: bool,
        /// Forget the person's account at the identity provider instead; the password stays
        #[arg(long, conflicts_with_all = ["password_stdin", "remove_second_factor"])]
        forget_identity: bool,
    },
    /// Lift the delays after wrong passwords and codes at once, while the portal runs
    Unlock {
        /// Only those of this IP address (of its /64 network for IPv6); without it, all delays are lifted
        address: Option<String>,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum CustomersCommand {
    /// Permanently erase a customer's personal data and keys
    Erase { email: String },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum ProductCommand {
    /// Remember that what a shop calls a product, by its SKU, id or name, is this entitlement
    Map {
        word: String,
        /// The entitlement's name or id
        #[arg(long, value_name = "NAME", required_unless_present = "no_key")]
        entitlement: Option<String>,
        /// The product needs no key: its lines are skipped
        #[arg(long, conflicts_with = "entitlement")]
        no_key: bool,
    },
    /// List the words that are known: word, entitlement
    List,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum StockCommand {
    /// Add the keys of a file to a stock: text with one key per line, CSV, or XLSX
    Import {
        /// The file, or - for standard input
        file: PathBuf,
        /// The entitlement's name or id
        #[arg(long, value_name = "NAME")]
        entitlement: String,
        /// Who sent the keys
        #[arg(long, value_name = "NAME")]
        supplier: Option<String>,
        /// The supplier's number, such as that of an invoice
        #[arg(long, value_name = "TEXT")]
        reference: Option<String>,
        /// The column with the keys: its name, a letter such as B, or Sheet!B
        #[arg(long, value_name = "NAME")]
        column: Option<String>,
        /// Report line by line what would be done, without doing it
        #[arg(long)]
        dry_run: bool,
    },
    /// List every stock, first to run out first: id, name, available, waiting, per day, runs out on
    List,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum ConnectionCommand {
    /// Connect an account or a shop; the URL for its webhooks is the last line printed
    Add {
        /// The kind: dodo, github, shopify, woocommerce, stripe, lemonsqueezy, gumroad, paddle or fastspring
        kind: String,
        /// The name shown in lists
        name: String,
        /// Read the secret of a webhook that you have created from standard input
        #[arg(long)]
        secret_stdin: bool,
        /// Read the API key from standard input, after the secret
        #[arg(long)]
        api_key_stdin: bool,
        /// live (the default), test, or the address of another API
        #[arg(long, value_name = "URL")]
        url: Option<String>,
        /// How often the account is polled: from 15s to 60m
        #[arg(long, value_name = "TIME", default_value = "60s")]
        poll: String,
    },
    /// List all connections, oldest first: id, kind, name, state, last poll, out of step
    List,
    /// Try the API key of a connection; exit with 1 if it is not accepted
    Check { id: String },
    /// Remove a connection; its grants stay
    Remove { id: String },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum SecretCommand {
    /// Re-encrypt everything under a new key while the portal runs; continues an interrupted run
    Rotate,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum ApiKeyCommand {
    /// Add a key; its token is the last line printed and is shown only once
    Add {
        /// The name of the key, such as shop
        name: String,
        /// viewer, agent or admin
        #[arg(long, default_value = "agent")]
        role: String,
        /// When the token expires: 2027-01-31 (the end of that day in UTC) or 2027-01-31T18:00:00Z
        #[arg(long, value_name = "DATE")]
        expires: Option<String>,
    },
    /// List all keys, newest first: id, name, role, status, last use, expiry
    List,
    /// Revoke a key, effective from its next request
    Revoke { id: String },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum AuditCommand {
    /// Recompute the chain; if it is damaged, exit with 1 and name the first bad entry
    Verify {
        /// A head that was logged or printed earlier, such as 42:0123456789abcdef; exit with 1 if the log no longer contains it
        #[arg(long, value_name = "N:MAC")]
        at_least: Option<String>,
    },
}

/// The command and the settings from the command line.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub command: Command,
    flags: BTreeMap<String, String>,
    file: Option<PathBuf>,
}

impl Arguments {
    /// Reads the command line; prints help or an error and exits if there is nothing to run.
    pub(crate) fn read() -> Self {
        Self::from_matches(&command().get_matches())
    }

    fn from_matches(matches: &ArgMatches) -> Self {
        let command = Command::from_arg_matches(matches).unwrap_or(Command::Serve);
        let flags = SETTINGS
            .iter()
            .filter_map(|setting| Some((setting.name.to_owned(), matches.get_one::<String>(setting.name)?.clone())))
            .collect();
        Self { command, flags, file: matches.get_one::<PathBuf>("config").cloned() }
    }

    /// The text of every setting that is set, by name.
    pub(crate) fn settings(&self) -> Result<BTreeMap<String, String>, ConfigError> {
        let environment = read_environment(std::env::vars_os())?;
        gather(&Sources { command_line: self.flags.clone(), environment, file: self.file.clone() })
    }

    /// Whether a database was configured explicitly.
    pub(crate) fn has_database(&self) -> bool {
        self.settings().is_ok_and(|settings| settings.contains_key("database_url"))
    }
}

/// The whole command line, as help, completions and the manual page describe it.
pub(super) fn command() -> clap::Command {
    let flags = SETTINGS.iter().map(|setting| {
        let help = match setting.default {
            Some(default) if !default.is_empty() => {
                format!("{} [{}; default: {default}]", setting.help, setting.environment)
            }
            _ => format!("{} [{}]", setting.help, setting.environment),
        };
        Arg::new(setting.name)
            .long(setting.name.replace('_', "-"))
            .value_name("VALUE")
            .global(true)
            .help(help)
            .help_heading("Settings")
    });
    let file = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .value_parser(clap::value_parser!(PathBuf))
        .global(true)
        .help("The configuration file [default: keydesk.toml, if it exists]")
        .help_heading("Settings");
    let command = clap::Command::new("keydesk")
        .version(env!("CARGO_PKG_VERSION"))
        .about(env!("CARGO_PKG_DESCRIPTION"))
        .subcommand_required(false)
        .args(flags)
        .arg(file);
    Command::augment_subcommands(command).subcommand_required(false).arg_required_else_help(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Arguments {
        Arguments::from_matches(&command().try_get_matches_from(line.split(' ')).unwrap())
    }

    #[test]
    fn the_command_line_is_well_formed() {
        command().debug_assert();
        assert!(matches!(read("keydesk").command, Command::Serve));
        assert!(matches!(read("keydesk demo").command, Command::Demo { grants: 200 }));
        assert!(matches!(
            read("keydesk audit verify").command,
            Command::Audit(AuditCommand::Verify { at_least: None })
        ));
        let with_flag = read("keydesk import - --dry-run --data-dir /tmp/x");
        assert_eq!(with_flag.flags.get("data_dir").map(String::as_str), Some("/tmp/x"));
    }
}
