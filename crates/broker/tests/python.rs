//! The consumer of `examples/python` on a real broker: it needs nothing but the published messages, so neither does its test.

use std::path::Path;
use std::process::Command;

use tributary_broker::for_tests;

#[test]
fn a_reader_in_another_language_ends_with_what_the_projected_topics_say() {
    let Some(address) = for_tests() else { return };
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/python/test.sh");
    let ran = Command::new(program).arg(address).output().expect("a shell, and `cargo xtask setup` before");
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(ran.status.success(), "{}\n{}", said(&ran.stdout), said(&ran.stderr));
    assert!(said(&ran.stdout).ends_with("what was printed is what was expected\n"), "{}", said(&ran.stdout));
}
