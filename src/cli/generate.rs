//! `keydesk completions` and `keydesk man`: what a shell and `man` know of the command line, from its own definition.

use std::io::Write as _;

use clap_complete::Shell;

use super::arguments::command;

/// Prints a shell's completions.
pub(super) fn completions(shell: Shell) {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command(), "keydesk", &mut text);
    print(&text);
}

/// Prints the manual page: the command with its settings, then each command below it.
pub(super) fn manual() -> anyhow::Result<()> {
    let mut text = Vec::new();
    let mut whole = command();
    whole.build();
    let page = clap_mangen::Man::new(whole.clone());
    page.render(&mut text)?;
    for command in whole.get_subcommands().filter(|command| command.get_name() != "help") {
        describe(command, &mut text)?;
    }
    print(&text);
    Ok(())
}

/// A section for a command, and one for each command below it.
fn describe(command: &clap::Command, text: &mut Vec<u8>) -> anyhow::Result<()> {
    let below: Vec<_> = command.get_subcommands().filter(|command| command.get_name() != "help").collect();
    if below.is_empty() {
        // The settings stand on the page once, with the main command.
        let own = command.clone().mut_args(|arg| if arg.is_global_set() { arg.hide(true) } else { arg });
        let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_uppercase();
        writeln!(text, ".SH \"{name}\"")?;
        let page = clap_mangen::Man::new(own);
        let mut parts = Vec::new();
        page.render_description_section(&mut parts)?;
        page.render_synopsis_section(&mut parts)?;
        page.render_options_section(&mut parts)?;
        // Its sections are parts of this one.
        text.extend(String::from_utf8(parts)?.replace(".SH ", ".SS ").into_bytes());
    }
    below.into_iter().try_for_each(|command| describe(command, text))
}

/// Write errors are ignored: whoever closes the pipe has read enough.
fn print(text: &[u8]) {
    drop(std::io::stdout().write_all(text));
}
