//! The API for people: every call of the document, for anybody, in both languages.

use crate::support::spawn_app;

#[test]
fn every_call_stands_on_the_page_signed_in_or_not() {
    let app = spawn_app();
    let document = app.program(None).get("/openapi.json").json();
    for mut visitor in [app.anonymous(), app.viewer()] {
        let page = visitor.get("/api/docs");
        assert_eq!(page.status, 200);
        for (path, methods) in document["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                let heading = format!("{} {path}</h3>", method.to_uppercase());
                assert!(page.body.contains(&heading), "{heading}");
            }
        }
        assert!(page.body.contains("entitlement_grant.delivered") && page.body.contains("IDEMPOTENCY_MISMATCH"));
        assert!(page.body.contains(&format!("http://{}/api", app.address)));
    }
    let mut german = app.anonymous();
    german.language = "de".to_owned();
    assert!(german.get("/api/docs").body.contains("Keine Authentifizierung erforderlich."));
}
