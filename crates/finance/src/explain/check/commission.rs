//! Recomputes a line: L2 deal by deal, and the plan's arithmetic by measure (M2–M8).

use num_bigint::BigInt;

use super::exact::{Exact, Rounding, apportion};
use super::node::Node;
use super::{Checking, Result, credit, mismatch};

pub(super) fn line(checking: &mut Checking, line: &Node<'_>) -> Result<()> {
    checking.figure("L2", line, "amount", &line.sum("differences", "amount")?)?;
    checking.figure("L2", line, "base", &line.sum("differences", "base")?)?;
    let before = line.sum("differences", "recognisedBefore")?;
    let by_closes = line.sum("recognisedBefore", "amount")?;
    checking.holds("L2", line, "recognisedBefore", before == by_closes, &before.to_string())?;
    let measures = line.list("measures")?;
    let mut due = Vec::new();
    for of in &measures {
        measure(checking, line, of)?;
        due.extend(of.list("deals")?);
    }
    for of in line.list("differences")? {
        checking.figure("L2", &of, "amount", &(of.amount("target")? - of.amount("recognisedBefore")?))?;
        checking.figure("L2", &of, "base", &(of.amount("baseNow")? - of.amount("baseBefore")?))?;
        let (mut target, mut base) = (Exact::zero(), Exact::zero());
        for deal in &due {
            if deal.text("deal")? == of.text("deal")? {
                (target, base) = (deal.amount("target")?, deal.amount("base")?);
            }
        }
        checking.figure("M8", &of, "target", &target)?;
        checking.figure("M2", &of, "baseNow", &base)?;
    }
    match line.optional("cap")? {
        Some(of) => cap(checking, &of, &measures),
        None => Ok(()),
    }
}

/// M5: the cap is divided among the measures by their positive amounts.
fn cap(checking: &mut Checking, cap: &Node<'_>, shown: &[Node<'_>]) -> Result<()> {
    let measures = cap.list("measures")?;
    let exceeded = cap.sum("measures", "rounded")? > cap.amount("amount")?;
    checking.holds("M5", cap, "amount", exceeded, "no cap: it is not exceeded")?;
    let mut weights = Vec::new();
    for measure in &measures {
        let rounded = measure.amount("rounded")?;
        let weight = if rounded.is_negative() { BigInt::default() } else { rounded.count(checking.decimals) };
        weights.push((measure.optional_text("account")?, weight));
    }
    let parts = apportion(&cap.amount("amount")?.count(checking.decimals), &weights);
    for ((measure, part), (account, _)) in measures.iter().zip(parts).zip(&weights) {
        checking.figure("M5", measure, "capped", &Exact::of(&part, checking.decimals))?;
        for of in shown {
            if of.optional_text("account")? == *account {
                checking.figure("M5", measure, "rounded", &of.amount("rounded")?)?;
                checking.figure("M5", of, "capped", &measure.amount("capped")?)?;
            }
        }
    }
    Ok(())
}

fn measure(checking: &mut Checking, line: &Node<'_>, measure: &Node<'_>) -> Result<()> {
    let base = measure.sum("allocation", "base")?.rounded(12, Rounding::HalfEven);
    checking.figure("M2", measure, "base", &base)?;
    bands(checking, line, measure, &base)?;
    acceleration(checking, measure, &base)?;
    let rounded = checking.minor(&measure.amount("accelerated")?);
    checking.figure("M5", measure, "rounded", &rounded)?;
    let total = if measure.has("capped") { measure.amount("capped")? } else { rounded };
    let allocation = measure.list("allocation")?;
    let mut weights = Vec::new();
    for of in &allocation {
        weights.push((of.text("deal")?, of.amount("base")?.count(21)));
    }
    let parts = apportion(&total.count(checking.decimals), &weights);
    for (of, part) in allocation.iter().zip(parts) {
        checking.figure("M6", of, "allocated", &Exact::of(&part, checking.decimals))?;
    }
    for of in measure.list("deals")? {
        deal(checking, &allocation, &of)?;
    }
    Ok(())
}

