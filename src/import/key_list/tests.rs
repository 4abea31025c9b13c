//! What is read from lists of every kind.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const MANY: &str = "ABCDE-12345-00001";

fn read_as(name: Option<&str>, column: Option<&str>, bytes: &[u8]) -> Result<KeyList, KeyListError> {
    read(bytes.to_vec(), name, column)
}

/// The keys with their lines.
fn keys(list: Result<KeyList, KeyListError>) -> Vec<(usize, String)> {
    list.map_err(|error| error.to_string()).unwrap().keys.into_iter().map(|key| (key.line, key.text.clone())).collect()
}

fn texts(list: Result<KeyList, KeyListError>) -> Vec<String> {
    keys(list).into_iter().map(|(_, text)| text).collect()
}

fn refusal(list: Result<KeyList, KeyListError>) -> KeyListError {
    list.err().expect("refused")
}

/// The names of the columns to choose from.
fn choice(list: Result<KeyList, KeyListError>) -> Vec<String> {
    match refusal(list) {
        KeyListError::WhichColumn(columns) => columns.into_iter().map(|column| column.name).collect(),
        other => panic!("{other}"),
    }
}

#[test]
fn each_line_of_a_text_is_a_key_and_blank_lines_are_none() {
    let list = read_as(None, None, b"\xEF\xBB\xBFKEY-1\r\n\r\n  KEY-2 \r\n\t\nKEY-3");
    assert_eq!(keys(list), [(1, "KEY-1".to_owned()), (3, "  KEY-2 ".to_owned()), (5, "KEY-3".to_owned())]);
    assert_eq!(texts(read_as(None, None, b"KEY-1\rKEY-2\r")), ["KEY-1", "KEY-2"]);
    let utf16: Vec<u8> = "\u{FEFF}KEY-1\r\nKEY-2".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(texts(read_as(None, None, &utf16)), ["KEY-1", "KEY-2"]);
    assert_eq!(texts(read_as(None, None, b"M\xFCller-1\nKEY\x962")), ["Müller-1", "KEY–2"]);
}

#[test]
fn every_line_end_ends_a_key_however_they_are_mixed() {
    let list = read_as(None, None, b"KEY-1\rKEY-2\r\nKEY-3\nKEY-4\r\r\nKEY-5\n");
    assert_eq!(texts(list), ["KEY-1", "KEY-2", "KEY-3", "KEY-4", "KEY-5"]);
    let csv = b"key;note\rKEY-1;\"a\rb\"\r\nKEY-2;\n";
    assert_eq!(texts(read_as(Some("keys.csv"), None, csv)), ["KEY-1", "KEY-2"]);
}

#[test]
fn a_quoted_key_of_several_lines_is_one_key_without_a_name_or_heading_too() {
    let block = "-----BEGIN-----\nAbCd\n-----END-----";
    for text in [format!("\"{block}\"\nKEY-2\n"), format!("KEY-0\n\n\"{block}\"\n"), format!("Key\n\"{block}\"\n")] {
        let found = texts(read_as(None, None, text.as_bytes()));
        assert!(found.contains(&block.to_owned()) && found.len() <= 2, "{found:?}");
    }
    assert_eq!(choice(read_as(None, None, format!("1\t\"{block}\"\n2\tKEY-2\n").as_bytes())), ["A", "B"]);
    // Quotation marks that hold nothing together are left alone.
    assert_eq!(texts(read_as(None, None, b"24\" KEY\n\"KEY-2\nKEY-3\n")), ["24\" KEY", "\"KEY-2", "KEY-3"]);
    let long = vec!["M".repeat(64); 1_000].join("\n");
    assert_eq!(texts(read_as(Some("keys.csv"), None, format!("key\n\"{long}\"\n").as_bytes())), [long]);
}

