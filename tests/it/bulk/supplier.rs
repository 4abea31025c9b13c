//! The list of what waits goes to a supplier and comes back filled in.

use calamine::Reader;
use keydesk::domain::grant::GrantStatus;

use super::{statuses, waiting};
use crate::stock::delivered_key;
use crate::support::client::Visitor;
use crate::support::page::Page;
use crate::support::spawn_app;

fn upload(visitor: &mut Visitor, name: &str, content: impl AsRef<[u8]>) -> Page {
    let (token, origin) = (visitor.token(), visitor.origin());
    let head = format!(
        "--x\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\n{token}\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n"
    );
    let body = [head.as_bytes(), content.as_ref(), b"\r\n--x--\r\n"].concat();
    let kind = "multipart/form-data; boundary=x";
    visitor.post_bytes("/grants/bulk/upload", body, kind, &[("origin", &origin)])
}

#[test]
fn the_list_goes_out_with_an_empty_column_and_comes_back_as_pairs() {
    let app = spawn_app();
    let entitlement = app.given().entitlement();
    let ids = waiting(&app, &entitlement, 3);
    let mut agent = app.agent();
    let fields = [("all", "filter"), ("filter", "status=pending"), ("as", "csv")];
    let list = agent.post("/grants/bulk/export", &fields);
    assert_eq!(list.status, 200);
    assert!(!list.body.contains("c0@example.com"), "customers are not named unless that is wanted");
    let with_customers = agent.post(
        "/grants/bulk/export",
        &[("all", "filter"), ("filter", "status=pending"), ("as", "csv"), ("customers", "yes")],
    );
    assert!(with_customers.body.contains("c0@example.com"));
    let mut lines: Vec<String> = list.body.lines().map(str::to_owned).collect();
    assert!(lines[0].ends_with(",key"), "{}", lines[0]);
    lines[1].push_str("AAAA-1111-BBBB-2222");
    lines[3].push_str("CCCC-3333-DDDD-4444");
    let answer = upload(&mut agent, "filled.csv", lines.join("\r\n"));
    assert_eq!(answer.status, 303, "{}", answer.body);
    let preview = answer.location();
    let page = agent.follow(answer);
    assert!(page.heading().contains("2 keys on 2 grants"), "{}", page.heading());
    agent.post(&format!("{preview}/confirm"), &[]);
    app.run_jobs();
    assert_eq!(delivered_key(&app, &ids[0]).as_deref(), Some("AAAA-1111-BBBB-2222"));
    assert_eq!(delivered_key(&app, &ids[2]).as_deref(), Some("CCCC-3333-DDDD-4444"));
    assert_eq!(statuses(&app, &ids)[1], GrantStatus::Pending);

    let again = upload(&mut agent, "filled.csv", lines.join("\r\n"));
    assert_eq!(again.status, 422, "none of them waits any more");
    assert!(again.errors().join(" ").contains("None of the grants in the file is waiting"), "{:?}", again.errors());
}

#[test]
fn a_file_that_is_no_such_list_is_refused_with_what_to_do() {
    let app = spawn_app();
    app.given().pending_grant().make();
    let mut agent = app.agent();
    for (content, said) in [
        ("name,code\r\nAda,1234\r\n", "has no columns grant_id and key"),
        ("grant_id,key\r\nentg_1,\r\n", "No line of the file has both"),
    ] {
        let page = upload(&mut agent, "list.csv", content);
        assert_eq!(page.status, 422);
        assert!(page.errors().join(" ").contains(said), "{:?}", page.errors());
    }
}

#[test]
fn the_list_also_goes_out_as_a_spreadsheet_in_which_nothing_is_calculated() {
    let app = spawn_app();
    let entitlement = app.given().named_entitlement("=1+1");
    let ids = waiting(&app, &entitlement, 2);
    let mut agent = app.agent();
    let fields = [("id", ids[1].as_str()), ("filter", "status=pending"), ("as", "xlsx")];
    let file = agent.post("/grants/bulk/export", &fields);
    assert_eq!(file.status, 200);
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(&file.bytes)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let rows: Vec<Vec<String>> = sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    assert_eq!(rows[0], ["grant_id", "entitlement", "customer_name", "customer_email", "key"]);
    assert_eq!(rows[1][..2], [ids[1].to_string(), "=1+1".to_owned()]);
    assert_eq!(rows.len(), 2);
    assert!(book.worksheet_formula("Sheet1").unwrap().is_empty());
    let back = upload(&mut agent, "empty.xlsx", &file.bytes);
    assert_eq!(back.status, 422, "nothing was filled in");
}
