//! Lists of keys of every kind, as they come in by `keydesk stock import`.

use std::io::{Cursor, Write as _};
use std::process::Output;

use diesel::prelude::*;
use keydesk::storage::schema::stock_keys;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::process::{complaint, lines, say};
use crate::support::{TestApp, spawn_app};

const PRO: &str = "Bauplan CAD 2026 Professional";

/// Imports a file of that name and content.
fn import(app: &TestApp, name: &str, content: &[u8], more: &[&str]) -> Output {
    let path = app.data_dir().join(name);
    std::fs::write(&path, content).unwrap();
    let path = path.display().to_string();
    say(app, &[&["stock", "import", &path, "--entitlement", PRO], more].concat(), "")
}

/// The last characters of the keys in stock, in the order in which they came in.
fn endings(app: &TestApp) -> Vec<String> {
    let keys = stock_keys::table.order_by(stock_keys::position).select(stock_keys::last_four);
    app.read(|conn| keys.load(conn).unwrap())
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stocked() -> TestApp {
    let app = spawn_app();
    app.given().entitlement();
    app
}

#[test]
fn text_in_any_encoding_is_one_key_per_line_without_its_heading() {
    let app = stocked();
    let said =
        lines(&import(&app, "keys.txt", b"\xEF\xBB\xBFKey\r\n\r\nBPC-2026-0000-AAA1\r\n BPC-2026-0000-AAA2 \r\n", &[]));
    assert!(said.contains("line 1: left out as the heading"), "{said}");
    assert!(said.ends_with(&format!("2 keys added to {PRO}, 0 already there, 0 lines rejected\n")), "{said}");
    let utf16: Vec<u8> = "\u{FEFF}BPC-2026-0000-AAA3\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    lines(&import(&app, "keys", &utf16, &[]));
    lines(&import(&app, "keys.txt", b"B\xC4R-2026-0000-AAA4\n", &[]));
    assert_eq!(endings(&app), ["AAA1", "AAA2", "AAA3", "AAA4"]);
}

#[test]
fn csv_may_have_several_columns_and_keys_of_several_lines() {
    let app = stocked();
    let csv = "Order;Code;Note\n1;ABCD-EFGH-JKLM-0001;\n2;\"ABCD-EFGH\nJKLM-NPQR-0002\";x\n3;;no key\n";
    let asked = complaint(&import(&app, "keys.csv", csv.as_bytes(), &[]));
    for part in ["several columns", "Order", "Code (••••••••••••0001)", "--column"] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    assert!(!asked.contains("ABCD"), "{asked}");
    let unknown = complaint(&import(&app, "keys.csv", csv.as_bytes(), &["--column", "Key"]));
    assert!(unknown.contains("no column “Key”") && unknown.contains("Order, Code, Note"), "{unknown}");
    assert_eq!(endings(&app), Vec::<String>::new());
    let output = import(&app, "keys.csv", csv.as_bytes(), &["--column", "code"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("line 5: "), "{}", stderr(&output));
    assert_eq!(endings(&app), ["0001", "0002"]);
    lines(&import(&app, "tabs.txt", b"order\tLicense key\n1\tABCD-EFGH-JKLM-0003\n", &[]));
    assert_eq!(endings(&app).len(), 3);
}

/// A spreadsheet of one sheet with these rows.
fn spreadsheet(rows: &str) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let parts = [
        (
            "_rels/.rels",
            format!(
                "<Relationships><Relationship Id=\"r0\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets><sheet name=\"Keys\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>")),
    ];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_spreadsheet_keeps_text_as_it_is_and_marks_numbers_whose_digits_are_lost() {
    let app = stocked();
    let cell = |place: &str, text: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let rows = [
        format!("<row r=\"1\">{}{}</row>", cell("A1", "Order"), cell("B1", "Code")),
        format!("<row r=\"2\"><c r=\"A2\"><v>1</v></c>{}</row>", cell("B2", "000123456789012345")),
        "<row r=\"3\"><c r=\"A3\"><v>2</v></c><c r=\"B3\"><v>12345678901234500000</v></c></row>".to_owned(),
    ];
    let bytes = spreadsheet(&rows.concat());
    assert!(complaint(&import(&app, "keys.xlsx", &bytes, &[])).contains("Order"));
    let output = import(&app, "keys.xlsx", &bytes, &["--column", "B"]);
    assert!(lines(&output).contains("2 keys added"), "{}", stderr(&output));
    let said = stderr(&output);
    assert!(
        said.contains("line 3: ") && said.contains("spreadsheet") && said.contains("1 of them looks wrong"),
        "{said}"
    );
    assert!(!said.contains("line 2: "), "{said}");
    assert_eq!(endings(&app).first().map(String::as_str), Some("2345"));
}

#[test]
fn a_file_that_is_no_list_adds_nothing_and_says_what_to_do() {
    let app = stocked();
    let good = spreadsheet("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>");
    let million = "ABCD-EFGH-JKLM-0001\n".repeat(600_000);
    let cases: [(&str, &[u8], &str); 12] = [
        ("empty.txt", b"", "no key in the list"),
        ("blank.csv", b"\n \r\n\t\n", "no key in the list"),
        ("heading.csv", b"License key\n", "no key in the list"),
        ("many.txt", million.as_bytes(), "more than 100,000 keys"),
        ("large.txt", &vec![b'x'; 16 * 1024 * 1024 + 1], "larger than 16 MiB"),
        ("broken.xlsx", good.get(..good.len() / 2).unwrap(), "damaged"),
        ("text.xlsx", b"ABCD-EFGH-JKLM-0001\n", "damaged"),
        ("old.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "old format"),
        ("page.csv", b"<!DOCTYPE html>\n<title>Sign in</title>\n", "web page"),
        ("none.txt", b"ABCD\xC3\xBC\nABCD\xFC\n", "Line 2, byte 5"),
        ("quotes.csv", b"ABCD-EFGH-JKLM-0001\n\"ABCD-EFGH\n", "Line 2: a quotation mark is not closed"),
        ("export.csv", "id,key\nlic_1,••••••••••••AB12\n".as_bytes(), "the keys are hidden"),
    ];
    for (name, content, why) in cases {
        let said = complaint(&import(&app, name, content, &[]));
        assert!(said.contains(why) && said.contains(name), "{name}: {said}");
    }
    assert_eq!(endings(&app), Vec::<String>::new());
}

#[test]
fn a_line_that_is_no_key_is_named_and_the_others_are_added() {
    let app = stocked();
    let long = "x".repeat(70_000);
    let text =
        format!("ABCD-EFGH-JKLM-0001\n{long}\nABCD-\u{200B}EFGH-JKLM-0002\nABCD-EFGH-JKLM-0001\nABCD-EFGH-JKLM-0003\n");
    let output = import(&app, "keys.txt", text.as_bytes(), &[]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in ["line 2: The key is longer than 65,536", "line 3: ", "line 4: the same key as in line 1"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("EFGH") && said.len() < 1_500, "no key is told: {said}");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains(&format!("2 keys added to {PRO}, 1 already there, 2 lines rejected")), "{stdout}");
    assert_eq!(endings(&app), ["0001", "0003"]);
}