/// M3: each part at its rate; the parts are the size of the base.
fn bands(checking: &mut Checking, line: &Node<'_>, measure: &Node<'_>, base: &Exact) -> Result<()> {
    let (mut earned, mut parts) = (Exact::zero(), Exact::zero());
    let graduated = line.get("terms")?.text("mode")? == "graduated";
    for band in measure.list("bands")? {
        if graduated {
            checking.figure("M3", &band, "from", &parts)?;
        }
        earned = earned + &band.amount("part")? * &band.amount("rate")?;
        parts = parts + band.amount("part")?;
    }
    checking.holds("M3", measure, "bands", parts == base.size(), &base.size().to_string())?;
    let earned = earned.rounded(12, Rounding::HalfEven);
    checking.figure("M3", measure, "scheduled", &if base.is_negative() { -earned } else { earned })
}

/// M4: the highest growth that is reached multiplies.
fn acceleration(checking: &mut Checking, measure: &Node<'_>, base: &Exact) -> Result<()> {
    let scheduled = measure.amount("scheduled")?;
    let mut highest: Option<(Exact, Exact)> = None;
    if let Some(growth) = measure.optional("growth")? {
        let compared = growth.amount("base")?;
        for band in growth.list("bands")? {
            let (grown, multiplier) = (band.amount("growth")?, band.amount("multiplier")?);
            let reached = base.clone() - compared.clone() >= &grown * &compared;
            let counts = compared > Exact::zero() && !base.is_negative() && reached;
            if counts && highest.as_ref().is_none_or(|(known, _)| grown >= *known) {
                highest = Some((grown, multiplier));
            }
        }
    }
    match (highest, measure.optional("acceleration")?) {
        (None, None) => checking.figure("M4", measure, "accelerated", &scheduled),
        (Some((growth, multiplier)), Some(shown)) => {
            checking.figure("M4", &shown, "growth", &growth)?;
            checking.figure("M4", &shown, "multiplier", &multiplier)?;
            checking.figure("M4", &shown, "compared", &measure.get("growth")?.amount("base")?)?;
            let accelerated = (&scheduled * &multiplier).rounded(12, Rounding::HalfEven);
            checking.figure("M4", measure, "accelerated", &accelerated)
        }
        (highest, _) => {
            let reached = highest.map_or_else(|| "none".to_owned(), |(growth, _)| format!("growth {growth}"));
            Err(mismatch("M4", measure, "acceleration", "another", reached))
        }
    }
}

/// M6, M7, M8: what a deal is allocated, less what an early churn takes back; its base is the sum of its credits.
fn deal(checking: &mut Checking, allocation: &[Node<'_>], deal: &Node<'_>) -> Result<()> {
    for of in allocation {
        if of.text("deal")? == deal.text("deal")? {
            checking.figure("M6", deal, "allocated", &of.amount("allocated")?)?;
            checking.figure("M6", of, "base", &deal.amount("base")?)?;
        }
    }
    let taken = match deal.optional("clawback")? {
        Some(claw) => {
            let early = claw.whole::<u32>("churnedAfterDays")? < claw.whole("withinDays")?;
            checking.holds("M7", &claw, "churnedAfterDays", early, "no clawback: it is not early")?;
            checking.minor(&(&deal.amount("allocated")? * &claw.amount("share")?))
        }
        None => Exact::zero(),
    };
    checking.figure("M7", deal, "clawedBack", &taken)?;
    checking.figure("M8", deal, "target", &(deal.amount("allocated")? - taken))?;
    checking.figure("M2", deal, "base", &deal.sum("credits", "amount")?)?;
    for of in deal.list("credits")? {
        credit::credit(checking, &of)?;
    }
    Ok(())
}
