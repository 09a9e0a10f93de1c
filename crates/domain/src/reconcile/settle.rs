//! Which line goes to which charge (R2–R4): first those that name one, then the others, each in the order of day and id.

use std::collections::BTreeMap;

use super::piece::{By, negated, piece};
use super::{Because, Charge, Line, LineStatus, Piece};
use crate::currency::Currency;
use crate::event::Parts;
use crate::id::{AgreementId, ChargeId, Marketplace};
use crate::money::Overflow;

/// What lines that name no charge have in common with those that they settle.
type Agreed = (Marketplace, Option<AgreementId>, Currency);

pub(super) fn settle(charges: &mut [Charge], lines: &mut [Line]) -> Result<(), Overflow> {
    let by_id: BTreeMap<ChargeId, usize> =
        charges.iter().enumerate().map(|(at, charge)| (charge.billed.charge.clone(), at)).collect();
    let mut agreed: BTreeMap<Agreed, Vec<usize>> = BTreeMap::new();
    for (at, charge) in charges.iter().enumerate() {
        agreed.entry(agreed_of(charge)).or_default().push(at);
    }
    for line in lines.iter_mut().filter(|line| !line.left.is_zero()) {
        line.lacks_charges = !agreed.contains_key(&agreed_by(line));
        let Some(named) = &line.report.charge else { continue };
        match by_id.get(named).map(|at| &mut charges[*at]) {
            None => line.because = Because::NotBilled,
            Some(charge) if !fits(line, charge) => {
                line.because = Because::Elsewhere;
                line.lacks_charges = false;
            }
            Some(charge) => {
                line.lacks_charges = false;
                let because = if pays(line, charge)? { Because::Named } else { Because::TakesBack };
                line.judge(because);
            }
        }
    }
    for line in lines.iter_mut().filter(|line| line.report.charge.is_none() && !line.left.is_zero()) {
        let Some(of) = agreed.get(&agreed_by(line)) else { continue };
        for at in of {
            charges[*at].pay(line)?;
        }
        let mut because = Because::Oldest;
        // What a refund does not settle of negative charges takes back what was paid for others.
        if line.left.net.units() < 0 {
            for at in of {
                if charges[*at].take_back(line)? {
                    because = Because::TakesBack;
                }
            }
        }
        line.judge(because);
    }
    set_off(charges, &by_id)
}

fn agreed_of(charge: &Charge) -> Agreed {
    let billed = &charge.billed;
    (billed.marketplace.clone(), billed.agreement.clone(), billed.currency)
}

fn agreed_by(line: &Line) -> Agreed {
    (line.report.marketplace.clone(), line.report.agreement.clone(), line.report.currency)
}

fn fits(line: &Line, charge: &Charge) -> bool {
    (&line.report.marketplace, line.report.currency) == (&charge.billed.marketplace, charge.billed.currency)
}

/// Lets a line settle the charge that it names, or take back of it; whether it pays.
fn pays(line: &mut Line, charge: &mut Charge) -> Result<bool, Overflow> {
    charge.pay(line)?;
    Ok(line.left.is_zero() || !charge.take_back(line)?)
}

impl Charge {
    /// Settles of what is open as much as a line has.
    fn pay(&mut self, line: &mut Line) -> Result<(), Overflow> {
        let Some(parts) = piece(&line.left, &self.open, By::of(&self.billed)) else { return Ok(()) };
        self.settled.add(&parts)?;
        self.open = self.open.minus(&parts)?;
        self.lines += 1;
        line.give(Piece { charge: self.billed.charge.clone(), parts, takes_back: false })
    }

    /// Lets a line of the other sign take back as much as was billed; whether it takes any.
    fn take_back(&mut self, line: &mut Line) -> Result<bool, Overflow> {
        let there = negated(&self.billed.parts.minus(&self.taken_back)?)?;
        let Some(parts) = piece(&line.left, &there, By::of(&self.billed)) else { return Ok(false) };
        self.taken_back = self.taken_back.minus(&parts)?;
        line.give(Piece { charge: self.billed.charge.clone(), parts, takes_back: true })?;
        Ok(true)
    }
}

impl Line {
    fn give(&mut self, piece: Piece) -> Result<(), Overflow> {
        self.left = self.left.minus(&piece.parts)?;
        self.pieces.push(piece);
        Ok(())
    }

    fn judge(&mut self, because: Because) {
        (self.status, self.because) = match (self.left.is_zero(), self.pieces.is_empty()) {
            (true, _) => (LineStatus::Matched, because),
            (false, false) => (LineStatus::Partly, Because::MoreThanOpen),
            (false, true) => (LineStatus::Unmatched, Because::NothingOpen),
        };
    }
}

/// Sets off what is open of each charge that takes back another against what is open of that one (R4).
fn set_off(charges: &mut [Charge], by_id: &BTreeMap<ChargeId, usize>) -> Result<(), Overflow> {
    for at in 0..charges.len() {
        let Some(of) = charges[at].billed.takes_back.as_ref().and_then(|back| by_id.get(back)).copied() else {
            continue;
        };
        if agreed_currency(&charges[at]) != agreed_currency(&charges[of]) {
            continue;
        }
        let by = By::of(&charges[of].billed);
        let Some(taken) = piece(&negated(&charges[at].open)?, &charges[of].open, by) else { continue };
        move_open(&mut charges[of], &taken)?;
        move_open(&mut charges[at], &negated(&taken)?)?;
    }
    Ok(())
}

fn agreed_currency(charge: &Charge) -> (&Marketplace, Currency) {
    (&charge.billed.marketplace, charge.billed.currency)
}

fn move_open(charge: &mut Charge, parts: &Parts) -> Result<(), Overflow> {
    charge.set_off.add(parts)?;
    charge.open = charge.open.minus(parts)?;
    Ok(())
}
