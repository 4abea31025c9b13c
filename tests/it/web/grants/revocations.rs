//! Taking a grant back and giving it again.

use keydesk::domain::grant::GrantStatus;
use keydesk::domain::ids::GrantId;
use keydesk::storage::grants;
use keydesk::storage::grants::detail::GrantDetail;

use crate::support::{TestApp, spawn_app};

fn detail(app: &TestApp, id: &GrantId) -> GrantDetail {
    app.read(|conn| grants::detail::find(conn, id).expect("the grant"))
}

#[test]
fn only_admins_revoke_and_restore() {
    let app = spawn_app();
    let id = app.given().delivered_grant("AAAA-BBBB-CCCC-DDDD");
    for mut visitor in [app.viewer(), app.agent()] {
        let page = visitor.get(&format!("/grants/{id}"));
        assert!(!page.body.contains("/revocation") && !page.body.contains("/restoration"));
        for act in ["revocation", "restoration"] {
            assert_eq!(visitor.post(&format!("/grants/{id}/{act}"), &[("reason", "x")]).status, 403);
        }
    }
    assert_eq!(detail(&app, &id).grant.status, GrantStatus::Delivered);
}

#[test]
fn revoking_disables_the_key_and_restoring_brings_it_back() {
    let app = spawn_app();
    let id = app.given().delivered_grant("AAAA-BBBB-CCCC-DDDD");
    let mut admin = app.admin();
    let path = format!("/grants/{id}");
    assert!(admin.get(&path).has(&format!("dialog form[action='{path}/revocation'] [name=reason]")));
    let page = admin.post(&format!("{path}/revocation"), &[("reason", "Charged back")]);
    assert_eq!((page.status, page.location()), (303, path.clone()));
    let page = admin.follow(page);
    assert_eq!((page.chip().as_str(), page.count(".chip.revoked")), ("Revoked", 1));
    assert!(page.flash().starts_with("Revoked.") && page.body.contains("Charged back"));
    assert_eq!(page.text_of("[aria-labelledby=key-t] .state"), "Disabled");
    assert_eq!(page.text_of("[aria-labelledby=mail-t] .state"), "Cancelled");
    assert!(!page.has(&format!("form[action='{path}/emails']")));
    let again = admin.post(&format!("{path}/revocation"), &[("reason", "Once more")]);
    assert_eq!(again.status, 303);
    assert!(admin.follow(again).flash().contains("already"));
    assert_eq!(detail(&app, &id).grant.revocation_reason.as_deref(), Some("Charged back"));
    let page = admin.post(&format!("{path}/restoration"), &[("reason", "It was paid after all")]);
    let page = admin.follow(page);
    assert_eq!((page.chip().as_str(), page.flash().as_str()), ("Delivered", "Restored. Its key works again."));
    assert_eq!(page.text_of("[aria-labelledby=mail-t] .state"), "Queued");
    let page = admin.post(&format!("{path}/restoration"), &[("reason", "x")]);
    assert_eq!((page.status, page.chip().as_str()), (409, "Delivered"));
}

#[test]
fn a_reason_is_asked_for_and_what_was_typed_is_kept() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut admin = app.admin();
    let long = "r".repeat(501);
    for act in ["revocation", "restoration"] {
        for reason in ["", " \r\n ", long.as_str(), "a\u{7}b"] {
            let page = admin.post(&format!("/grants/{id}/{act}"), &[("reason", reason)]);
            assert_eq!(page.status, 422, "{act} {reason:?}");
            assert!(page.title().starts_with("Error:") && page.errors().len() == 1);
            assert!(page.field("reason").error.is_some());
            if reason == long {
                assert_eq!(page.field("reason").value, reason);
            }
        }
        assert_eq!(admin.post(&format!("/grants/{id}/{act}"), &[("reason", &"ä".repeat(500))]).status, 303);
    }
}

#[test]
fn the_form_stands_on_the_page_for_browsers_without_dialogs() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let page = app.admin().get(&format!("/grants/{id}?act=revoke"));
    assert!(page.has("#ask [name=reason]") && !page.has("dialog#revoke"));
    assert!(!app.agent().get(&format!("/grants/{id}?act=revoke")).has("#ask"));
}
