//! What may not change between a release and today in the messages: whoever compiled the released files must be able to
//! read and write what is said today, and to put today's files where the released ones were.

use prost_types::field_descriptor_proto::Label;
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet};

use super::Break;

/// Everything that today's files break of the released ones.
pub(super) fn compare(released: &FileDescriptorSet, today: &FileDescriptorSet) -> Vec<Break> {
    let mut found = Vec::new();
    for file in &released.file {
        let path = file.name();
        match today.file.iter().find(|candidate| candidate.name() == path) {
            Some(now) => Comparison { path, found: &mut found }.file(file, now),
            None => found.push(Break::new("file-removed", path, path, "the file is gone; leave it where it was")),
        }
    }
    found
}

struct Comparison<'a> {
    path: &'a str,
    found: &'a mut Vec<Break>,
}

impl Comparison<'_> {
    fn say(&mut self, rule: &'static str, place: &str, what: impl Into<String>) {
        self.found.push(Break::new(rule, self.path, place, what));
    }

    fn file(&mut self, before: &FileDescriptorProto, now: &FileDescriptorProto) {
        if before.package() != now.package() {
            let what = format!("`{}` became `{}`; a new package is a new file", before.package(), now.package());
            self.say("package", before.package(), what);
            return;
        }
        if before.syntax() != now.syntax() {
            self.say("syntax", before.package(), format!("`{}` became `{}`", before.syntax(), now.syntax()));
        }
        self.messages(before.package(), &before.message_type, &now.message_type);
        self.enums(before.package(), &before.enum_type, &now.enum_type);
    }

    fn messages(&mut self, within: &str, before: &[DescriptorProto], now: &[DescriptorProto]) {
        for message in before {
            let name = format!("{within}.{}", message.name());
            match now.iter().find(|candidate| candidate.name() == message.name()) {
                Some(now) => self.message(&name, message, now),
                None => self.say("message-removed", &name, "the message is gone or moved; keep it, unused if need be"),
            }
        }
    }

    fn message(&mut self, name: &str, before: &DescriptorProto, now: &DescriptorProto) {
        for field in &before.field {
            match now.field.iter().find(|candidate| candidate.number == field.number) {
                Some(today) => self.field(name, (before, field), (now, today)),
                None => self.removed_field(name, field, now),
            }
        }
        for range in &before.reserved_range {
            if (range.start()..range.end()).any(|number| !reserves(now, number)) {
                let what = format!("{} to {} are no longer reserved", range.start(), range.end() - 1);
                self.say("reserved", name, what);
            }
        }
        for reserved in before.reserved_name.iter().filter(|reserved| !now.reserved_name.contains(reserved)) {
            self.say("reserved", name, format!("`{reserved}` is no longer reserved"));
        }
        self.messages(name, &before.nested_type, &now.nested_type);
        self.enums(name, &before.enum_type, &now.enum_type);
    }

    fn removed_field(&mut self, name: &str, field: &FieldDescriptorProto, now: &DescriptorProto) {
        let place = format!("{name}.{}", field.name());
        if !reserves(now, field.number()) || !now.reserved_name.iter().any(|reserved| reserved == field.name()) {
            let (number, text) = (field.number(), field.name());
            let what = format!("the field is gone; say `reserved {number};` and `reserved \"{text}\";`");
            self.say("field-removed", &place, what);
        }
    }

    fn field(
        &mut self,
        message: &str,
        (before_in, before): (&DescriptorProto, &FieldDescriptorProto),
        (now_in, now): (&DescriptorProto, &FieldDescriptorProto),
    ) {
        let place = format!("{message}.{}", before.name());
        let mut same = |rule, before: String, now: String| {
            if before != now {
                self.say(rule, &place, format!("`{before}` became `{now}`; make a new field"));
            }
        };
        same("field-name", before.name().to_owned(), now.name().to_owned());
        same("field-json-name", before.json_name().to_owned(), now.json_name().to_owned());
        same("field-type", type_of(before), type_of(now));
        same("field-label", label_of(before), label_of(now));
        same("field-oneof", oneof_of(before_in, before), oneof_of(now_in, now));
    }

    fn enums(&mut self, within: &str, before: &[EnumDescriptorProto], now: &[EnumDescriptorProto]) {
        for choice in before {
            let name = format!("{within}.{}", choice.name());
            match now.iter().find(|candidate| candidate.name() == choice.name()) {
                Some(now) => self.values(&name, choice, now),
                None => self.say("enum-removed", &name, "the enum is gone or moved; keep it, unused if need be"),
            }
        }
    }

    fn values(&mut self, name: &str, before: &EnumDescriptorProto, now: &EnumDescriptorProto) {
        for value in &before.value {
            let place = format!("{name}.{}", value.name());
            let same_number: Vec<_> = now.value.iter().filter(|candidate| candidate.number == value.number).collect();
            // The range of an enum includes its end.
            let kept = now.reserved_range.iter().any(|range| (range.start()..=range.end()).contains(&value.number()));
            if same_number.is_empty() && !(kept && now.reserved_name.iter().any(|name| name == value.name())) {
                let (number, text) = (value.number(), value.name());
                let what = format!("the value is gone; say `reserved {number};` and `reserved \"{text}\";`");
                self.say("value-removed", &place, what);
            } else if !same_number.is_empty() && !same_number.iter().any(|now| now.name() == value.name()) {
                let what = format!("{} became `{}`; make a new value", value.number(), same_number[0].name());
                self.say("value-name", &place, what);
            }
        }
    }
}

