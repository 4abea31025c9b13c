//! `keydesk import`: files of sales, line by line.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use keydesk::domain::grant::GrantStatus;
use keydesk::domain::ids::GrantId;
use keydesk::import::{Event, Format, Mode, Options, Summary, import};
use keydesk::storage::db::connection::Conn;
use keydesk::storage::schema::{audit_entries, customers, grants};
use keydesk::usecases::audit_log::verify::verify_audit_log;

use crate::support::database::is_postgres;
use crate::support::process::{keydesk, run};
use crate::support::{TestApp, spawn_app};

const PRO: &str = "Bauplan CAD 2026 Professional";

/// What was told, in order.
struct Told {
    summary: Summary,
    refused: Vec<String>,
    would: Vec<String>,
}

fn load_as(app: &TestApp, text: &[u8], format: Format, mode: Mode) -> Result<Told, String> {
    let (mut refused, mut would) = (Vec::new(), Vec::new());
    let summary = import(app.context(), text, format, mode, &Options::default(), &mut |event| match event {
        Event::Refused(lines, problems) => {
            refused.extend(problems.iter().map(|problem| format!("{lines}: {problem}")));
        }
        Event::Would(lines, text) => would.push(format!("{lines}: {text}")),
        Event::Skipped(..) | Event::Note(..) | Event::Read { .. } => {}
    })
    .map_err(|error| error.to_string())?;
    Ok(Told { summary, refused, would })
}

fn load(app: &TestApp, text: &str) -> Told {
    let format = if text.trim_start().starts_with('{') { Format::JsonLines } else { Format::Csv };
    load_as(app, text.as_bytes(), format, Mode::Load).unwrap()
}

fn summary(added: u64, present: u64, refused: u64) -> Summary {
    Summary { added, present, refused, ..Summary::default() }
}

fn count(app: &TestApp) -> i64 {
    app.read(|conn| grants::table.count().get_result(conn).unwrap())
}

fn app_with_pro() -> TestApp {
    let app = spawn_app();
    app.given().entitlement();
    app
}

