//! The calls, each as the vendor documents it.

use serde_json::{Value, json};

use super::account::{Grant, Status};
use super::http::{Answer, Request};
use super::{READ_ONLY_KEY, State};

pub(super) fn route(state: &mut State, request: &Request) -> Answer {
    let token = request.header("authorization").strip_prefix("Bearer ").unwrap_or_default().to_owned();
    let may_write = state.keys.contains(&token);
    if !may_write && token != READ_ONLY_KEY {
        return Answer::error(401, "UNAUTHORIZED", "The API key is not valid");
    }
    if request.method != "GET" && !may_write {
        return Answer::error(403, "FORBIDDEN", "The API key may not write");
    }
    let parts: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["entitlements"]) => entitlements(state, request),
        ("GET", ["entitlements", id]) => {
            let found = state.account.entitlements.iter().find(|entitlement| entitlement.id == *id);
            one(found.map(|found| state.style.entitlement(found)))
        }
        ("GET", ["entitlements", id, "grants"]) => grants(state, request, |grant| grant.entitlement_id == *id),
        ("DELETE", ["entitlements", _, "grants", id]) => revoke(state, id),
        ("GET", ["customers"]) => {
            page(request, state.account.customers.values().map(|customer| state.style.customer(customer)).collect())
        }
        ("GET", ["customers", id]) => one(state.account.customers.get(*id).map(|found| state.style.customer(found))),
        ("GET", ["customers", id, "entitlement-grants"]) => grants(state, request, |grant| grant.customer_id == *id),
        ("GET", ["customers", id, "entitlements"]) => summaries(state, id),
        ("GET", ["customers", id, "emails"]) => {
            let customer = state.account.customers.get(*id);
            customer.map_or_else(not_found, |customer| page(request, customer.emails.clone()))
        }
        ("GET", ["payments", id]) => {
            one(state.account.payments.get(*id).map(|found| state.style.payment(&state.account, found)))
        }
        ("GET", ["subscriptions", id]) => one(Some(json!({
            "subscription_id": id, "product_id": "pdt_vendor", "quantity": 1, "status": "active", "metadata": {},
        }))),
        ("POST", ["grants", id, "license-key"]) => supply(state, id, request),
        ("GET", ["license_keys"]) => {
            let of_customer =
                |grant: &&Grant| request.parameter("customer_id").is_none_or(|id| grant.customer_id == id);
            let keys = state.account.grants.iter().filter(|grant| grant.key.is_some()).filter(of_customer);
            page(request, keys.map(|grant| state.style.license_key(grant)).collect())
        }
        (_, ["webhooks", rest @ ..]) => state.webhooks.route(request, rest),
        _ => not_found(),
    }
}

fn one(found: Option<Value>) -> Answer {
    found.map_or_else(not_found, |found| Answer::json(200, &found))
}

fn not_found() -> Answer {
    Answer::error(404, "NOT_FOUND", "The resource was not found")
}

/// Pages begin at 0 and say neither how many there are nor whether this is the last.
fn page(request: &Request, items: Vec<Value>) -> Answer {
    let number = request.parameter("page_number").map_or(Ok(0), str::parse::<usize>);
    let size = request.parameter("page_size").map_or(Ok(10), str::parse::<usize>);
    let (Ok(number), Ok(size @ 1..=100)) = (number, size) else {
        return Answer::error(400, "INVALID_QUERY_PARAMS", "page_size must be 1 to 100");
    };
    let items: Vec<Value> = items.into_iter().skip(number * size).take(size).collect();
    Answer::json(200, &json!({"items": items}))
}

fn entitlements(state: &State, request: &Request) -> Answer {
    let wanted = request.parameter("integration_type");
    let listed = state.account.entitlements.iter().filter(|entitlement| entitlement.is_active);
    let listed = listed.filter(|entitlement| wanted.is_none_or(|wanted| entitlement.integration_type == wanted));
    page(request, listed.map(|entitlement| state.style.entitlement(entitlement)).collect())
}

fn grants(state: &mut State, request: &Request, is_wanted: impl Fn(&Grant) -> bool) -> Answer {
    let status = request.parameter("status").map(str::to_lowercase);
    let has_status = |grant: &&Grant| {
        status.as_ref().is_none_or(|wanted| state.style.status(&grant.status).to_lowercase() == *wanted)
    };
    let is_of = |grant: &&Grant| request.parameter("customer_id").is_none_or(|id| grant.customer_id == id);
    let found = state.account.grants.iter().filter(|grant| is_wanted(grant)).filter(has_status).filter(is_of);
    let mut items: Vec<Value> = found.map(|grant| state.style.grant(&state.account, grant)).collect();
    if state.style.is_newest_first {
        items.reverse();
    }
    let answer = page(request, items);
    if let Some(act) = state.faults.between_pages.pop_front() {
        act(&mut state.account);
    }
    answer
}

/// Statuses are in lower case here, whatever they are elsewhere.
fn summaries(state: &State, customer_id: &str) -> Answer {
    let of_customer = state.account.grants.iter().filter(|grant| grant.customer_id == customer_id);
    let items: Vec<Value> = of_customer
        .map(|grant| {
            json!({
                "entitlement_id": grant.entitlement_id, "grant_id": grant.id, "integration_type": "license_key",
                "status": state.style.status(&grant.status).to_lowercase(),
                "created_at": grant.created_at.to_string(), "updated_at": grant.updated_at.to_string(),
            })
        })
        .collect();
    Answer::json(200, &json!({"items": items}))
}

fn supply(state: &mut State, id: &str, request: &Request) -> Answer {
    let Some(body) = request.json() else {
        return Answer::error(400, "INVALID_REQUEST_BODY", "The body is not JSON");
    };
    let Some(grant) = state.account.grants.iter().find(|grant| grant.id == id).cloned() else { return not_found() };
    let limit = &body["activations_limit"];
    let expires_at = body["expires_at"].as_str().map(str::to_owned);
    let is_bad_time = expires_at.as_ref().is_some_and(|text| text.parse::<jiff::Timestamp>().is_err());
    let Some(key) = body["key"].as_str() else {
        return Answer::error(422, "INVALID_REQUEST_BODY", "key is required");
    };
    if is_bad_time || !(limit.is_null() || limit.as_u64().is_some_and(|limit| limit >= 1)) {
        return Answer::error(422, "INVALID_REQUEST_BODY", "activations_limit must be at least 1");
    }
    let key = key.trim();
    if key.is_empty() {
        return Answer::error(400, "INVALID_REQUEST_PARAMETERS", "The key is blank");
    }
    // One status for three different things, and no code by which to tell them apart.
    if grant.status != Status::Pending || grant.key.is_some() || !state.account.deliver(id, key) {
        return Answer::error(409, "CONFLICT", "The grant cannot be fulfilled with this key");
    }
    state.account.change(id, |grant, _| {
        (grant.activations_limit, grant.expires_at) = (limit.as_u64(), expires_at);
    });
    one(Some(state.style.grant(&state.account, state.account.grant(id))))
}

fn revoke(state: &mut State, id: &str) -> Answer {
    if !state.account.grants.iter().any(|grant| grant.id == id) {
        return not_found();
    }
    state.account.revoke(id, "manual");
    one(Some(state.style.grant(&state.account, state.account.grant(id))))
}
