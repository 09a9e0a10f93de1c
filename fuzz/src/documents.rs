//! Policies and programs that people write: either a thing is taken or something is said to be wrong with it.

use tributary_connectors::{Severity, policy, program};

/// Of a text nothing is both taken and refused, and nothing is lost.
pub(crate) fn hold_policies(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut read = policy::Read::default();
    read.take("f.yaml", &text);
    assert!(read.refused == 0 || !read.findings.is_empty(), "refused without a reason");
    assert!(read.refused > 0 || !read.documents.is_empty(), "neither taken nor refused");
    for finding in &read.findings {
        assert!(finding.line >= 1 && !finding.reason.is_empty() && !finding.code.is_empty());
    }
}

/// A program that is right is written and read again as the same.
pub(crate) fn hold_program(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for name in ["f.yaml", "f.csv"] {
        let mut read = program::Read::default();
        read.take(name, &text);
        if read.findings.iter().any(|finding| finding.severity == Severity::Error) {
            continue;
        }
        let written = program::write(&read.program).expect("a program is written");
        let mut again = program::Read::default();
        again.take("f.yaml", &written);
        assert_eq!(again.program, read.program, "{written}");
    }
}