#[test]
fn a_csv_file_makes_pending_grants_with_all_their_fields() {
    let app = app_with_pro();
    let id = app.given().named_entitlement("Klangwerk");
    let told = load(
        &app,
        &format!(
            "\u{feff}Entitlement_ID,entitlement,customer_email,customer_name,customer_locale,payment_id,subscription_id,external_id,quantity,grant_id,created_at,metadata\r\n\
             ,{PRO},ada@example.com,\"Lovelace, Ada\",en-GB,pay_1,sub_1,,,entg_fromTheShop1,2026-06-01T09:00:00+02:00,\"{{\"\"order\"\":{{\"\"no\"\":7}}}}\"\r\n\
             \r\n\
             {id},,grace@example.com,,,,,W-77,,,,\r\n"
        ),
    );
    assert_eq!((told.summary, told.refused), (summary(2, 0, 0), Vec::new()));
    let grant =
        app.read(|conn| keydesk::storage::grants::find(conn, &GrantId::stored("entg_fromTheShop1".into())).unwrap());
    assert_eq!(grant.status, GrantStatus::Pending);
    assert_eq!((grant.payment_id.as_deref(), grant.subscription_id.as_deref()), (Some("pay_1"), Some("sub_1")));
    assert_eq!(grant.metadata, r#"{"order":{"no":7}}"#);
    assert_eq!(grant.created_at.to_string(), "2026-06-01T07:00:00Z");
    let customer = app.read(|conn| keydesk::storage::customers::find(conn, &grant.customer_id).unwrap());
    assert_eq!((customer.name.as_str(), customer.locale.as_str()), ("Lovelace, Ada", "en-GB"));
    let actions: Vec<(String, String)> = app.read(|conn| {
        let of_import = audit_entries::table.filter(audit_entries::action.eq("grant.import"));
        of_import.select((audit_entries::actor_kind, audit_entries::actor_id)).load(conn).unwrap()
    });
    assert_eq!(actions, vec![("system".to_owned(), "import".to_owned()); 2]);
    let changes: String =
        app.read(|conn| audit_entries::table.select(audit_entries::changes).load::<String>(conn).unwrap().join("\n"));
    assert!(!changes.contains("Lovelace") && !changes.contains("ada@example.com"), "{changes}");
    verify_audit_log(app.context()).unwrap();
}

#[test]
fn a_second_import_adds_nothing_whatever_the_format() {
    let app = app_with_pro();
    let csv = format!(
        "customer_email,entitlement,payment_id,quantity\nada@example.com,{PRO},pay_1,3\nbob@example.com,{PRO},pay_2,\n"
    );
    assert_eq!(load(&app, &csv).summary, summary(4, 0, 0));
    assert_eq!(load(&app, &csv).summary, summary(0, 4, 0));
    let json = format!(
        "{{\"customer_email\":\"ADA@example.com\",\"entitlement\":\"{PRO}\",\"payment_id\":\"pay_1\",\"quantity\":5}}\n\n\
         {{\"customer_email\":\"bob@example.com\",\"entitlement\":\"{PRO}\",\"payment_id\":\"pay_2\"}}\r\n"
    );
    assert_eq!(load(&app, &json).summary, summary(2, 4, 0));
    assert_eq!(load(&app, &json).summary, summary(0, 6, 0));
    assert_eq!(count(&app), 6);
}

#[test]
fn an_order_that_has_a_product_on_two_lines_has_two() {
    let app = app_with_pro();
    let csv =
        format!("customer_email,entitlement,payment_id\nada@example.com,{PRO},pay_1\nAda@Example.com,{PRO},pay_1\n");
    let dry = load_as(&app, csv.as_bytes(), Format::Csv, Mode::DryRun).unwrap();
    assert_eq!((dry.summary, count(&app)), (summary(2, 0, 0), 0));
    assert_eq!(load(&app, &csv).summary, summary(2, 0, 0));
    assert_eq!(load(&app, &csv).summary, summary(0, 2, 0));
}

#[test]
fn a_refused_line_is_named_and_undoes_no_other() {
    let app = spawn_app();
    let taken = app.given().pending_grant().of(&app.given().entitlement()).make();
    let lines = [
        "customer_email,entitlement,payment_id,quantity,grant_id,created_at,metadata".to_owned(),
        format!("ada@example.com,{PRO},pay_1,,,,"),
        format!("ada,{PRO},pay_2,0,,,"),
        "ada@example.com,Nothing such,pay_3,,,,".to_owned(),
        format!("ada@example.com,{PRO},,,,,"),
        format!("ada@example.com,{PRO},pay_4,,{taken},,"),
        format!("ada@example.com,{PRO},pay_5,,,2026-06-15T10:00:01Z,"),
        format!("ada@example.com,{PRO},pay_6,,,,{{"),
        format!("ada@example.com,{PRO},pay\u{0}7,,,,"),
        format!("ada@example.com,{PRO},pay_8,,,,,x"),
        format!("ada@example.com,\"{PRO}\"x,pay_9,,,,"),
        format!("bob@example.com,{PRO},pay_10,2,,,"),
    ];
    let told = load(&app, &lines.join("\n"));
    assert_eq!(told.summary, summary(3, 0, 9), "{:#?}", told.refused);
    let expected = [
        "line 3: customer_email: not an e-mail address",
        "line 3: quantity: must be a whole number from 1 to 1000",
        "line 4: entitlement: there is no entitlement with this name",
        "line 5: payment_id: is missing",
        "line 6: grant_id: belongs to another sale's grant",
        "line 7: created_at: is in the future",
        "line 8: metadata: not JSON",
        "line 9: payment_id: contains a control character",
        "line 10: 8 columns, the header has 7",
        "line 11: there is text after a closing quotation mark",
    ];
    assert_eq!(told.refused.len(), expected.len(), "{:#?}", told.refused);
    for (said, expected) in told.refused.iter().zip(expected) {
        assert!(said.starts_with(expected), "{said:?} should be {expected:?}");
    }
}

#[test]
fn a_file_with_a_column_that_does_not_exist_is_refused_whole() {
    let app = app_with_pro();
    let csv = format!("customer_email,entitlement,payment_id,custmer_name\nada@example.com,{PRO},pay_1,Ada\n");
    let error = load_as(&app, csv.as_bytes(), Format::Csv, Mode::Load).err().unwrap();
    assert!(error.contains("\"custmer_name\""), "{error}");
    let json = format!(
        "{{\"customer_email\":\"ada@example.com\",\"entitlement\":\"{PRO}\",\"payment_id\":\"pay_1\",\"custmer_name\":\"Ada\"}}"
    );
    assert!(load(&app, &json).refused[0].contains("\"custmer_name\""));
    assert_eq!(count(&app), 0);
}

#[test]
fn hostile_bytes_get_a_line_number_and_the_rest_is_read() {
    let app = app_with_pro();
    let mut csv = format!("customer_email;entitlement;payment_id\nada@example.com;{PRO};pay_1\n").into_bytes();
    csv.extend_from_slice(b"ada@example.com;\xff\xfe;pay_2\n");
    csv.extend_from_slice(b"ada@example.com;");
    csv.extend(std::iter::repeat_n(b'x', keydesk::import::MAX_BYTES));
    csv.extend_from_slice(format!(";pay_3\nada@example.com;{PRO};pay_4\n").as_bytes());
    csv.extend_from_slice(format!("ada@example.com;\"{PRO};pay_5\nada@example.com;{PRO};pay_6\n").as_bytes());
    let told = load_as(&app, &csv, Format::Csv, Mode::Load).unwrap();
    assert_eq!(told.summary, summary(3, 0, 3), "{:#?}", told.refused);
    assert!(told.refused[0].starts_with("line 3: entitlement: there is no entitlement"), "{:?}", told.refused);
    assert!(told.refused[1].starts_with("line 4: longer than 1 MiB"), "{:?}", told.refused);
    assert!(told.refused[2].starts_with("line 6: a quotation mark is not closed"), "{:?}", told.refused);
    let binary = load_as(&app, b"customer_email,\x81\n", Format::Csv, Mode::Load).err().unwrap();
    assert!(binary.contains("line 1, byte 16") && binary.contains("Nothing was imported"), "{binary}");
    assert!(load_as(&app, b"", Format::Csv, Mode::Load).err().unwrap().contains("empty"));
    assert_eq!(load_as(&app, b"", Format::JsonLines, Mode::Load).unwrap().summary, summary(0, 0, 0));
    assert!(
        load_as(&app, b"[{}]", Format::JsonLines, Mode::Load).unwrap().refused[0]
            .contains("each line of the file must be one JSON object")
    );
}

#[test]
fn a_dry_run_says_what_would_be_done_and_writes_nothing() {
    let app = app_with_pro();
    app.given().auto_entitlement();
    load(&app, &format!("customer_email,entitlement,payment_id\nada@example.com,{PRO},pay_1\n"));
    let csv = format!(
        "customer_email,customer_name,entitlement,payment_id,quantity\nada@example.com,Augusta,{PRO},pay_1,3\n\
         ada@example.com,,{PRO},pay_9,\nbob@example.com,,Formwerk PDF Pro,pay_2,\nx,,{PRO},pay_3,\n"
    );
    let rows = |app: &TestApp| -> (i64, i64) {
        (count(app), app.read(|conn| audit_entries::table.count().get_result(conn).unwrap()))
    };
    let before = rows(&app);
    let dry = load_as(&app, csv.as_bytes(), Format::Csv, Mode::DryRun).unwrap();
    assert_eq!(rows(&app), before);
    assert_eq!(dry.would.len(), 3, "{:#?}", dry.would);
    assert!(
        dry.would[0].contains("line 2: would add 2 of") && dry.would[0].contains("1 already exist"),
        "{:?}",
        dry.would
    );
    assert!(dry.would[1].contains("line 3: would add 1 of"), "{:?}", dry.would);
    assert!(dry.would[2].contains("generated key"), "{:?}", dry.would);
    let real = load(&app, &csv);
    assert_eq!((real.summary, &real.refused), (dry.summary, &dry.refused));
}

#[test]
fn an_entitlement_that_makes_its_keys_delivers_at_once() {
    let app = spawn_app();
    app.given().auto_entitlement();
    let told = load(&app, "customer_email,entitlement,payment_id\nada@example.com,Formwerk PDF Pro,pay_1\n");
    assert_eq!(told.summary, summary(1, 0, 0));
    let status: String = app.read(|conn| grants::table.select(grants::status).first(conn).unwrap());
    assert_eq!(status, "delivered");
    assert_eq!(app.run_outbox_until_empty(), 1);
    assert!(app.mailbox.only().to.contains(&"ada@example.com".to_owned()));
}

#[test]
fn a_new_locale_updates_the_customer_and_a_name_that_is_there_stays() {
    let app = app_with_pro();
    load(
        &app,
        &format!(
            "customer_email,customer_name,customer_locale,entitlement,payment_id\nada@example.com,Ada,en,{PRO},pay_1\n"
        ),
    );
    load(
        &app,
        &format!(
            "customer_email,customer_name,customer_locale,entitlement,payment_id\nada@example.com,Ada King,de,{PRO},pay_2\n"
        ),
    );
    load(&app, &format!("customer_email,entitlement,payment_id\nada@example.com,{PRO},pay_3\n"));
    let all: Vec<(String, String)> =
        app.read(|conn| customers::table.select((customers::name, customers::locale)).load(conn).unwrap());
    assert_eq!(all, vec![("Ada".to_owned(), "de".to_owned())]);
}

#[test]
fn names_that_several_entitlements_have_are_refused_unless_one_alone_is_active() {
    let app = spawn_app();
    let (first, second) = (app.given().named_entitlement("Twin"), app.given().named_entitlement("Twin"));
    let by_name = "customer_email,entitlement,payment_id\nada@example.com,Twin,pay_1\n";
    assert!(load(&app, by_name).refused[0].contains("several entitlements"));
    let both = format!("customer_email,entitlement,entitlement_id,payment_id\nada@example.com,Other,{first},pay_1\n");
    assert!(load(&app, &both).refused[0].contains("is not the name"));
    app.context()
        .db
        .write(|tx| {
            let mut entitlement = keydesk::storage::catalog::entitlements::find(tx, &second)?;
            entitlement.is_active = false;
            keydesk::storage::catalog::entitlements::update(tx, &entitlement)
        })
        .unwrap();
    assert_eq!(load(&app, by_name).summary, summary(1, 0, 0));
    let inactive = format!("customer_email,entitlement_id,payment_id\nada@example.com,{second},pay_1\n");
    assert!(load(&app, &inactive).refused[0].contains("not active"));
}

/// Makes the database refuse grants with one external id.
fn plant_a_refusal(app: &TestApp) {
    let statement = if is_postgres() {
        "CREATE FUNCTION boom() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.external_id = 'boom' THEN RAISE EXCEPTION 'no room'; END IF; RETURN NEW; END; $$;
         CREATE TRIGGER boom BEFORE INSERT ON grants FOR EACH ROW EXECUTE FUNCTION boom();"
    } else {
        "CREATE TRIGGER boom BEFORE INSERT ON grants WHEN NEW.external_id = 'boom' BEGIN SELECT RAISE(ABORT, 'no room'); END;"
    };
    let mut conn = Conn::open(&app.database.target()).unwrap();
    diesel::connection::SimpleConnection::batch_execute(&mut conn, statement).unwrap();
}

#[test]
fn a_line_that_the_database_refuses_costs_its_batch_nothing() {
    let app = app_with_pro();
    plant_a_refusal(&app);
    let csv = format!(
        "customer_email,entitlement,external_id\nada@example.com,{PRO},1\nada@example.com,{PRO},boom\nbob@example.com,{PRO},2\n"
    );
    let told = load(&app, &csv);
    assert_eq!(told.summary, summary(2, 0, 1));
    assert!(told.refused[0].starts_with("line 3: ") && told.refused[0].contains("no room"), "{:?}", told.refused);
    let ids: Vec<Option<String>> =
        app.read(|conn| grants::table.select(grants::external_id).order(grants::external_id).load(conn).unwrap());
    assert_eq!(ids, [Some("1".to_owned()), Some("2".to_owned())]);
}

fn many(lines: usize) -> String {
    use std::fmt::Write;
    let mut csv =
        "customer_email,customer_name,customer_locale,entitlement,payment_id,created_at,metadata\n".to_owned();
    for line in 0..lines {
        writeln!(
            csv,
            "buyer{}@example.com,Buyer {line},de,{PRO},pay_{line},2026-01-15T08:{:02}:{:02}Z,\"{{\"\"order\"\":{line}}}\"",
            line * 7 / 10,
            line / 60 % 60,
            line % 60
        )
        .unwrap();
    }
    csv
}

#[test]
fn the_same_file_imported_twice_at_once_is_in_once() {
    let app = app_with_pro();
    let csv = many(700);
    let told: Vec<Told> = std::thread::scope(|scope| {
        let imports: Vec<_> = (0..2).map(|_| scope.spawn(|| load(&app, &csv))).collect();
        imports.into_iter().map(|import| import.join().unwrap()).collect()
    });
    let (added, refused): (u64, u64) =
        told.iter().fold((0, 0), |sum, told| (sum.0 + told.summary.added, sum.1 + told.summary.refused));
    assert_eq!((added, refused, count(&app)), (700, 0, 700));
    verify_audit_log(app.context()).unwrap();
}

#[test]
fn the_portal_writes_on_while_another_process_imports() {
    let app = TestApp::builder().with_system_clock().spawn();
    let pro = app.given().entitlement();
    let mut agent = app.agent();
    let file = app.data_dir().join("sales.csv");
    std::fs::write(&file, many(4_000)).unwrap();
    let mut command = keydesk(&app.data_dir());
    command.env("DATABASE_URL", &app.database.url).args(["import", file.to_str().unwrap()]);
    let import = std::thread::spawn(move || run(command, ""));
    // How much of the import is there after each of the portal's own writes, until some came in between.
    let (mut made, mut seen) = (0, BTreeSet::new());
    let between = |seen: &BTreeSet<i64>| seen.iter().filter(|imported| (1..4_000).contains(*imported)).count();
    while !import.is_finished() && between(&seen) < 2 {
        let (once, email) = (format!("walk_in_{made}"), format!("walk-in{made}@example.com"));
        let sale = [
            ("entitlement_id", pro.as_str()),
            ("customer_email", &email),
            ("customer_name", "Ada Lovelace"),
            ("customer_locale", "de"),
            ("idempotency_key", &once),
        ];
        let page = agent.post("/grants", &sale);
        // On a slow machine a part of the import may take longer than a form is made to wait.
        assert!(matches!(page.status, 303 | 503), "{}", page.body);
        if page.status == 303 {
            made += 1;
            seen.insert(count(&app) - i64::from(made));
        }
    }
    let output = import.join().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(between(&seen) > 1, "the portal's writes come in between the import's: {seen:?}");
    let counts = app.read(|conn| {
        keydesk::storage::grants::list::counts(conn, &keydesk::storage::grants::list::GrantFilter::default()).unwrap()
    });
    assert!(counts.pending > 0);
    assert_eq!(count(&app), 4_000 + i64::from(made));
}

#[test]
fn the_command_reports_on_both_outputs_and_its_exit_code_tells() {
    let app = app_with_pro();
    let good = format!("customer_email,entitlement,payment_id\nada@example.com,{PRO},pay_1\n");
    let command = |arguments: &[&str]| {
        let mut command = keydesk(&app.data_dir());
        command.env("DATABASE_URL", &app.database.url).args(arguments);
        command
    };
    let said = |output: &std::process::Output| {
        (String::from_utf8(output.stdout.clone()).unwrap(), String::from_utf8(output.stderr.clone()).unwrap())
    };
    let dry = run(command(&["import", "-", "--dry-run"]), &good);
    assert!(dry.status.success() && said(&dry).0.contains("line 2: would add 1 of"), "{:?}", said(&dry));
    assert_eq!(count(&app), 0);
    let first = run(command(&["import", "-"]), &good);
    assert!(
        first.status.success() && said(&first).0.contains("1 grant added, 0 already there, 0 lines rejected"),
        "{:?}",
        said(&first)
    );
    let json =
        format!("{{\"customer_email\":\"ada@example.com\",\"entitlement\":\"{PRO}\",\"payment_id\":\"pay_1\"}}\n{{\n");
    let second = run(command(&["import", "-"]), &json);
    assert_eq!(second.status.code(), Some(1));
    assert!(said(&second).0.contains("0 grants added, 1 already there, 1 line rejected"), "{:?}", said(&second));
    assert!(
        said(&second).1.contains("line 2: not a complete JSON object") && said(&second).1.contains("not added twice"),
        "{:?}",
        said(&second)
    );
    let missing = run(command(&["import", "no-such-file.csv"]), "");
    assert_eq!(missing.status.code(), Some(1));
    assert_eq!(said(&missing).1.lines().count(), 1, "{:?}", said(&missing));
    let header = run(command(&["import", "-"]), "mail\nx\n");
    assert!(
        header.status.code() == Some(1) && said(&header).1.contains("unknown column \"mail\""),
        "{:?}",
        said(&header)
    );
}

/// Run by hand: `cargo test --release --test it cli::import::a_hundred_thousand -- --ignored --nocapture`.
#[test]
#[ignore = "takes up to a minute"]
fn a_hundred_thousand_lines_take_well_under_a_minute() {
    let app = app_with_pro();
    let csv = many(100_000);
    let started = Instant::now();
    assert_eq!(load(&app, &csv).summary, summary(100_000, 0, 0));
    let loaded = started.elapsed();
    let started = Instant::now();
    assert_eq!(load(&app, &csv).summary, summary(0, 100_000, 0));
    let again = started.elapsed();
    println!("100,000 lines: {loaded:?}, again {again:?}");
    assert!(loaded < Duration::from_secs(60));
    let by_status: BTreeMap<String, i64> = app.read(|conn| {
        let rows: Vec<(String, i64)> = grants::table
            .group_by(grants::status)
            .select((grants::status, diesel::dsl::count_star()))
            .load(conn)
            .unwrap();
        rows.into_iter().collect()
    });
    assert_eq!(by_status, BTreeMap::from([("pending".to_owned(), 100_000)]));
}
