//! The roles that the rules name themselves (A4–A7); all others are held on a deal.

use std::sync::LazyLock;

use crate::id::Role;

static REGISTRANT: LazyLock<Role> = LazyLock::new(|| named("registrant"));
static SOURCE: LazyLock<Role> = LazyLock::new(|| named("source"));
static TOUCH: LazyLock<Role> = LazyLock::new(|| named("touch"));
static FIXED: LazyLock<Role> = LazyLock::new(|| named("fixed"));

/// Of the protecting registration's partner (A4).
pub(super) fn registrant() -> &'static Role {
    &REGISTRANT
}

/// Of who brought the deal (A5).
pub(super) fn source() -> &'static Role {
    &SOURCE
}

/// Of who touched the account (A6).
pub(super) fn touch() -> &'static Role {
    &TOUCH
}

/// Of who is named by the policy (A7).
pub(super) fn fixed() -> &'static Role {
    &FIXED
}

fn named(name: &str) -> Role {
    match Role::new(name) {
        Ok(role) => role,
        Err(_) => unreachable!("`{name}` is an identifier"),
    }
}