#[test]
fn a_heading_is_no_key() {
    for heading in ["key", "Key:", "License Key", "\"Schlüssel\"", "Lizenzschlüssel", "Seriennummer", "codes"] {
        let list = read_as(Some("keys.txt"), None, format!("\n{heading}\n{MANY}\n{heading}\n").as_bytes()).unwrap();
        assert_eq!((list.heading, list.keys.len()), (Some(2), 2), "{heading}");
    }
    assert_eq!(texts(read_as(None, None, b"Keystone-1\nKEY-2")), ["Keystone-1", "KEY-2"]);
}

#[test]
fn csv_is_read_by_the_column_that_is_named_like_keys() {
    for (text, name) in [
        ("order,License Key,note\n1,KEY-1,\n2,\"KEY,2\",x\n", "keys.csv"),
        ("order;License Key;note\n1;KEY-1;\n2;KEY,2;x\n", "keys"),
        ("sep=;\r\norder;License Key;note\r\n1;KEY-1;\r\n2;KEY,2;x\r\n", "keys.CSV"),
        ("order\tLicense Key\tnote\n1\tKEY-1\t\n2\tKEY,2\tx\n", "keys.txt"),
    ] {
        let list = read_as(Some(name), None, text.as_bytes()).map_err(|error| error.to_string()).unwrap();
        assert_eq!((list.column.as_deref(), list.heading.is_some()), (Some("License Key"), true));
        assert_eq!(texts(Ok(list)), ["KEY-1", "KEY,2"], "{text}");
    }
}

#[test]
fn the_only_column_needs_no_name_and_its_fields_may_have_several_lines() {
    let list = read_as(Some("keys.csv"), None, b"\"-----BEGIN-----\nAbCd\n-----END-----\"\n\"KEY \"\"2\"\"\"\nKEY 3\n");
    assert_eq!(
        keys(list),
        [(1, "-----BEGIN-----\nAbCd\n-----END-----".to_owned()), (4, "KEY \"2\"".to_owned()), (5, "KEY 3".to_owned())]
    );
    assert_eq!(texts(read_as(Some("k.csv"), None, b"key;\nKEY-1;\n;\nKEY-2;\n")), ["KEY-1", "KEY-2"]);
    assert_eq!(texts(read_as(Some("k.csv"), None, b"Code;Comment\nKEY-1;\nKEY-2;\n")), ["KEY-1", "KEY-2"]);
}

#[test]
fn several_columns_are_asked_about_and_found_by_name_letter_or_number() {
    let csv = b"Order;Code;Shop\n17;ABCD-EFGH-JKLM-0001;x\n18;;y\n19;ABCD-EFGH-JKLM-0003;\n";
    match refusal(read_as(Some("keys.csv"), None, csv)) {
        KeyListError::WhichColumn(columns) => {
            let code = columns.get(1).unwrap();
            assert_eq!((code.name.as_str(), columns.len()), ("Code", 3));
            assert_eq!(code.samples, ["••••••••••••0001", "••••••••••••0003"]);
            let shown = KeyListError::WhichColumn(columns.clone()).to_string();
            assert!(shown.contains("Order (••••••••••••), Code (••••••••••••0001)"), "{shown}");
        }
        other => panic!("{other}"),
    }
    for column in ["code", " Code ", "B", "b", "2", "Sheet1!B"] {
        let list = read_as(Some("keys.csv"), Some(column), csv);
        assert_eq!(texts(list), ["ABCD-EFGH-JKLM-0001", "", "ABCD-EFGH-JKLM-0003"], "{column}");
    }
    let error = refusal(read_as(None, Some("Codes"), csv)).to_string();
    assert_eq!(error, "There is no column “Codes”. The columns are: Order, Code, Shop.");
    // Without names they have letters.
    let bare = b"ada@example.com,KEY-1\nbob@example.com,KEY-2\n";
    assert_eq!(choice(read_as(None, None, bare)), ["A", "B"]);
    assert_eq!(texts(read_as(None, Some("B"), bare)), ["KEY-1", "KEY-2"]);
    assert_eq!(texts(read_as(Some("keys.txt"), None, bare)).len(), 2, "a .txt has one key per line");
    // Two columns of keys are a choice as well.
    assert_eq!(choice(read_as(None, None, b"Key;License key\nA-1;B-1\n")), ["Key", "License key"]);
}

