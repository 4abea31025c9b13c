//! What a body leaves out is asked of the shop: line items, customers, further items, and whether a sale is real.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::{SECRET, app, connect_with, deliver, grants, send, states};
use crate::support::TestApp;

const KEY: &str = "rk_test_standin_7Fq2x7Qd";

type Answers = Vec<(&'static str, u16, Value)>;

/// A shop's API: answers by the path of the call, and remembers what was asked with which key.
struct Shop {
    url: String,
    answers: Arc<Mutex<Answers>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Shop {
    fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (answers, asked) = (Arc::new(Mutex::new(answers)), Arc::new(Mutex::new(Vec::new())));
        let (known, noted) = (Arc::clone(&answers), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                serve(stream, &known, &noted);
            }
        });
        Self { url, answers, asked }
    }

    fn now(&self, answers: Answers) {
        *self.answers.lock().unwrap() = answers;
    }
}

fn serve(mut stream: TcpStream, answers: &Mutex<Answers>, asked: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let first = lines.next().unwrap_or_default();
    let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let has_key = headers.iter().any(|line| line.to_lowercase().starts_with("authorization:") && line.ends_with(KEY));
    let target = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let (status, body) = match answers.lock().unwrap().iter().find(|(path, ..)| target.starts_with(path)) {
        _ if !has_key => (401, json!({})),
        Some((_, status, body)) => (*status, body.clone()),
        None => (404, json!({"message": "not found"})),
    };
    asked.lock().unwrap().push(target);
    let body = body.to_string();
    let head = format!("HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\ncontent-length: {}", body.len());
    write!(stream, "{head}\r\nconnection: close\r\n\r\n{body}").ok();
}

fn connected(kind: &str, shop: &Shop) -> (TestApp, String) {
    let app = app();
    let fields = [("secret", SECRET), ("api_key", KEY), ("api_url", shop.url.as_str())];
    let path = connect_with(&mut app.admin(), kind, &fields);
    (app, path)
}

fn checkout() -> Value {
    json!({"id": "evt_1", "type": "checkout.session.completed", "livemode": true, "data": {"object": {
        "id": "cs_live_1", "payment_status": "paid", "payment_intent": "pi_1", "payment_link": "plink_1",
        "customer_details": {"email": "ines@example.com", "name": "Ines"}}}})
}

#[test]
fn stripe_is_asked_for_the_line_items_and_asked_again_after_a_fault() {
    let items = json!({"data": [
        {"id": "li_1", "description": "Pixelforge Pro", "quantity": 2, "price": {"id": "price_1", "product": "prod_1"}},
        {"id": "li_2", "description": "Brushes", "quantity": 1, "price": {"id": "price_2", "product": "prod_2"}}]});
    let shop = Shop::start(vec![("/v1/checkout/sessions/cs_live_1/line_items", 503, json!({}))]);
    let (app, path) = connected("stripe", &shop);
    app.given().named_entitlement("Pixelforge Pro");
    app.given().named_entitlement("prod_2");
    send(&app, &path, "stripe", "", "", checkout().to_string().as_bytes());
    app.run_outbox_until_empty();
    assert_eq!((grants(&app).len(), app.count("hooks WHERE finished_at IS NULL")), (0, 1));
    let page = app.admin().get(&path).body;
    assert!(page.contains("Stripe answered 503") && page.contains("Is tried again"), "{page}");
    shop.now(vec![("/v1/checkout/sessions/cs_live_1/line_items", 200, items)]);
    app.advance(jiff::SignedDuration::from_hours(1));
    app.run_outbox_until_empty();
    assert_eq!((grants(&app).len(), app.count("sales")), (3, 1));
    assert!(shop.asked.lock().unwrap().len() >= 2);
}

#[test]
fn a_key_that_is_not_accepted_is_told_and_work_goes_on_after_another_one() {
    let shop = Shop::start(vec![("/v1/checkout/", 200, json!({"data": [{"description": "Pro", "quantity": 1}]}))]);
    let app = app();
    app.given().named_entitlement("Pro");
    let mut admin = app.admin();
    let fields = [("secret", SECRET), ("api_key", "rk_wrong"), ("api_url", shop.url.as_str())];
    let path = connect_with(&mut admin, "stripe", &fields);
    send(&app, &path, "stripe", "", "", checkout().to_string().as_bytes());
    app.run_outbox_until_empty();
    let page = admin.get(&path);
    assert!(
        page.body.contains("does not accept the API key (401)") && !page.body.contains("rk_wrong"),
        "{}",
        page.body
    );
    assert_eq!(admin.post(&format!("{path}/key"), &[("api_key", KEY)]).status, 303);
    let hook = super::ids(&page, "hook_id").remove(0);
    let again = admin.post(&format!("{path}/deliveries/again"), &[("hook_id", &hook)]);
    assert_eq!(again.status, 303, "{}", again.body);
    app.run_outbox_until_empty();
    assert_eq!(states(&app), ["pending"]);
    let gone = admin.post(&format!("{path}/deliveries/again"), &[("hook_id", &hook)]);
    assert!(admin.follow(gone).body.contains("nothing left to work off"));
}

