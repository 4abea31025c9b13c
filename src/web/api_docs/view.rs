//! The `OpenAPI` document prepared for the page: calls with their parameters, bodies, responses and an example.

use serde_json::{Map, Value};

use crate::domain::staff::Role;
use crate::http::api_document::ApiDocument;

/// The calls about one kind of object.
pub(crate) struct Tag {
    pub name: String,
    pub calls: Vec<Call>,
}

/// An operation.
pub(crate) struct Call {
    pub method: String,
    pub path: String,
    /// The anchor of its section on the page.
    pub anchor: String,
    /// `None` if no authentication is required.
    pub role: Option<Role>,
    pub summary: String,
    pub parameters: Vec<Field>,
    pub body: Vec<Field>,
    pub answers: Vec<Answer>,
    pub example: String,
}

/// A parameter, or a field of an object.
pub(crate) struct Field {
    pub name: String,
    /// `path`, `query` or `header`; empty for a field of an object.
    pub place: String,
    pub kind: String,
    pub is_required: bool,
    pub description: String,
}

/// A possible response.
pub(crate) struct Answer {
    pub status: String,
    pub description: String,
    /// The name of the object; may be empty.
    pub shape: String,
    pub is_list: bool,
}

/// An object contained in responses.
pub(crate) struct Shape {
    pub name: String,
    pub description: String,
    pub fields: Vec<Field>,
}

const METHODS: [&str; 4] = ["get", "post", "patch", "delete"];

/// All operations, grouped by tag, in the document's order.
pub(crate) fn tags(source: &ApiDocument, base_url: &str) -> Vec<Tag> {
    let mut tags: Vec<Tag> = Vec::new();
    let paths = source.document.get("paths").and_then(Value::as_object);
    for (path, methods) in paths.into_iter().flatten() {
        for method in METHODS {
            let Some(operation) = methods.get(method) else { continue };
            let tag = operation.pointer("/tags/0").map(text).unwrap_or_default();
            let call = call(source, base_url, method, path, operation);
            match tags.iter_mut().find(|known| known.name == tag) {
                Some(known) => known.calls.push(call),
                None => tags.push(Tag { name: tag, calls: vec![call] }),
            }
        }
    }
    tags
}

/// The objects contained in responses, by name.
pub(crate) fn shapes(source: &ApiDocument) -> Vec<Shape> {
    let schemas = source.document.pointer("/components/schemas").and_then(Value::as_object);
    let mut shapes = Vec::new();
    for (name, schema) in schemas.into_iter().flatten() {
        let fields = fields(&source.document, schema);
        // Lists and request bodies are described with their operations.
        let is_answer = !name.starts_with("Items_") && !name.starts_with("Walk_") && answers_hold(source, name);
        if is_answer && !fields.is_empty() {
            shapes.push(Shape { name: name.clone(), description: description(schema), fields });
        }
    }
    shapes
}

fn answers_hold(source: &ApiDocument, name: &str) -> bool {
    let quoted = format!("\"#/components/schemas/{name}\"");
    let paths = source.document.get("paths").map(Value::to_string).unwrap_or_default();
    let bodies = format!("\"requestBody\":{{\"content\":{{\"application/json\":{{\"schema\":{{\"$ref\":{quoted}}}");
    let schemas = source.document.pointer("/components/schemas").map(Value::to_string).unwrap_or_default();
    (paths.contains(&quoted) && !paths.contains(&bodies)) || schemas.contains(&quoted)
}

fn call(source: &ApiDocument, base_url: &str, method: &str, path: &str, operation: &Value) -> Call {
    let document = &source.document;
    let body_schema = operation.pointer("/requestBody/content/application~1json/schema");
    let body = body_schema.map(|schema| fields(document, schema)).unwrap_or_default();
    let role = source.role(method, path);
    let summary = ["summary", "description"].map(|key| operation.get(key).map(text).unwrap_or_default()).join(" ");
    Call {
        method: method.to_uppercase(),
        path: path.to_owned(),
        anchor: operation.get("operationId").map(text).unwrap_or_default(),
        role,
        summary: summary.trim().to_owned(),
        parameters: parameters(document, operation),
        example: example(base_url, method, path, role, &body),
        body,
        answers: answers(document, operation),
    }
}

fn parameters(document: &Value, operation: &Value) -> Vec<Field> {
    let list = operation.get("parameters").and_then(Value::as_array);
    let field = |parameter: &Value| Field {
        name: parameter.get("name").map(text).unwrap_or_default(),
        place: parameter.get("in").map(text).unwrap_or_default(),
        kind: parameter.get("schema").map(|schema| kind(document, schema)).unwrap_or_default(),
        is_required: parameter.get("required").and_then(Value::as_bool).unwrap_or(false),
        description: description(parameter),
    };
    list.into_iter().flatten().map(field).collect()
}

