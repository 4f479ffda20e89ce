use super::*;

fn flaw(language: &str, body: &str) -> (usize, String) {
    let contract = block(language, body).unwrap_or_else(|| panic!("no contract: {body}"));
    let flaw = contract.flaw.unwrap_or_else(|| panic!("reads: {body}"));
    (flaw.line, flaw.message)
}

fn reads(language: &str, body: &str) -> Kind {
    let contract = block(language, body).unwrap_or_else(|| panic!("no contract: {body}"));
    assert_eq!(contract.flaw, None, "{body}");
    contract.kind
}

const ORDERS: &str = "openapi: 3.1.0
info: {title: Orders, version: 1.0.0}
paths:
  /orders/{id}:
    get:
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: The order
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Order'}
components:
  schemas:
    Order:
      type: object
      properties:
        id: {type: string}
";

const EVENTS: &str = "asyncapi: 3.0.0
info: {title: Events, version: 1.0.0}
channels:
  orders:
    address: orders
    messages:
      placed: {payload: {type: object}}
operations:
  onPlaced:
    action: receive
    channel: {$ref: '#/channels/orders'}
";

#[test]
fn whole_documents_read() {
    assert_eq!(reads("yaml", ORDERS), Kind::OpenApi);
    assert_eq!(reads("yaml", &ORDERS.replace("3.1.0", "3.0.3")), Kind::OpenApi);
    assert_eq!(reads("yaml", &ORDERS.replace("3.1.0", "3.2.0")), Kind::OpenApi);
    assert_eq!(reads("yaml", EVENTS), Kind::AsyncApi);
    let older = "asyncapi: 2.4.0\ninfo: {title: E, version: '1'}\nchannels:\n  orders:\n    publish:\n      message: {payload: {type: object}}\n";
    assert_eq!(reads("yaml", older), Kind::AsyncApi);
    let swagger = "swagger: '2.0'\ninfo: {title: E, version: '1'}\npaths:\n  /a:\n    get:\n      responses: {200: {description: ok}}\n";
    assert_eq!(reads("yml", swagger), Kind::OpenApi);
    for text in [ORDERS, EVENTS] {
        let value = Tree::read(text, false).unwrap().value;
        assert_eq!(block("json", &serde_json::to_string_pretty(&value).unwrap()).unwrap().flaw, None);
    }
    assert_eq!(reads("proto", "service Orders {\n  rpc Get(A) returns (B);\n}\n"), Kind::Protobuf);
    assert_eq!(
        reads("protobuf", "syntax = \"proto2\";\nmessage A { required int32 a = 1; }\n"),
        Kind::Protobuf
    );
    assert_eq!(reads("graphql", "type Query {\n  order(id: ID!): Order\n}\n"), Kind::GraphQl);
    let schema = "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\"}}}";
    assert_eq!(reads("json", schema), Kind::JsonSchema);
}

#[test]
fn a_flaw_has_its_line() {
    assert_eq!(
        flaw("yaml", &ORDERS.replace("      responses:", "      respones:")),
        (8, "paths > /orders/{id} > get: `respones` does not belong here".to_owned())
    );
    let older = ORDERS.replace("3.1.0", "3.0.0");
    let (line, message) = flaw("yaml", &older.replace("in: path", "in: the path"));
    assert_eq!(line, 7, "{message}");
    let (line, message) = flaw("yaml", &older.replace("          description: The order\n", ""));
    assert_eq!((line, message.as_str()), (9, "get > responses > 200: `description` is missing"));
    assert_eq!(
        flaw("yaml", &ORDERS.replace("schemas/Order'", "schemas/Ordre'")),
        (13, "`#/components/schemas/Ordre` leads nowhere".to_owned())
    );
    let (line, message) = flaw("yaml", &ORDERS.replace("type: object", "type: objekt"));
    assert_eq!(line, 17, "{message}");
    assert_eq!(flaw("yaml", &ORDERS.replace("  schemas:\n", "  schemas: [\n")).0, 17);
    let (line, message) = flaw("yaml", &EVENTS.replace("action: receive", "action: receives"));
    assert_eq!(
        (line, message.as_str()),
        (10, "operations > onPlaced > action: `receives` is none of `send`, `receive`")
    );
    assert_eq!(flaw("yaml", "openapi: 4.0.0\npaths: {}\n"), (1, "OpenAPI has no version 4.0.0".to_owned()));
    let (line, _) = flaw("proto", "message A {\n  string a = 1;\n  string b = ;\n}\n");
    assert_eq!(line, 3);
    let (line, message) =
        flaw("proto", "syntax = \"proto3\";\nmessage A {\n  string a = 1;\n  string b = 1;\n");
    assert_eq!(line, 4, "{message}");
    let (line, message) = flaw("graphql", "type Order {\n  id: ID!\n  total Int\n}\n");
    assert_eq!(line, 3, "{message}");
    let schema = "{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  \"properties\": {\n    \"a\": {\"type\": \"text\"}\n  }\n}";
    assert_eq!(flaw("json", schema).0, 4);
    assert_eq!(flaw("json", "{\n  \"openapi\": \"3.1.0\",\n  \"paths\": {},,\n}").0, 3);
}

