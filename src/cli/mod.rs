//! The command line: one file per command. Errors are one line on standard error and exit code 1.

mod api_key;
mod arguments;
mod audit;
mod backup;
mod config;
mod connection;
mod customers;
mod demo;
mod generate;
mod import;
mod migrate;
mod product;
mod progress;
mod secret;
mod serve;
mod staff;
mod stock;

use std::process::ExitCode;

use arguments::{Arguments, AuditCommand, Command};

/// Runs the command from the command line.
pub fn run() -> ExitCode {
    let arguments = Arguments::read();
    match execute(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("keydesk: {}", one_line(&error));
            ExitCode::FAILURE
        }
    }
}

fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    // These need no settings, right or wrong.
    match &arguments.command {
        Command::Completions { shell } => {
            generate::completions(*shell);
            return Ok(ExitCode::SUCCESS);
        }
        Command::Man => return generate::manual().map(|()| ExitCode::SUCCESS),
        Command::Config { sample: true } => {
            config::print_sample();
            return Ok(ExitCode::SUCCESS);
        }
        _ => {}
    }
    let config = crate::config::Config::parse(&arguments.settings()?)?;
    let _logging = crate::logging::start(&config);
    match &arguments.command {
        Command::Serve => serve::run(config)?,
        Command::Demo { grants } => demo::run(config, arguments.has_database(), *grants)?,
        Command::Import { file, map, zone, entitlement, columns, dry_run } => {
            let options = import::options(map.as_deref(), zone.as_deref(), entitlement.as_deref(), columns)?;
            return import::run(&config, file, &options, *dry_run);
        }
        Command::Product(command) => product::run(&config, command)?,
        Command::Staff(command) => staff::run(&config, command)?,
        Command::ApiKey(command) => api_key::run(&config, command)?,
        Command::Customers(command) => customers::run(&config, command)?,
        Command::Stock(command) => return stock::run(&config, command),
        Command::Connection(command) => return connection::run(&config, command),
        Command::Secret(command) => secret::run(&config, command)?,
        Command::Migrate => migrate::run(&config)?,
        Command::Audit(AuditCommand::Verify { at_least }) => return audit::verify(&config, at_least.as_deref()),
        Command::Backup { file } => backup::run(&config, file)?,
        Command::Config { .. } => config::print(&config),
        Command::Completions { .. } | Command::Man => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// The error with its causes, on one line.
fn one_line(error: &anyhow::Error) -> String {
    format!("{error:#}").lines().map(str::trim).collect::<Vec<_>>().join(" ")
}
