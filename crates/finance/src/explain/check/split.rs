//! Recomputes a split: which policy decides, what its model's steps give, and what is retained (A1–A7).

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_integer::Integer;

use super::exact::{Exact, apportion};
use super::node::Node;
use super::{Checking, Result, mismatch};

/// Shares in units of 10⁻⁹, by partner and role.
type Shares = BTreeMap<(String, String), BigInt>;

const PLACES: u32 = 9;

pub(super) fn split(checking: &mut Checking, split: &Node<'_>) -> Result<()> {
    decides(checking, split)?;
    let mut given = match split.optional("model")? {
        Some(of) => model(checking, &of)?,
        None => Shares::new(),
    };
    given.retain(|_, share| *share != BigInt::default());
    let mut retained = Exact::one();
    for of in split.list("shares")? {
        let share = given.remove(&(of.text("partner")?, of.text("role")?)).unwrap_or_default();
        checking.figure("A2", &of, "share", &Exact::of(&share, PLACES))?;
        if of.flag("enrolled")? {
            retained = retained - of.amount("share")?;
        }
    }
    let missing = format!("{:?}", given.keys().collect::<Vec<_>>());
    checking.holds("A2", split, "shares", given.is_empty(), &missing)?;
    checking.figure("A7", split, "retained", &retained)
}

/// A1: of those that match, the one that is asked first.
fn decides(checking: &mut Checking, split: &Node<'_>) -> Result<()> {
    let mut first: Option<(i64, String, String)> = None;
    for of in split.list("candidates")? {
        let verdict = of.text("verdict")?;
        if verdict != "decides" && verdict != "outranked" {
            continue;
        }
        let rank = (-of.whole::<i64>("priority")?, of.text("policy")?, of.text("effectiveFrom")?);
        let is_first = first.as_ref().is_none_or(|known| rank < *known);
        checking.holds("A1", &of, "verdict", (verdict == "decides") == is_first, "the first that matches decides")?;
        first = first.or(Some(rank));
    }
    match first {
        Some((_, policy, from)) => {
            checking.says("A1", split, "policy", &policy)?;
            checking.says("A1", split, "effectiveFrom", &from)
        }
        None => checking.holds("A1", split, "policy", !split.has("policy"), "none: no policy matches"),
    }
}

fn model(checking: &mut Checking, model: &Node<'_>) -> Result<Shares> {
    match model.text("model")?.as_str() {
        "roleSplit" => role_split(checking, model),
        "registrationProtection" => {
            let mut protecting = None;
            for of in model.list("registrations")? {
                if of.text("standing")? == "protects" {
                    protecting = of.optional_text("partner")?;
                }
            }
            first(checking, model, "A4", protecting)
        }
        "sourceWins" => {
            let source = model.optional("source")?.map(|source| source.text("partner")).transpose()?;
            first(checking, model, "A5", source)
        }
        "touch" => touch(checking, model),
        "fixed" => {
            let share = |of: &Node<'_>| Ok(((of.text("partner")?, "fixed".to_owned()), nano(of, "share")?));
            model.list("partners")?.iter().map(share).collect()
        }
        _ => Ok(Shares::new()),
    }
}

fn nano(node: &Node<'_>, field: &str) -> Result<BigInt> {
    Ok(node.amount(field)?.count(PLACES))
}

/// A3: a role's share among its holders; of unfilled roles, retained or redistributed.
fn role_split(checking: &mut Checking, model: &Node<'_>) -> Result<Shares> {
    let (roles, redistributed) = (model.list("roles")?, model.text("unfilled")? == "redistribute");
    let (mut total, mut held) = (BigInt::default(), Vec::new());
    for of in &roles {
        total += nano(of, "agreed")?;
        if !of.list("holders")?.is_empty() {
            held.push((of.text("role")?, nano(of, "agreed")?));
        }
    }
    let of_roles =
        if redistributed { apportion(&total, &held) } else { held.iter().map(|(_, of)| of.clone()).collect() };
    let of_roles: BTreeMap<&String, BigInt> = held.iter().map(|(role, _)| role).zip(of_roles).collect();
    let mut shares = Shares::new();
    for of in &roles {
        let (role, holders) = (of.text("role")?, of.list("holders")?);
        let share = of_roles.get(&role).cloned().unwrap_or_default();
        checking.figure("A3", of, "share", &Exact::of(&share, PLACES))?;
        let partners: Vec<(String, BigInt)> =
            holders.iter().map(|of| Ok((of.text("partner")?, BigInt::from(1)))).collect::<Result<_>>()?;
        for ((holder, (partner, _)), part) in holders.iter().zip(&partners).zip(apportion(&share, &partners)) {
            checking.figure("A3", holder, "share", &Exact::of(&part, PLACES))?;
            *shares.entry((partner.clone(), role.clone())).or_default() += part;
        }
    }
    Ok(shares)
}

