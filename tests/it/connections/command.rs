//! `keydesk connection`.

use std::process::Output;

use keydesk::domain::staff::Role;

use super::{SECRET, account, app, send};
use crate::support::github::TOKEN;
use crate::support::process::{complaint, keydesk, lines, run};
use crate::support::{Github, TestApp, spawn_app};

fn say(app: &TestApp, arguments: &[&str], input: &str) -> Output {
    let mut command = keydesk(&app.data_dir());
    command.arg("connection").args(arguments).env("DATABASE_URL", &app.database.url);
    command.env("KEYDESK_WEBHOOK_ALLOW", "127.0.0.1");
    run(command, input)
}

fn system() -> TestApp {
    TestApp::builder().with("webhook_allow", "127.0.0.1").with_system_clock().spawn()
}

#[test]
fn an_account_is_added_listed_checked_and_removed() {
    let (app, vendor) = (system(), spawn_app());
    let (api_url, api_key) = account(&vendor, Role::Agent);
    assert!(lines(&say(&app, &["list"], "")).contains("keydesk connection add dodo"));
    let arguments =
        ["add", "dodo", "Dodo, live", "--secret-stdin", "--api-key-stdin", "--url", &api_url, "--poll", "2m"];
    let said = lines(&say(&app, &arguments, &format!("{SECRET}\n{api_key}\n")));
    let url = said.lines().last().unwrap();
    assert!(url.starts_with("/hooks/con_"), "without a base URL it is the path: {said}");
    assert!(said.contains("may read grants and supply license keys") && !said.contains(&api_key), "{said}");
    assert_eq!(send(&app, url, SECRET, "msg_1", "{}").status, 200);
    let id = url.trim_start_matches("/hooks/");
    let listed = lines(&say(&app, &["list"], ""));
    assert!(listed.starts_with(&format!("{id}\tdodo\tDodo, live\tactive\tnever\t0")), "{listed}");
    assert!(lines(&say(&app, &["check", id], "")).contains("accepts the API key"));
    assert!(lines(&say(&app, &["remove", id], "")).starts_with(&format!("removed {id}")));
    assert!(complaint(&say(&app, &["remove", id], "")).contains("no connection has the id"));
}

#[test]
fn a_token_of_github_is_added_and_has_no_url_for_webhooks() {
    let (app, github) = (system(), Github::start());
    let url = github.url();
    let arguments = ["add", "github", "GitHub", "--api-key-stdin", "--url", &url];
    let said = lines(&say(&app, &arguments, TOKEN));
    assert!(said.contains("no entitlement names a repository yet"), "{said}");
    assert!(!said.contains("/hooks/") && !said.contains(TOKEN), "{said}");
    let listed = lines(&say(&app, &["list"], ""));
    assert!(listed.contains("\tgithub\tGitHub\tactive\t"), "{listed}");
    let id = listed.split('\t').next().unwrap();
    assert!(lines(&say(&app, &["check", id], "")).contains("GitHub accepts the API key"));
    github.replace_token("another");
    let refused = say(&app, &["check", id], "");
    assert_eq!(refused.status.code(), Some(1));
}

#[test]
fn the_url_has_the_base_url_where_it_is_known() {
    let (app, vendor) = (system(), spawn_app());
    let (api_url, api_key) = account(&vendor, Role::Agent);
    let arguments =
        ["add", "dodo", "Dodo", "--api-key-stdin", "--url", &api_url, "--base-url", "https://keys.example.com"];
    let said = lines(&say(&app, &arguments, &api_key));
    assert!(said.lines().last().unwrap().starts_with("https://keys.example.com/hooks/con_"), "{said}");
    assert!(said.contains("no webhook was created"), "an agent's key may not: {said}");
}

#[test]
fn mistakes_are_told_in_one_line_and_nothing_is_stored() {
    let (app, vendor) = (app(), spawn_app());
    let (api_url, api_key) = account(&vendor, Role::Agent);
    let with = |more: &[&'static str]| {
        let mut arguments = vec!["add", "dodo", "Dodo", "--api-key-stdin", "--url"];
        arguments.push(Box::leak(api_url.clone().into_boxed_str()));
        arguments.extend_from_slice(more);
        arguments
    };
    for (arguments, input, words) in [
        (vec!["add", "shop", "Dodo", "--api-key-stdin"], "", "KIND: got \"shop\", expected dodo, github, shopify"),
        (vec!["add", "dodo", "", "--api-key-stdin"], "", "NAME: expected one line"),
        (vec!["add", "dodo", "Dodo"], "", "--api-key-stdin: Dodo Payments needs an API key"),
        (vec!["add", "dodo", "Dodo", "--api-key-stdin", "--url", "here"], "", "--url: must be a URL"),
        (with(&["--poll", "1s"]), "k", "--poll: got \"1s\""),
        (with(&[]), "", "--api-key-stdin: expected the API key"),
        (with(&["--secret-stdin"]), "!\nk", "--secret-stdin: the first line"),
        (with(&[]), "kdk_nobody\n", "Dodo Payments does not accept the API key"),
    ] {
        let said = complaint(&say(&app, &arguments, input));
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    assert_eq!(app.count("connections"), 0);
    assert!(!api_key.is_empty());
}

#[test]
fn a_key_that_is_no_longer_accepted_fails_the_check_and_breaks_the_connection() {
    let (app, vendor) = (system(), spawn_app());
    let (api_url, api_key) = account(&vendor, Role::Agent);
    let arguments = ["add", "dodo", "Dodo", "--api-key-stdin", "--url", &api_url];
    let said = lines(&say(&app, &arguments, &api_key));
    let id = said.lines().last().unwrap().trim_start_matches("/hooks/").to_owned();
    let mut admin = vendor.admin();
    let list = admin.get("/api-keys").body;
    let key = list.split("/api-keys/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    assert_eq!(admin.post(&format!("/api-keys/{key}/revocation"), &[]).status, 303);
    let checked = say(&app, &["check", &id], "");
    assert_eq!(checked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&checked.stdout).contains("does not accept the API key"));
    assert!(lines(&say(&app, &["list"], "")).contains("\tbroken\t"));
}
