//! What is logged, and what happens where it cannot be written.

use std::fs::File;
use std::process::{Command, Stdio};

use crate::support::Visitor;
use crate::support::process::{Portal, keydesk};

fn serve(data_dir: &std::path::Path) -> Command {
    let mut command = keydesk(data_dir);
    command.arg("serve").env("KEYDESK_METRICS_LISTEN", "127.0.0.1:0");
    command
}

/// More requests than a pipe holds lines.
fn ask_often(portal: &Portal) {
    let mut visitor = Visitor::new(portal.address);
    for _ in 0..500 {
        assert_eq!(visitor.get("/login").status, 200);
    }
    assert_eq!(visitor.get("/healthz").status, 200);
}

#[test]
fn a_full_disk_under_the_log_hinders_nobody() {
    let home = tempfile::tempdir().unwrap();
    let mut command = serve(&home.path().join("data"));
    command.stderr(Stdio::from(File::options().write(true).open("/dev/full").unwrap()));
    let portal = Portal::start_logging_to(command);
    ask_often(&portal);
    assert_eq!(portal.terminate(), Some(0));
}

#[test]
fn a_log_whose_reader_is_gone_hinders_nobody() {
    let home = tempfile::tempdir().unwrap();
    let mut command = serve(&home.path().join("data"));
    let (reader, writer) = std::io::pipe().unwrap();
    command.stderr(writer);
    drop(reader);
    let portal = Portal::start_logging_to(command);
    ask_often(&portal);
    assert_eq!(portal.terminate(), Some(0));
}

#[test]
fn a_log_that_nobody_reads_hinders_nobody() {
    let home = tempfile::tempdir().unwrap();
    let mut command = serve(&home.path().join("data"));
    let (reader, writer) = std::io::pipe().unwrap();
    command.stderr(writer);
    let portal = Portal::start_logging_to(command);
    ask_often(&portal);
    assert_eq!(portal.terminate(), Some(0));
    drop(reader);
}
