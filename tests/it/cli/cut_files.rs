//! Files of sales that were cut off, and quotation marks that nobody closes.

use std::fmt::Write;

use crate::support::TestApp;
use crate::support::process::{keydesk, run};

const PRO: &str = "Bauplan CAD 2026 Professional";
const HEADER: &str = "customer_email,customer_name,entitlement,payment_id";
const CUT: &str = "the file seems to be cut off here";

struct Told {
    code: Option<i32>,
    summary: String,
    said: Vec<String>,
}

/// Imports a file with the command.
fn load(app: &TestApp, name: &str, content: &str) -> Told {
    let file = app.data_dir().with_file_name(name);
    std::fs::write(&file, content).expect("written");
    let mut command = keydesk(&app.data_dir());
    command.arg("import").arg(&file).env("DATABASE_URL", &app.database.url).env("KEYDESK_LOG_LEVEL", "error");
    let output = run(command, "");
    let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect::<Vec<_>>();
    let summary = lines(&output.stdout).pop().unwrap_or_default();
    Told { code: output.status.code(), summary, said: lines(&output.stderr) }
}

fn app() -> TestApp {
    let app = TestApp::builder().with_system_clock().spawn();
    app.given().entitlement();
    app
}

fn says(told: &Told, line: &str, words: &str) -> bool {
    told.said.iter().any(|said| said.starts_with(line) && said.contains(words))
}

#[test]
fn a_last_line_that_lacks_columns_is_refused_as_cut_off() {
    let app = app();
    for rest in ["a", "ada@example.com", "ada@example.com,Ada,Bau", "ada@example.com,\"Ada Lo", "ada@exa,Ada"] {
        let told = load(&app, "sales.csv", &format!("{HEADER}\nbob@example.com,Bob,{PRO},pay_1\n{rest}"));
        assert_eq!(told.code, Some(1), "{rest}: {:?}", told.said);
        assert!(says(&told, "line 3: ", CUT), "{rest}: {:?}", told.said);
        assert!(told.summary.contains("1 line rejected"), "{}", told.summary);
    }
    assert_eq!(app.count("grants"), 1);
}

#[test]
fn a_last_line_without_an_end_is_taken_and_named() {
    let app = app();
    let told =
        load(&app, "sales.csv", &format!("{HEADER}\nada@example.com,Ada,{PRO},pay_1\nbob@example.com,B,{PRO},pay_23"));
    assert_eq!((told.code, app.count("grants")), (Some(0), 2), "{:?}", told.said);
    assert!(says(&told, "line 3: ", "without a line end"), "{:?}", told.said);
    let told = load(&app, "sales.csv", &format!("{HEADER}\nada@example.com,Ada,{PRO},pay_1\n"));
    assert_eq!((told.code, told.said.len()), (Some(0), 0), "{:?}", told.said);
}

#[test]
fn json_lines_that_end_early_are_refused_as_cut_off_and_whole_ones_are_not_named() {
    let app = app();
    let line = |id: &str| {
        format!("{{\"customer_email\":\"ada@example.com\",\"entitlement\":\"{PRO}\",\"payment_id\":\"{id}\"}}")
    };
    let whole = line("pay_2");
    for end in [1, 20, whole.len() - 1] {
        let told = load(&app, "sales.jsonl", &format!("\u{FEFF}{}\n{}", line("pay_1"), &whole[..end]));
        assert_eq!(told.code, Some(1));
        assert!(says(&told, "line 2: ", CUT), "{end}: {:?}", told.said);
    }
    assert_eq!(app.count("grants"), 1);
    let told = load(&app, "sales.jsonl", &format!("{}\n{whole}", line("pay_1")));
    assert_eq!((told.code, told.said.len(), app.count("grants")), (Some(0), 0, 2), "{:?}", told.said);
}

#[test]
fn an_unclosed_quotation_mark_costs_its_line_alone() {
    let app = app();
    let mut text = format!("{HEADER},metadata\n");
    for number in 0..300 {
        let name = match number {
            3 => "\"Unclosed",
            120 => "\"Ada \"\"of\"\" Lovelace\"",
            250 => "\"5\" disk\"",
            _ => "\"Plain, quoted\"",
        };
        let metadata = if number == 200 { "\"{\"\"note\"\":\n\"\"a, b\"\"\n}\"" } else { "" };
        writeln!(text, "c{number}@example.com,{name},{PRO},pay_{number},{metadata}").unwrap();
    }
    let told = load(&app, "sales.csv", &text);
    assert_eq!((told.code, app.count("grants")), (Some(1), 298), "{:?}", told.said);
    assert!(says(&told, "line 5: ", "a quotation mark is not closed"), "{:?}", told.said);
    assert!(says(&told, "line 254: ", "after a closing quotation mark"), "{:?}", told.said);
    assert!(told.summary.contains("2 lines rejected"), "{}", told.summary);

    let every_line = format!("{HEADER}\n") + &format!("ada@example.com,\"Ada,{PRO},pay_1\n").repeat(2_000);
    let told = load(&app, "sales.csv", &every_line);
    assert!(told.summary.contains("2000 lines rejected"), "{}", told.summary);
}
