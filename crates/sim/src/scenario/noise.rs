//! What disturbs a program: anything at all, at any time, learned whenever.

use tributary_domain::time::Day;

use super::scene::Scene;
use super::{commission, consumption, deal, lead, model, observation, payment, reference, registration};

/// Tells of something around a day.
type Teller = fn(&mut Scene, Day);

/// How often each happens, and what it is.
const ALL: [(u64, Teller); 19] = [
    (3, reference::book_again),
    (5, reference::partner_again),
    (4, reference::account_again),
    (6, reference::relink),
    (7, reference::rate),
    (5, model::policy_again),
    (5, commission::plan_again),
    (7, lead::again),
    (6, lead::touched_again),
    (8, registration::again),
    (20, deal::again),
    (14, consumption::used_again),
    (7, consumption::corrected),
    (5, payment::billed),
    (6, payment::disbursed),
    (5, payment::paid),
    (4, payment::held),
    (9, observation::observed),
    (2, observation::authority),
];

/// Tells of one such thing.
pub(super) fn tell(scene: &mut Scene) {
    let (what, day) = (scene.random.weighted(&ALL), scene.day());
    what(scene, day);
}