fn answers(document: &Value, operation: &Value) -> Vec<Answer> {
    let list = operation.get("responses").and_then(Value::as_object);
    let answer = |(status, response): (&String, &Value)| {
        let schema = response.pointer("/content/application~1json/schema");
        let name = schema.and_then(reference).unwrap_or_default();
        let item = schema.map(|schema| resolve(document, schema)).and_then(|schema| {
            schema.pointer("/properties/items/items").or_else(|| schema.pointer("/properties/data/items"))
        });
        let is_list = item.is_some() && (name.starts_with("Items_") || name.starts_with("Walk_"));
        let shape = if is_list { item.and_then(reference).unwrap_or_default() } else { name };
        Answer { status: status.clone(), description: description(response), shape, is_list }
    };
    list.into_iter().flatten().map(answer).collect()
}

/// The fields of an object, starting with those of its parts.
fn fields(document: &Value, schema: &Value) -> Vec<Field> {
    let schema = resolve(document, schema);
    let mut found = Vec::new();
    for part in ["allOf", "oneOf"].iter().filter_map(|key| schema.get(*key)).filter_map(Value::as_array).flatten() {
        found.extend(fields(document, part));
    }
    let required: Vec<String> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().map(text).collect();
    for (name, field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        found.push(Field {
            name: name.clone(),
            place: String::new(),
            kind: kind(document, field),
            is_required: required.contains(name),
            description: description(field),
        });
    }
    found
}

/// A short description of a value's type.
fn kind(document: &Value, schema: &Value) -> String {
    if let Some(options) = schema.get("oneOf").and_then(Value::as_array) {
        return options.iter().map(|option| kind(document, option)).collect::<Vec<_>>().join(" or ");
    }
    let resolved = resolve(document, schema);
    if let Some(words) = resolved.get("enum").and_then(Value::as_array) {
        return words.iter().map(text).collect::<Vec<_>>().join(" | ");
    }
    if let Some(name) = reference(schema) {
        return name;
    }
    let types = match resolved.get("type") {
        Some(Value::Array(types)) => types.iter().map(text).collect::<Vec<_>>().join(" or "),
        Some(one) => text(one),
        None => "object".to_owned(),
    };
    let mut words = vec![types];
    if let Some(items) = resolved.get("items") {
        words.push(format!("of {}", kind(document, items)));
    }
    words.extend(resolved.get("format").map(text).filter(|format| !format.starts_with("int")));
    for (key, word) in [("minimum", "from"), ("maximum", "to"), ("maxLength", "at most")] {
        words.extend(resolved.get(key).map(|limit| format!("{word} {}", text(limit))));
    }
    words.join(" ")
}

fn reference(schema: &Value) -> Option<String> {
    let target = schema.get("$ref")?.as_str()?;
    target.rsplit('/').next().map(str::to_owned)
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let target = reference(schema).and_then(|name| document.pointer(&format!("/components/schemas/{name}")));
    target.unwrap_or(schema)
}

fn description(value: &Value) -> String {
    value.get("description").map(text).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// An example of the call with curl.
fn example(base_url: &str, method: &str, path: &str, role: Option<Role>, body: &[Field]) -> String {
    let mut lines = vec![format!("curl -X {} {base_url}/api{path}", method.to_uppercase())];
    if role.is_some() {
        lines.push("  -H \"Authorization: Bearer $TOKEN\"".to_owned());
    }
    let wanted: Map<String, Value> = body
        .iter()
        .filter(|field| field.is_required || body.iter().all(|field| !field.is_required))
        .map(|field| (field.name.clone(), sample(field)))
        .collect();
    if !wanted.is_empty() {
        lines.push("  -H \"Content-Type: application/json\"".to_owned());
        lines.push(format!("  -d '{}'", Value::Object(wanted)));
    }
    lines.join(" \\\n")
}

fn sample(field: &Field) -> Value {
    let kind = field.kind.as_str();
    if kind.contains(" | ") {
        Value::from(kind.split(" | ").next().unwrap_or_default())
    } else if kind.starts_with("integer") {
        Value::from(1)
    } else if kind.starts_with("boolean") {
        Value::from(true)
    } else if kind.starts_with("array") {
        Value::Array(Vec::new())
    } else if kind.starts_with("object") {
        Value::Object(Map::new())
    } else {
        Value::from("…")
    }
}
