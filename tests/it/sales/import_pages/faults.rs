//! Files with the quirks of spreadsheets, and files that are none.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{PATH, app_with, confirm, counts, grants, upload, upload_with};
use crate::support::{Page, TestApp};

fn app() -> TestApp {
    app_with(&["Studio Pro"])
}

fn preview(app: &TestApp, name: &str, content: &[u8]) -> Page {
    let mut agent = app.agent();
    let url = upload(&mut agent, name, content);
    agent.get(&url)
}

fn refused(app: &TestApp, name: &str, content: &[u8]) -> String {
    let mut agent = app.agent();
    let answer = upload_with(&mut agent, name, content, &[("format", ""), ("zone", "UTC")]);
    assert_eq!(answer.status, 422, "{name}");
    assert_eq!(app.count("sale_imports"), 0, "{name} is not kept");
    answer.errors().join(" ")
}

const HEADER: &str = "customer_email,customer_name,entitlement,external_id\n";

#[test]
fn each_encoding_is_recognized_shown_and_changeable() {
    let app = app();
    let text = format!("{HEADER}m@example.com,Jörg Müller,Studio Pro,1\n");
    let utf16 = |mark: &[u8]| -> Vec<u8> {
        mark.iter().copied().chain(text.replace(',', "\t").encode_utf16().flat_map(u16::to_le_bytes)).collect()
    };
    let windows: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let alone = text.replace('\n', "\r");
    for (content, encoding) in [
        (text.clone().into_bytes(), "UTF-8"),
        (utf16(b"\xFF\xFE"), "UTF-16LE"),
        (utf16(b""), "UTF-16LE"),
        (windows, "Windows-1252"),
        (alone.into_bytes(), "UTF-8"),
    ] {
        let page = preview(&app, "sales.txt", &content);
        assert!(page.row("m@example.com").contains("Jörg Müller"), "{encoding}");
        assert_eq!(page.field("encoding").value, encoding);
    }
    let sep =
        preview(&app, "sep.csv", b"sep=;\r\ncustomer_email;entitlement;external_id\r\ns@example.com;Studio Pro;9\r\n");
    assert_eq!((counts(&sep)[1].as_str(), sep.field("delimiter").value.as_str()), ("New 1", "semicolon"));
}

#[test]
fn what_is_wrong_is_said_at_its_line_and_the_rest_is_read() {
    let app = app();
    let file = format!(
        "{HEADER}uq@example.com,\"5\"\" disk,Studio Pro,1026\nuq2@example.com,B,Studio Pro,1027\nx@example.com,X,Studio Pro,4.50010E+15\n,Y,Studio Pro,1029\nz@example.com,Z,Nothing,1030\n"
    );
    let page = preview(&app, "faults.csv", file.as_bytes());
    let expected = ["Problems first 5", "New 1", "Refused 1", "Rounded 1", "No e-mail 1", "No product 1"];
    assert_eq!(counts(&page), expected);
    let rows = page.rows();
    assert!(rows[0].contains("No product") && rows[4].contains("New"), "problems first: {rows:?}");
    assert!(page.row("not closed").starts_with('2'), "{}", page.row("not closed"));
}

#[test]
fn quirks_of_spreadsheets_are_understood() {
    let app = app();
    for (file, expected) in [
        ("customer_email,entitlement,external_id,,,\ntb@example.com,Studio Pro,1010,,,\n,,,,,\n", vec!["New 1"]),
        (
            "external_id,customer_email,entitlement,customer_name,quantity\nG1,g@example.com,Studio Pro,G,1\nTotals,,,,\n",
            vec!["New 1", "Not a sale 1"],
        ),
        (
            "customer_email,customer_name,entitlement,external_id\n'f3@example.com,'=cmd,Studio Pro,'1018\n",
            vec!["New 1"],
        ),
    ] {
        assert_eq!(counts(&preview(&app, "quirks.csv", file.as_bytes()))[1..], expected, "{file}");
    }
    // Two columns of the same name are for a person to tell apart.
    let mut agent = app.agent();
    let twice = "customer_email,entitlement,external_id,external_id\na@example.com,Studio Pro,1,2\n";
    assert!(upload(&mut agent, "twice.csv", twice.as_bytes()).ends_with("/map"));
}