/// A4, A5: one partner first, and `floor(rest·share/10⁹)` of what another model gives to the others.
fn first(checking: &mut Checking, of: &Node<'_>, rule: &'static str, partner: Option<String>) -> Result<Shares> {
    let first = of.get("first")?;
    let shown = first.optional_text("partner")?;
    if shown != partner {
        return Err(mismatch(rule, &first, "partner", format!("{shown:?}"), format!("{partner:?}")));
    }
    let rest = if partner.is_some() { Exact::one() - first.amount("share")? } else { Exact::one() };
    checking.figure(rule, &first, "rest", &rest)?;
    let mut shares = Shares::new();
    if let Some(partner) = partner {
        shares.insert((partner, first.text("role")?), nano(&first, "share")?);
    }
    for (key, inner) in model(checking, &of.get("otherwise")?)? {
        let scaled = (rest.count(PLACES) * inner).div_floor(&BigInt::from(10).pow(PLACES));
        *shares.entry(key).or_default() += scaled;
    }
    Ok(shares)
}

/// A6: the weights of the touches, and what they give by partner.
fn touch(checking: &mut Checking, model: &Node<'_>) -> Result<Shares> {
    let touches = model.list("touches")?;
    let expected = weights(model, &touches)?;
    let mut by_partner: BTreeMap<String, BigInt> = BTreeMap::new();
    for (of, weight) in touches.iter().zip(expected) {
        let inside = (model.day("from")?..=model.day("until")?).contains(&of.day("day")?);
        checking.holds("A6", of, "day", inside, "a day of the window")?;
        checking.says("A6", of, "weight", &weight.to_string())?;
        *by_partner.entry(of.text("partner")?).or_default() += of.big("weight")?;
    }
    let weighed: Vec<(String, BigInt)> = by_partner.into_iter().collect();
    let whole = BigInt::from(10).pow(PLACES);
    let parts = apportion(&whole, &weighed);
    let mut shares = Shares::new();
    for ((partner, _), part) in weighed.into_iter().zip(parts) {
        shares.insert((partner, "touch".to_owned()), part);
    }
    for of in model.list("partners")? {
        let share = shares.get(&(of.text("partner")?, "touch".to_owned())).cloned().unwrap_or_default();
        checking.figure("A6", &of, "share", &Exact::of(&share, PLACES))?;
    }
    Ok(shares)
}

/// What each touch weighs, by its place and day.
fn weights(model: &Node<'_>, touches: &[Node<'_>]) -> Result<Vec<BigInt>> {
    let (weighting, count) = (model.get("weighting")?, touches.len());
    let number = |flag: bool| BigInt::from(u8::from(flag));
    Ok(match weighting.text("kind")?.as_str() {
        "first" => (0..count).map(|at| number(at == 0)).collect(),
        "last" => (0..count).map(|at| number(at + 1 == count)).collect(),
        "linear" => vec![BigInt::from(1); count],
        "decay" => {
            let (until, half_life) = (model.day("until")?, weighting.whole::<i64>("halfLifeDays")?.max(1));
            let halvings = |of: &Node<'_>| Ok((until - of.day("day")?) / half_life);
            let halvings: Vec<i64> = touches.iter().map(halvings).collect::<Result<_>>()?;
            let most = halvings.iter().copied().max().unwrap_or(0);
            halvings.into_iter().map(|halved| BigInt::from(1) << (most - halved).unsigned_abs()).collect()
        }
        _ => {
            let (first, last) = (nano(&weighting, "first")?, nano(&weighting, "last")?);
            let between = BigInt::from(10).pow(PLACES) - &first - &last;
            let others = BigInt::from(count.saturating_sub(2));
            match count {
                0 => Vec::new(),
                1 => vec![BigInt::from(1)],
                2 => vec![first, last],
                _ => {
                    let mut all = vec![between; count];
                    all[0] = first * &others;
                    all[count - 1] = last * others;
                    all
                }
            }
        }
    })
}