#[test]
fn a_list_that_cannot_be_used_says_why() {
    let read = |name, bytes: &[u8]| refusal(read_as(name, None, bytes));
    for empty in ["", "\n \r\n\t\n", "\u{FEFF}", "Key\n\n"] {
        assert_eq!(read(None, empty.as_bytes()), KeyListError::Empty, "{empty:?}");
        assert_eq!(read(Some("keys.csv"), empty.as_bytes()), KeyListError::Empty, "{empty:?}");
    }
    assert_eq!(refusal(read_as(None, Some("Key"), b"")), KeyListError::Empty);
    assert_eq!(read(None, b" <!DOCTYPE html><title>Sign in</title>"), KeyListError::OtherKind(OtherKind::WebPage));
    assert_eq!(read(Some("a.xlsx"), b"<html>"), KeyListError::BrokenSpreadsheet);
    assert_eq!(read(Some("a.xls"), b"\xD0\xCF\x11\xE0\xA1\xB1"), KeyListError::OtherKind(OtherKind::OldExcel));
    assert_eq!(read(None, b"%PDF-1.7"), KeyListError::OtherKind(OtherKind::Named("PDF")));
    assert_eq!(read(None, b"KEY\0-1\nKEY-2"), KeyListError::NotText);
    assert!(read(None, b"K\xC3\xBC-1\nK\xFC-2").to_string().starts_with("Line 2, byte 2 is neither UTF-8 nor"));
    assert_eq!(read(Some("a.csv"), b"KEY-1\n\"KEY-2\nKEY-3"), KeyListError::Quotes { line: 2 });
    assert_eq!(read(Some("a.csv"), b"KEY-1\n\"KEY\"-2\n"), KeyListError::Quotes { line: 2 });
    assert_eq!(read(None, "id,key\nstk_1,••••••••••••AB12\n".as_bytes()), KeyListError::Hidden { line: 2 });
    assert_eq!(read(None, "••••••••••••AB12".as_bytes()), KeyListError::Hidden { line: 1 });
    assert_eq!(texts(read_as(None, None, "• KEY-1".as_bytes())), ["• KEY-1"]);
}

#[test]
fn a_list_has_at_most_100_000_keys_and_16_mib() {
    let line = |number: usize| format!("KEY-{number}\n");
    let most: String = (0..MAX_KEYS).map(line).collect();
    for name in [None, Some("keys.csv")] {
        assert_eq!(read_as(name, None, most.as_bytes()).unwrap().keys.len(), MAX_KEYS);
        let more = format!("{most}one-more");
        let error = refusal(read_as(name, None, more.as_bytes()));
        assert_eq!(error.to_string(), "The list has more than 100,000 keys. Split it into several files.");
    }
    let million = "KEY\n".repeat(1_000_000);
    assert_eq!(refusal(read_as(None, None, million.as_bytes())), KeyListError::TooMany);
    let largest = vec![b'x'; MAX_BYTES];
    assert_eq!(texts(read_as(None, None, &largest)).len(), 1, "one line, however long, is a line");
    assert_eq!(refusal(read_as(None, None, &[largest, b"x".to_vec()].concat())), KeyListError::TooLarge);
    assert_eq!(refusal(read_as(Some("a.csv"), None, &vec![b'x'; MAX_BYTES])), KeyListError::LineTooLong { line: 1 });
    let wide = format!("{}\n", "a,".repeat(400_000)).repeat(6);
    assert_eq!(refusal(read_as(Some("a.csv"), None, wide.as_bytes())), KeyListError::TooMuchElse);
}

/// A file of an archive.
type Part<'a> = (&'a str, &'a str);

