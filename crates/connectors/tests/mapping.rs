//! Mappings that people write: what is wrong with one is said with its path and its line, and what is laid over the program's own.

use tributary_connectors::mapping::Mapping;

#[expect(dead_code, reason = "each test uses its part of it")]
mod reading;

use reading::{drafts, refusals, rows};

const SMALL: &str = "source: urn:test
names:
  products: {a: alpha}
tables:
  - name: usage
    has: [Id]
    key: '{Id}'
    rules:
      - kind: usage
        events:
          - {type: usage.recorded, subject: 'n/{Customer}', time: '{At|instant}',
             data: {product: '{Product|name:products}', amount: '{Cost|amount}', currency: USD}}
";

fn changed(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "{from}");
    SMALL.replacen(from, to, 1)
}

#[test]
fn what_is_wrong_is_said_with_its_path_and_line() {
    for (from, to, path, reason) in [
        ("source: urn:test", "sources: urn:test", "sources", "unknown field"),
        ("source: urn:test", "source: a b", "source", "is not a URI reference"),
        ("source: urn:test", "source: x\nzone: Mars/Olympus", "zone", "IANA"),
        ("source: urn:test", "source: x\ndelimiter: '\"'", "delimiter", "is not a single character of ASCII"),
        ("source: urn:test", "source: x\nencoding: ebcdic", "encoding", "unknown variant"),
        ("    rules:", "    rule:", "tables[0].rule", "unknown field"),
        ("'{Id}'", "'{Id'", "tables[0].key", "has a brace without its other half"),
        ("{Cost|amount}", "{Cost|amounts}", "tables[0].rules[0].events[0].data.amount", "`amounts` is not something"),
        (
            "name:products",
            "name:product",
            "tables[0].rules[0].events[0].data.product",
            "`names` has no table `product`",
        ),
        ("n/{Customer}", "n/{$customer}", "tables[0].rules[0].events[0]", "`$customer` is not in the table's `let`"),
        ("    key: '{Id}'\n", "", "tables[0].rules[0].events[0]", "needs an `id`, or the table a `key`"),
        (
            "kind: usage",
            "kind: usage\n        leaveOut: because",
            "tables[0].rules[0]",
            "needs one of `events`, `leaveOut`",
        ),
        ("kind: usage", "kind: usage\n        when: {A: [[1]]}", "tables[0].rules[0].when.A", "must be a value"),
    ] {
        let error = Mapping::from_yaml(&changed(from, to)).map(|_| ()).expect_err(to);
        assert_eq!(error.path, path, "{error}");
        assert!(error.reason.contains(reason), "{error}");
    }
    let error = Mapping::from_yaml(&changed("{Cost|amount}", "{Cost|amounts}")).map(|_| ()).expect_err("wrong");
    assert!(error.reason.ends_with("(line 12)"), "{error}");
    for text in ["", "a: [", "- 1", "source: x", "source: x\ntables: []"] {
        assert!(Mapping::from_yaml(text).is_err(), "{text}");
    }
}

