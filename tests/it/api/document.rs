//! The `OpenAPI` document says exactly what is served.

use std::collections::BTreeSet;

use keydesk::api::access::{Access, CALLS};

use crate::support::spawn_app;

#[test]
fn the_document_and_the_table_of_routes_name_the_same_calls() {
    let app = spawn_app();
    let document = app.program(None).get("/openapi.json").json();
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let served: BTreeSet<String> = CALLS
        .iter()
        .filter(|(_, path, _)| *path != "/openapi.json")
        .map(|(method, path, _)| format!("{method} {path}"))
        .collect();
    assert_eq!(described, served);
}

#[test]
fn every_call_but_the_open_ones_wants_a_token_and_says_so_first() {
    let app = spawn_app();
    for (method, path, access) in CALLS.iter().filter(|(_, _, access)| *access != Access::Open) {
        let path = path.replace(['{', '}'], "");
        let answer = app.program(None).send(method.as_str(), &path, &[], "");
        assert_eq!(answer.refusal(), (401, "UNAUTHORIZED".to_owned()), "{method} {path} {access:?}: {}", answer.text);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let app = spawn_app();
    let document = app.program(None).get("/openapi.json").json();
    let mut names = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            assert!(names.insert(name.clone()), "{method} {path} is called {name} too");
        }
    }
}