fn archive(parts: &[Part<'_>]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A spreadsheet with these sheets: name, attributes, and rows.
fn spreadsheet(sheets: &[(&str, &str, &str)]) -> Vec<u8> {
    spreadsheet_with("count=\"1\" uniqueCount=\"1\"", sheets)
}

/// The same with these attributes of the list of texts.
fn spreadsheet_with(claim: &str, sheets: &[(&str, &str, &str)]) -> Vec<u8> {
    const MAIN: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut parts = vec![
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships><Relationship Id=\"r\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!("<styleSheet {MAIN}><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"),
        ),
        ("xl/sharedStrings.xml".to_owned(), format!("<sst {MAIN} {claim}><si><t>SHARED-1</t></si></sst>")),
    ];
    let (mut book, mut relations) = (String::new(), String::new());
    for (number, (name, attributes, rows)) in sheets.iter().enumerate() {
        let _ = write!(book, "<sheet name=\"{name}\" sheetId=\"{}\" {attributes} r:id=\"r{number}\"/>", number + 1);
        let _ = write!(
            relations,
            "<Relationship Id=\"r{number}\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
        );
        parts.push((
            format!("xl/worksheets/sheet{number}.xml"),
            format!("<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"),
        ));
    }
    parts.push((
        "xl/workbook.xml".to_owned(),
        format!("<workbook {MAIN} xmlns:r=\"{RELATIONS}\"><sheets>{book}</sheets></workbook>"),
    ));
    parts.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        format!("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{relations}</Relationships>"),
    ));
    let parts: Vec<Part<'_>> = parts.iter().map(|(name, content)| (name.as_str(), content.as_str())).collect();
    archive(&parts)
}