#[test]
fn what_is_laid_over_takes_the_place_of_what_is_there_and_names_are_joined() {
    let over = "source: urn:over\nnames: {products: {b: beta}, others: {x: y}}\n";
    let mapping = Mapping::overlaid(SMALL, Some(over)).expect("a mapping");
    let text = "Id,Customer,At,Product,Cost\n1,c,2026-01-01,a,1\n2,c,2026-01-01,b,1\n3,c,2026-01-01,c,1\n";
    let rows = rows(&mapping, text.as_bytes(), "x.csv").expect("a header");
    let said: Vec<String> = drafts(&rows).into_iter().map(tributary_events::json::write_draft).collect();
    for (event, product) in said.iter().zip(["alpha", "beta", "c"]) {
        assert!(event.contains(&format!(r#""product":"{product}""#)) && event.contains("urn:over"), "{event}");
    }
    let error = Mapping::overlaid(SMALL, Some("names: {}\nzone: x\n")).map(|_| ()).expect_err("a zone");
    assert_eq!((error.path.as_str(), error.reason.ends_with("(line 2)")), ("zone", true), "{error}");
    assert!(Mapping::overlaid(SMALL, Some("- 1")).is_err());
}

#[test]
fn a_column_that_a_template_asks_for_must_be_there_unless_it_says_otherwise() {
    let read = |mapping: &str| {
        let mapping = Mapping::from_yaml(mapping).expect("a mapping");
        rows(&mapping, b"Id,Customer,At,Product\n1,c,2026-01-01,a\n", "x.csv").map(|rows| refusals(&rows))
    };
    let missing = "x.csv:1: Cost: the header has no such column (column-missing)";
    assert_eq!(read(SMALL), Err(missing.to_owned()));
    let optional = read(&changed("{Cost|amount}", "{Cost?|amount}"));
    assert_eq!(optional, Ok(vec!["x.csv:2: data.amount: is missing or empty (missing-field)".to_owned()]));
}

#[test]
fn a_row_that_meets_no_rule_is_refused_and_kept_as_it_stands() {
    let mapping =
        Mapping::from_yaml(&changed("kind: usage", "kind: usage\n        when: {Product: a}")).expect("a mapping");
    let text = "Id,Customer,At,Product,Cost\n1,\"c \"\"x\"\"\",2026-01-01,b,1\n";
    let rows = rows(&mapping, text.as_bytes(), "x.csv").expect("a header");
    assert_eq!(refusals(&rows), ["x.csv:2: no rule of the mapping is for this row (no-rule)"]);
    let tributary_connectors::Said::Refused(unusable) = &rows[0].said else { panic!("{rows:?}") };
    assert_eq!(unusable.text, "1,\"c \"\"x\"\"\",2026-01-01,b,1");
}

#[test]
fn utf_16_without_a_mark_and_latin_1_are_named_for_what_they_are() {
    let text = "Id,Customer,At,Product,Cost\n1,Müller,2026-01-01,a,1\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin: Vec<u8> = text.chars().map(|character| u8::try_from(character).expect("Latin-1")).collect();
    let mapping = Mapping::from_yaml(SMALL).expect("a mapping");
    let refused = rows(&mapping, &utf16, "x.csv").map(|_| ()).expect_err("UTF-16");
    assert!(refused.contains("encoding: utf-16") && refused.ends_with("(nul)"), "{refused}");
    let refused = refusals(&rows(&mapping, &latin, "x.csv").expect("a header"));
    assert!(refused[0].contains("encoding: windows-1252") && refused[0].ends_with("(encoding)"), "{refused:?}");
    for (encoding, bytes) in [("utf-16", &utf16), ("latin-1", &latin)] {
        let mapping = Mapping::from_yaml(&format!("encoding: {encoding}\n{SMALL}")).expect("a mapping");
        let rows = rows(&mapping, bytes, "x.csv").expect("a header");
        assert_eq!(drafts(&rows).iter().map(|draft| draft.subject.to_string()).collect::<Vec<_>>(), ["n/Müller"]);
    }
}

#[test]
fn rows_of_one_key_that_say_different_things_contradict_each_other_where_the_last_file_is_right() {
    let mapping =
        Mapping::from_yaml(&changed("    rules:", "    lastFileIsRight: true\n    rules:")).expect("a mapping");
    let text = "Id,Customer,At,Product,Cost\n1,c,2026-01-01,a,1\n1,c,2026-01-01,a,1.0\n1,c,2026-01-01,a,2\n2,c,2026-01-01,a,2\n";
    let rows = rows(&mapping, text.as_bytes(), "x.csv").expect("a header");
    let refused = refusals(&rows);
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(refused[0].starts_with("x.csv:4: says otherwise") && refused[0].ends_with("(contradicted)"), "{refused:?}");
    assert_eq!(drafts(&rows).len(), 3);
}

#[test]
fn o5_a_mapping_that_observes_what_systems_keep_to_themselves_is_refused_by_the_name_of_the_column() {
    let mapping = |value: &str, named: &str| {
        format!(
            "source: urn:crm\ntables:\n  - name: deals\n    has: [Id]\n    let: {{step: \"{named}\"}}\n    rules:\n      - kind: deal\n        \
             events:\n          - type: deal.observed\n            id: \"{{Id}}\"\n            subject: crm/{{Id}}\n            \
             time: \"{{At}}\"\n            data: {{deal: \"{{Id}}\", system: crm, kind: crm, stage: \"{value}\"}}\n"
        )
    };
    assert!(Mapping::from_yaml(&mapping("{StageName}", "{Id}")).is_ok());
    let own = mapping("{$step}", "{Id}").replace("- kind: deal", "- kind: deal\n        let: {step: \"{NextStep}\"}");
    assert!(Mapping::from_yaml(&own).is_err(), "{own}");
    for (value, named) in [("{NextStep}", "{Id}"), ("{$step}", "{Next_Step__c?}"), ("{Owner.AnnualRevenue}", "{Id}")] {
        let refused = Mapping::from_yaml(&mapping(value, named)).expect_err("not synchronised");
        assert_eq!(refused.path, "tables[0].rules[0].events[0].data", "{refused}");
        assert!(refused.reason.contains("is not synchronised between systems"), "{refused}");
    }
}

#[test]
fn what_a_rule_works_out_takes_the_place_of_what_its_table_does() {
    let rules = "    let: {cost: '0'}
    rules:
      - kind: refund
        when: {Product: b}
        let: {cost: '{Cost|negated}'}
        events: [&used {type: usage.recorded, subject: 'n/{Customer}', time: '{At|instant}', data: {product: '{Product}', amount: '{$cost}', currency: USD}}]
      - {kind: payment, when: {Product: c}, takesBack: '{Id}'}
      - {kind: usage, events: [*used]}
";
    let (head, _) = SMALL.split_once("    rules:").expect("rules");
    let mapping = Mapping::from_yaml(&format!("{head}{rules}")).expect("a mapping");
    let text =
        "Id,Customer,At,Product,Cost\n1,c,2026-01-01,a,1\n2,c,2026-01-01,b,1\n3,c,2026-01-01,c,1\n,c,2026-01-01,c,1\n";
    let rows = rows(&mapping, text.as_bytes(), "x.csv").expect("a header");
    let said: Vec<String> = drafts(&rows).into_iter().map(tributary_events::json::write_draft).collect();
    assert!(said[0].contains(r#""amount":"0""#) && said[1].contains(r#""amount":"-1""#), "{said:?}");
    let payment = match &rows[2].said {
        tributary_connectors::Said::TakesBack { source, payment } => (source.as_str(), payment.as_str()),
        other => panic!("{other:?}"),
    };
    assert_eq!(payment, ("urn:test", "3"));
    assert_eq!(refusals(&rows), ["x.csv:5: Id: has no value (value-missing)"]);
    let missing = format!("{head}{}", rules.replace("    let: {cost: '0'}\n", ""));
    let error = Mapping::from_yaml(&missing).map(|_| ()).expect_err("the last rule works nothing out");
    assert_eq!(
        (error.path.as_str(), error.reason.contains("`$cost`")),
        ("tables[0].rules[2].events[0]", true),
        "{error}"
    );
}