#[test]
fn what_is_no_file_of_sales_is_refused_with_the_reason_and_not_kept() {
    let app = app();
    for (name, content, said) in [
        ("orders.csv", b"<!doctype html><title>Sign in</title>\n".as_slice(), "web page"),
        ("orders.csv", b"", "empty"),
        ("orders.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "XLSX"),
        ("orders.xlsx", b"no zip", "cannot be read"),
        ("orders.xlsx", b"PK\x03\x04broken", "cannot be read"),
        ("orders.pdf", b"%PDF-1.7", "PDF"),
        ("orders.csv", b"a,b\n\x81\x81,\xC3\xA4\n", "line 2"),
        ("orders.csv", include_bytes!("../exports/woocommerce_analytics.csv"), "plugin"),
    ] {
        let found = refused(&app, name, content);
        assert!(found.contains(said), "{name}: {found}");
    }
    let mut agent = app.agent();
    let nothing = agent.post(PATH, &[("lines", "  "), ("zone", "UTC")]);
    assert!(nothing.errors()[0].contains("Choose a file"), "{:?}", nothing.errors());
    let zone = agent.post(PATH, &[("lines", "a,b\n1,2\n"), ("zone", "Mars/Olympus")]);
    assert_eq!((zone.status, zone.field("lines").value.as_str()), (422, "a,b\n1,2\n"), "what was typed is kept");
}

#[test]
fn a_file_that_is_too_large_is_not_received_to_its_end() {
    let app = app();
    let mut agent = app.agent();
    let large = vec![b'x'; 33 * 1024 * 1024];
    let answer = upload_with(&mut agent, "large.csv", &large, &[("format", ""), ("zone", "UTC")]);
    assert_eq!(answer.status, 422);
    assert!(answer.errors()[0].contains("32 MiB"), "{:?}", answer.errors());
}

/// A spreadsheet with these rows; a text that begins with `#` is a number.
fn xlsx(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut file = |name: &str, text: &str| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let (mut types, mut list, mut relations) = (String::new(), String::new(), String::new());
    for (place, (name, rows)) in sheets.iter().enumerate() {
        let number = place + 1;
        write!(types,
            "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
        ).unwrap();
        write!(list, "<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>").unwrap();
        write!(relations,
            "<Relationship Id=\"rId{number}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
        ).unwrap();
        let mut data = String::new();
        for (row, cells) in rows.iter().enumerate() {
            write!(data, "<row r=\"{}\">", row + 1).unwrap();
            for (column, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                let place = format!("{}{}", char::from(b'A' + u8::try_from(column).unwrap()), row + 1);
                let cell = match text.strip_prefix('#') {
                    Some(number) => format!("<c r=\"{place}\"><v>{number}</v></c>"),
                    None => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
                };
                data.push_str(&cell);
            }
            data += "</row>";
        }
        file(
            &format!("xl/worksheets/sheet{number}.xml"),
            &format!(
                "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{data}</sheetData></worksheet>"
            ),
        );
    }
    file(
        "[Content_Types].xml",
        &format!(
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>{types}</Types>"
        ),
    );
    file(
        "_rels/.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
    );
    file(
        "xl/workbook.xml",
        &format!(
            "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{list}</sheets></workbook>"
        ),
    );
    file(
        "xl/_rels/workbook.xml.rels",
        &format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{relations}</Relationships>"
        ),
    );
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_spreadsheet_is_read_sheet_by_sheet() {
    let app = app();
    let mut agent = app.agent();
    let head = ["customer_email", "entitlement", "external_id", "quantity", "created_at"];
    let sales: &[&[&str]] = &[
        &["Verkäufe"],
        &head,
        &["a@example.com", "Studio Pro", "#1001", "#2", "#46286.5"],
        &["b@example.com", "Studio Pro", "#4500101120123456789", "#1", ""],
    ];
    let old: &[&[&str]] = &[&head, &["c@example.com", "Studio Pro", "#7", "#1", ""]];
    let file = xlsx(&[("Tabelle1", sales), ("Archiv", old)]);
    let url = upload(&mut agent, "sales.xlsx", &file);
    let page = agent.get(&url);
    assert_eq!(counts(&page), ["Problems first 2", "New 1", "Rounded 1"]);
    assert_eq!(page.field("sheet").value, "Tabelle1");
    agent.post(&format!("{url}/read"), &[("sheet", "Archiv"), ("zone", "UTC"), ("header", "0")]);
    assert!(agent.get(&url).row("c@example.com").contains("New"));
    agent.post(&format!("{url}/read"), &[("sheet", "Tabelle1"), ("zone", "UTC"), ("header", "0")]);
    confirm(&app, &mut agent, &url);
    assert_eq!(grants(&app), 2);
    assert_eq!(super::super::all_grants(&app)[0]["created_at"], "2026-09-21T12:00:00Z");
}