#[test]
fn excerpts_and_other_texts_are_not_judged() {
    for (language, body) in [
        ("yaml", "paths:\n  /orders:\n    get: {}\n"),
        ("yaml", "openapi: 3.1.0\npaths:\n  /orders:\n    ...\n"),
        ("yaml", "openapi: 3.1.0\ninfo: {title: A}\n"),
        ("yaml", "openapi: ./specs\npaths: [\n"),
        ("yaml", "name: ci\non: [push\n"),
        ("yaml", "openapi: 3.1.0\npaths:\n  ____: {}\n"),
        ("json", "{\"id\": \"SVC-1\", // the order\n}"),
        ("json", "{\"mappings\": 1, \"type\": \"object\", \"properties\": {\"a\": {\"type\": \"keyword\"}}}"),
        ("json", "{\"openapi\": true}"),
        ("proto", "rpc Get(A) returns (B);\n"),
        ("proto", "string name = 1;\nmessage A {}\n"),
        ("proto", "message A {\n  // ...\n}\n"),
        ("graphql", "query { order { id } }\n"),
        ("graphql", "order(id: ID!): Order\n"),
        ("typescript", "type Query {\n"),
        ("", "openapi: 3.1.0\npaths: {}\n"),
    ] {
        assert_eq!(block(language, body), None, "{body}");
    }
    // The head may be left out in a PRD, and components that are written down elsewhere.
    reads("yaml", "openapi: 3.1.0\npaths:\n  /orders: {}\n");
    let cut = ORDERS.split("components:").next().unwrap();
    reads("yaml", &cut.replace("info: {title: Orders, version: 1.0.0}\n", ""));
}

#[test]
fn files_must_be_whole() {
    assert_eq!(file_kind("../api/OpenAPI.yaml#/paths"), Some(Kind::OpenApi));
    assert_eq!(file_kind("order.schema.json"), Some(Kind::JsonSchema));
    assert_eq!(file_kind("package.json"), None);
    let of = |name: &str, text: &str| file(name, text).unwrap().flaw.map(|flaw| (flaw.line, flaw.message));
    assert_eq!(of("openapi.yaml", ORDERS), None);
    assert_eq!(of("openapi.yaml", "openapi: 3.1.0\npaths: {}\n"), Some((1, "`info` is missing".to_owned())));
    assert_eq!(
        of("openapi.yaml", "a: 1\n"),
        Some((1, "is no OpenAPI document: it names no version".to_owned()))
    );
    assert!(of("openapi.json", "").is_some());
    assert_eq!(of("a.proto", "syntax = \"proto3\";\nmessage A {}\n"), None);
    assert_eq!(of("a.graphql", "type A { b: Int }\n"), None);
    assert!(of("a.graphqls", "type A {\n  b Int\n}\n").is_some());
    assert!(of("a.avsc", "{").is_some());
    assert!(file("notes.md", "x").is_none());
}