/// The end of a message's reserved range is not in it.
fn reserves(message: &DescriptorProto, number: i32) -> bool {
    message.reserved_range.iter().any(|range| (range.start()..range.end()).contains(&number))
}

fn type_of(field: &FieldDescriptorProto) -> String {
    let kind = field.r#type().as_str_name().trim_start_matches("TYPE_").to_lowercase();
    match field.type_name().trim_start_matches('.') {
        "" => kind,
        name => format!("{kind} {name}"),
    }
}

fn label_of(field: &FieldDescriptorProto) -> String {
    match (field.label(), field.proto3_optional()) {
        (Label::Repeated, _) => "repeated",
        (Label::Required, _) => "required",
        (Label::Optional, true) => "optional",
        (Label::Optional, false) => "singular",
    }
    .to_owned()
}

/// The oneof that a field stands in; the one that stands for `optional` is none.
fn oneof_of(message: &DescriptorProto, field: &FieldDescriptorProto) -> String {
    let at = field.oneof_index.filter(|_| !field.proto3_optional());
    let name = at.and_then(|at| message.oneof_decl.get(at as usize)).map(|oneof| oneof.name().to_owned());
    name.unwrap_or_else(|| "no oneof".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use protox::file::{File, FileResolver};

    /// One file of that text.
    struct Text(&'static str, String);

    impl FileResolver for Text {
        fn open_file(&self, name: &str) -> Result<File, protox::Error> {
            if name == self.0 { File::from_source(name, &self.1) } else { Err(protox::Error::file_not_found(name)) }
        }
    }

    fn compiled(name: &'static str, package: &str, body: &str) -> FileDescriptorSet {
        let text = format!("syntax = \"proto3\";\npackage {package};\n{body}");
        let mut compiler = protox::Compiler::with_file_resolver(Text(name, text));
        compiler.open_file(name).expect("a proto").file_descriptor_set()
    }

    fn check(before: &str, now: &str, expected: &[&str]) {
        let found = compare(&compiled("a.proto", "t", before), &compiled("a.proto", "t", now));
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{before} -> {now}");
    }

    #[test]
    fn what_grows_breaks_nothing() {
        for (before, now) in [
            ("message M { string a = 1; }", "message M { string a = 1; optional string b = 2; } message N {}"),
            ("message M { string a = 1; }", "// Said.\nmessage M { // Said too.\n string a = 1; }"),
            ("message M { string a = 1; string b = 2; }", "message M { reserved 2; reserved \"b\"; string a = 1; }"),
            ("enum E { A = 0; B = 1; }", "enum E { A = 0; B = 1; C = 2; }"),
            ("enum E { A = 0; B = 1; }", "enum E { A = 0; reserved 1; reserved \"B\"; }"),
            ("message M { oneof o { string a = 1; } }", "message M { oneof o { string a = 1; string b = 2; } }"),
            ("message M { reserved 2, 4 to 6; }", "message M { reserved 2 to 6; }"),
        ] {
            check(before, now, &[]);
        }
    }

    #[test]
    fn a_field_keeps_its_number_name_type_label_and_oneof() {
        let before = "message M { string a = 1; message N { int32 n = 1; } N b = 2; }";
        for (now, expected) in [
            (
                "message M { message N { int32 n = 1; } N b = 2; }",
                "`t.M.a` in a.proto: the field is gone; say `reserved 1;` and `reserved \"a\";` (field-removed)",
            ),
            (
                "message M { reserved 1; message N { int32 n = 1; } N b = 2; }",
                "`t.M.a` in a.proto: the field is gone; say `reserved 1;` and `reserved \"a\";` (field-removed)",
            ),
            (
                "message M { bytes a = 1; message N { int32 n = 1; } N b = 2; }",
                "`t.M.a` in a.proto: `string` became `bytes`; make a new field (field-type)",
            ),
            (
                "message M { repeated string a = 1; message N { int32 n = 1; } N b = 2; }",
                "`t.M.a` in a.proto: `singular` became `repeated`; make a new field (field-label)",
            ),
            (
                "message M { optional string a = 1; message N { int32 n = 1; } N b = 2; }",
                "`t.M.a` in a.proto: `singular` became `optional`; make a new field (field-label)",
            ),
            (
                "message M { oneof o { string a = 1; } message N { int32 n = 1; } N b = 2; }",
                "`t.M.a` in a.proto: `no oneof` became `o`; make a new field (field-oneof)",
            ),
            (
                "message M { string a = 1 [json_name = \"z\"]; message N { int32 n = 1; } N b = 2; }",
                "`t.M.a` in a.proto: `a` became `z`; make a new field (field-json-name)",
            ),
            (
                "message M { string a = 1; message N { uint32 n = 1; } N b = 2; }",
                "`t.M.N.n` in a.proto: `int32` became `uint32`; make a new field (field-type)",
            ),
        ] {
            check(before, now, &[expected]);
        }
        check(
            before,
            "message M { string z = 1; message N { int32 n = 1; } N b = 2; }",
            &[
                "`t.M.a` in a.proto: `a` became `z`; make a new field (field-name)",
                "`t.M.a` in a.proto: `a` became `z`; make a new field (field-json-name)",
            ],
        );
    }

    #[test]
    fn the_key_and_value_of_a_map_keep_their_types() {
        check(
            "message M { map<string, string> a = 1; }",
            "message M { map<string, int32> a = 1; }",
            &["`t.M.AEntry.value` in a.proto: `string` became `int32`; make a new field (field-type)"],
        );
    }

    #[test]
    fn messages_enums_and_values_stay() {
        check(
            "message M {}",
            "message N {}",
            &["`t.M` in a.proto: the message is gone or moved; keep it, unused if need be (message-removed)"],
        );
        check(
            "enum E { A = 0; }",
            "message E {}",
            &["`t.E` in a.proto: the enum is gone or moved; keep it, unused if need be (enum-removed)"],
        );
        check(
            "enum E { A = 0; B = 1; }",
            "enum E { A = 0; }",
            &["`t.E.B` in a.proto: the value is gone; say `reserved 1;` and `reserved \"B\";` (value-removed)"],
        );
        check(
            "enum E { A = 0; B = 1; }",
            "enum E { A = 0; C = 1; }",
            &["`t.E.B` in a.proto: 1 became `C`; make a new value (value-name)"],
        );
    }

    #[test]
    fn what_is_reserved_stays_reserved() {
        check(
            "message M { reserved 2 to 4; reserved \"b\"; }",
            "message M { reserved 2 to 3; }",
            &[
                "`t.M` in a.proto: 2 to 4 are no longer reserved (reserved)",
                "`t.M` in a.proto: `b` is no longer reserved (reserved)",
            ],
        );
    }

    #[test]
    fn a_file_stays_where_it_is_with_its_package_and_syntax() {
        let texts = |found: Vec<Break>| found.iter().map(ToString::to_string).collect::<Vec<_>>();
        let before = compiled("a.proto", "t", "message M {}");
        assert_eq!(
            texts(compare(&before, &compiled("b.proto", "t", "message M {}"))),
            ["`a.proto` in a.proto: the file is gone; leave it where it was (file-removed)"]
        );
        assert_eq!(
            texts(compare(&before, &compiled("a.proto", "u", "message M {}"))),
            ["`t` in a.proto: `t` became `u`; a new package is a new file (package)"]
        );
        let mut older = before.clone();
        older.file[0].syntax = Some("proto2".to_owned());
        assert_eq!(texts(compare(&before, &older)), ["`t` in a.proto: `proto3` became `proto2` (syntax)"]);
    }
}