fn cell(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

#[test]
fn a_spreadsheet_is_read_by_column_with_text_as_it_is_and_lost_digits_marked() {
    let rows = [
        format!("<row r=\"1\">{}{}</row>", cell("A1", "Order"), cell("C1", "Key")),
        format!("<row r=\"2\"><c r=\"A2\"><v>1</v></c>{}</row>", cell("C2", "00123456789012345678")),
        "<row r=\"4\"><c r=\"A4\"><v>2</v></c><c r=\"C4\" t=\"s\"><v>0</v></c></row>".to_owned(),
        "<row r=\"5\"><c r=\"A5\"><v>3</v></c><c r=\"C5\"><v>741099123456</v></c></row>".to_owned(),
        "<row r=\"6\"><c r=\"A6\"><v>4</v></c><c r=\"C6\"><v>12345678901234500000</v></c></row>".to_owned(),
        "<row r=\"7\"><c r=\"A7\"><v>5</v></c><c r=\"C7\" s=\"1\"><v>45720</v></c></row>".to_owned(),
        "<row r=\"8\"><c r=\"A8\"><v>6</v></c><c r=\"C8\" t=\"e\"><v>#N/A</v></c></row>".to_owned(),
        "<row r=\"9\"><c r=\"A9\"><v>7</v></c><c r=\"C9\" t=\"d\"><v>2025-03-04T00:00:00</v></c></row>".to_owned(),
    ];
    let bytes = spreadsheet(&[("Keys", "", &rows.concat()), ("Empty", "", "")]);
    for column in [None, Some("key"), Some("C"), Some("3"), Some("Keys!C")] {
        let list = read_as(Some("keys.xlsx"), column, &bytes).map_err(|error| error.to_string()).unwrap();
        assert_eq!((list.column.as_deref(), list.heading), (Some("Key"), Some(1)));
        let expected = [
            (2, "00123456789012345678"),
            (4, "SHARED-1"),
            (5, "741099123456"),
            (6, "1.23456789012345E+19"),
            (7, "4.57200000000000E+4"),
            (8, ""),
            (9, "4.57200000000000E+4"),
        ];
        assert_eq!(keys(Ok(list)), expected.map(|(line, text)| (line, text.to_owned())), "{column:?}");
    }
}

#[test]
fn sheets_are_told_apart_and_hidden_ones_left_out() {
    let sheet = |text: &str| format!("<row r=\"1\">{}</row>", cell("A1", text));
    let (one, two) = (sheet("KEY-1"), sheet("KEY-2"));
    let bytes = spreadsheet(&[("May", "", &one), ("June", "", &two), ("Old", "state=\"hidden\"", &one)]);
    assert_eq!(choice(read_as(None, None, &bytes)), ["May!A", "June!A"]);
    assert_eq!(texts(read_as(None, Some("june!a"), &bytes)), ["KEY-2"]);
    let hidden = spreadsheet(&[("May", "", &one), ("Old", "state=\"hidden\"", &two)]);
    assert_eq!(texts(read_as(None, None, &hidden)), ["KEY-1"]);
}

#[test]
fn a_broken_or_exploding_spreadsheet_is_refused() {
    let good = spreadsheet(&[("Keys", "", &format!("<row r=\"1\">{}</row>", cell("A1", "KEY-1")))]);
    assert_eq!(texts(read_as(None, None, &good)), ["KEY-1"]);
    let half = good.get(..good.len() / 2).unwrap();
    for bytes in [half, b"PK\x03\x04", b"PK\x05\x06", &archive(&[("readme.txt", "no spreadsheet")])] {
        assert_eq!(refusal(read_as(Some("keys.xlsx"), None, bytes)), KeyListError::BrokenSpreadsheet);
    }
    assert_eq!(refusal(read_as(None, None, &spreadsheet(&[("Keys", "", "")]))), KeyListError::Empty);
    let large = archive(&[("xl/workbook.xml", &" ".repeat(129 * 1024 * 1024))]);
    assert!(large.len() < 1024 * 1024);
    assert_eq!(refusal(read_as(None, None, &large)), KeyListError::TooMuchElse);
    for claim in
        ["uniqueCount=\"1000000000000\"", "uniqueCount = '99999999999999999999999'", "uniqueCount=\n\"+1000000000\""]
    {
        let bytes = spreadsheet_with(claim, &[("Keys", "", "")]);
        assert_eq!(refusal(read_as(None, None, &bytes)), KeyListError::BrokenSpreadsheet, "{claim}");
    }
    let names: Vec<String> = (0..2_001).map(|number| number.to_string()).collect();
    let many: Vec<Part<'_>> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert_eq!(refusal(read_as(None, None, &archive(&many))), KeyListError::TooMuchElse);
}

#[test]
fn cells_that_lie_far_apart_take_no_memory() {
    let far = format!("<row r=\"1\">{}</row><row r=\"1048576\">{}</row>", cell("A1", "KEY-1"), cell("XFD1048576", "x"));
    let bytes = spreadsheet(&[("Keys", "", &far)]);
    assert_eq!(choice(read_as(None, None, &bytes)), ["A", "XFD"]);
    assert_eq!(keys(read_as(None, Some("XFD"), &bytes)).last(), Some(&(1_048_576, "x".to_owned())));
}

proptest! {
    #[test]
    fn whatever_bytes_come_the_list_is_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for name in [None, Some("a.csv"), Some("a.xlsx")] {
            if let Ok(list) = read(bytes.clone(), name, None) {
                prop_assert!(!list.keys.is_empty());
            }
        }
    }

    #[test]
    fn a_spreadsheet_with_damaged_text_is_read_or_refused(at in 0usize..200, cut in 0usize..30, put in "[<>/a-z0-9\"= ]{0,8}") {
        let mut rows = format!("<row r=\"1\">{}<c r=\"B1\" t=\"s\"><v>0</v></c></row>", cell("A1", "KEY-1")).repeat(2);
        let start = at.min(rows.len());
        rows.replace_range(start..(start + cut).min(rows.len()), &put);
        drop(read(spreadsheet(&[("Keys", "", &rows)]), None, None));
    }
}