#[test]
fn without_a_key_the_metadata_or_a_person_tells_what_was_bought() {
    let app = app();
    app.given().named_entitlement("PXF");
    let path = connect_with(&mut app.admin(), "stripe", &[("secret", SECRET)]);
    deliver(&app, &path, "stripe", "", "", &checkout());
    assert!(app.agent().get("/sales?needs=decision").body.contains("plink_1"));
    let mut second = checkout();
    second["id"] = json!("evt_2");
    second["data"]["object"]["id"] = json!("cs_live_2");
    second["data"]["object"]["payment_intent"] = json!("pi_2");
    second["data"]["object"]["metadata"] = json!({"sku": "PXF", "qty": "2"});
    deliver(&app, &path, "stripe", "", "", &second);
    assert_eq!(grants(&app).len(), 2);
}

#[test]
fn paddle_is_asked_for_the_customer() {
    let customer =
        json!({"data": {"id": "ctm_demo1", "email": "emil.varga@example.org", "name": "Emil Varga", "locale": "hu"}});
    let shop = Shop::start(vec![("/customers/ctm_demo1", 200, customer)]);
    let (app, path) = connected("paddle", &shop);
    app.given().named_entitlement("pri_demo_a1");
    let body = include_bytes!("payloads/paddle_transaction_completed.json");
    assert_eq!(send(&app, &path, "paddle", "", "", body).status, 200);
    app.run_outbox_until_empty();
    assert_eq!(states(&app), ["pending"; 3]);
    assert!(app.agent().get("/grants").body.contains("Emil Varga"));
    assert_eq!(*shop.asked.lock().unwrap(), ["/customers/ctm_demo1"]);
}

#[test]
fn lemon_squeezy_is_asked_for_further_items() {
    let items = json!({"data": [
        {"id": "1", "attributes": {"product_name": "Tonebench", "variant_name": "Studio", "quantity": 1}},
        {"id": "2", "attributes": {"product_name": "Strings", "variant_name": "Default", "quantity": 2}}]});
    let shop = Shop::start(vec![("/v1/order-items", 200, items)]);
    let (app, path) = connected("lemonsqueezy", &shop);
    super::take_tests(&mut app.admin(), &path);
    app.given().named_entitlement("Tonebench - Studio");
    app.given().named_entitlement("Strings");
    let body = include_bytes!("payloads/lemonsqueezy_order_created.json");
    assert_eq!(send(&app, &path, "lemonsqueezy", "order_created", "", body).status, 200);
    app.run_outbox_until_empty();
    assert_eq!((grants(&app).len(), app.count("sales")), (3, 1));
}

#[test]
fn with_a_token_a_sale_of_gumroad_is_believed_only_if_the_shop_knows_it() {
    let sale = json!({"success": true, "sale": {"id": "s1==", "email": "n@example.org", "refunded": false}});
    let shop = Shop::start(vec![("/v2/sales/s1%3D%3D", 200, sale)]);
    let (app, path) = connected("gumroad", &shop);
    app.given().named_entitlement("Gridsmith");
    for (sale, email) in
        [("s1%3D%3D", "n%40example.org"), ("s2%3D%3D", "n%40example.org"), ("s1%3D%3D", "thief%40example.org")]
    {
        let form = format!("sale_id={sale}&order_number=1&email={email}&product_name=Gridsmith&retry_count={email}");
        assert_eq!(send(&app, &path, "gumroad", "", "", form.as_bytes()).status, 200);
        app.run_outbox_until_empty();
    }
    assert_eq!(grants(&app).len(), 1);
    let forged = "resource_name=refund&sale_id=s1%3D%3D&order_number=1&email=n%40example.org";
    send(&app, &path, "gumroad", "", "", forged.as_bytes());
    app.run_outbox_until_empty();
    assert_eq!(states(&app), ["pending"], "the shop knows of no refund");
}
