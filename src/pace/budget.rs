//! What a run may spend: reserved before each request at the most it can cost, settled when its reply is there.
//! So the caps hold with any number of requests under way, and what was reserved in vain comes back.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::engine::{EngineError, ErrorClass, Usage};
use crate::settings::{Caps, Prices};

/// The run's caps and what has been spent of them.
#[derive(Debug)]
pub struct Budget {
    caps: Caps,
    account: Mutex<Account>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Account {
    spent: Sums,
    reserved: Sums,
    /// The worst that an estimate was ever exceeded by: later ones are raised by it. At least 1.
    excess: f64,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Sums {
    /// In thousand-millionths, rounded up: sums of fractions leave residues, and a residue that nobody has reserved would be
    /// waited for in vain.
    cost: u64,
    tokens: u64,
    requests: u64,
}

const NANOS: f64 = 1e9;

fn nanos(cost: f64) -> u64 {
    // What is a whole number but for a residue is that number.
    (cost * NANOS - 1e-3).ceil().max(0.0) as u64
}

impl Sums {
    fn of(usage: &Usage, prices: &Prices) -> Self {
        let cost = nanos(prices.cost(usage).unwrap_or_default());
        Self { cost, tokens: usage.tokens_in + usage.tokens_out, requests: 1 }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            cost: self.cost.saturating_add(other.cost),
            tokens: self.tokens.saturating_add(other.tokens),
            requests: self.requests.saturating_add(other.requests),
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            cost: self.cost.saturating_sub(other.cost),
            tokens: self.tokens.saturating_sub(other.tokens),
            requests: self.requests.saturating_sub(other.requests),
        }
    }
}

/// A request's place in the budget. Dropped unsettled (the run was interrupted with the request under way), it
/// counts as spent: the endpoint may well charge for it.
#[derive(Debug)]
pub struct Reservation<'a> {
    budget: &'a Budget,
    most: Sums,
    prices: Prices,
    open: bool,
}

impl Budget {
    pub fn new(caps: Caps) -> Self {
        let account = Account { excess: 1.0, ..Account::default() };
        Self { caps, account: Mutex::new(account), changed: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes `most`, what the request may use at the most, out of the budget. Where it does not fit only because
    /// of what others have reserved, waits for them.
    ///
    /// # Errors
    /// With [`ErrorClass::NextEngine`] where it does not fit any more: an engine that costs less may do the work.
    pub async fn reserve(&self, most: &Usage, prices: &Prices) -> Result<Reservation<'_>, EngineError> {
        loop {
            let changed = self.changed.notified();
            let mut changed = std::pin::pin!(changed);
            changed.as_mut().enable();
            {
                let mut account = self.lock();
                let mut sums = Sums::of(most, prices);
                sums.cost = (sums.cost as f64 * account.excess).ceil() as u64;
                sums.tokens = (sums.tokens as f64 * account.excess) as u64;
                if let Some(error) = self.exceeded(account.spent, sums) {
                    return Err(error);
                }
                if self.exceeded(account.spent.plus(account.reserved), sums).is_none() {
                    account.reserved = account.reserved.plus(sums);
                    return Ok(Reservation { budget: self, most: sums, prices: *prices, open: true });
                }
            }
            changed.await;
        }
    }

    /// What stands in the way of spending `more` on top of `spent`.
    fn exceeded(&self, spent: Sums, more: Sums) -> Option<EngineError> {
        let sum = spent.plus(more);
        let Caps { cost, tokens, requests } = self.caps;
        let message = if let Some(cap) = cost.filter(|cap| more.cost > 0 && sum.cost > nanos(*cap)) {
            let (spent, more) = (spent.cost as f64 / NANOS, more.cost as f64 / NANOS);
            format!(
                "the run's cap of {cap} is reached: {spent:.4} spent, and this request may cost {more:.4}"
            )
        } else if let Some(cap) = tokens.filter(|cap| more.tokens > 0 && sum.tokens > *cap) {
            let (spent, more) = (spent.tokens, more.tokens);
            format!(
                "the run's cap of {cap} tokens is reached: {spent} used, and this request may take {more}"
            )
        } else if let Some(cap) = requests.filter(|cap| sum.requests > *cap) {
            format!("the run's cap of {cap} requests is reached")
        } else {
            return None;
        };
        let hint = "what is done is kept: raise the cap and run again, and only the rest is asked";
        Some(EngineError::new(ErrorClass::NextEngine, message).with_hint(hint))
    }
}

impl Reservation<'_> {
    /// Gives back what was not used.
    pub fn settle(mut self, used: &Usage) {
        self.close(Sums::of(used, &self.prices));
    }

    fn close(&mut self, used: Sums) {
        self.open = false;
        let mut account = self.budget.lock();
        let over = |used: u64, most: u64| if most > 0 { used as f64 / most as f64 } else { 1.0 };
        let excess = over(used.cost, self.most.cost).max(over(used.tokens, self.most.tokens));
        account.excess *= excess.max(1.0);
        account.reserved = account.reserved.minus(self.most);
        account.spent = account.spent.plus(used);
        drop(account);
        self.budget.changed.notify_waiters();
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        if self.open {
            self.close(self.most);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const PRICES: Prices = Prices { tokens_in: Some(1.0), tokens_out: Some(2.0), characters: None };

    fn usage(tokens_in: u64, tokens_out: u64) -> Usage {
        Usage { tokens_in, tokens_out, ..Usage::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn a_cap_on_cost_holds_whatever_is_under_way() {
        let budget = Budget::new(Caps { cost: Some(1.0), ..Caps::default() });
        // 0.2 + 0.4 each, so one fits and a second does not until the first is settled.
        let first = budget.reserve(&usage(200_000, 200_000), &PRICES).await.unwrap();
        let most = usage(200_000, 200_000);
        let waiting = budget.reserve(&most, &PRICES);
        let mut waiting = std::pin::pin!(waiting);
        assert!(tokio::time::timeout(Duration::from_secs(1), &mut waiting).await.is_err());
        first.settle(&usage(200_000, 50_000));
        let second = waiting.await.unwrap();
        second.settle(&usage(200_000, 150_000));
        let error = budget.reserve(&usage(200_000, 200_000), &PRICES).await.unwrap_err();
        assert_eq!(error.class, ErrorClass::NextEngine);
        assert!(error.message.contains("0.8000 spent"), "{}", error.message);
        // What costs nothing is not stopped by a cap on cost.
        assert!(budget.reserve(&usage(200_000, 200_000), &Prices::default()).await.is_ok());
    }

    #[tokio::test]
    async fn requests_count_whether_they_were_answered_or_not() {
        let budget = Budget::new(Caps { requests: Some(2), ..Caps::default() });
        budget.reserve(&usage(1, 1), &PRICES).await.unwrap().settle(&Usage::default());
        drop(budget.reserve(&usage(1, 1), &PRICES).await.unwrap());
        assert!(budget.reserve(&usage(1, 1), &PRICES).await.is_err());
    }

    #[tokio::test]
    async fn an_estimate_that_was_too_low_raises_those_to_come() {
        let budget = Budget::new(Caps { tokens: Some(1_000), ..Caps::default() });
        budget.reserve(&usage(50, 50), &Prices::default()).await.unwrap().settle(&usage(50, 450));
        let error = budget.reserve(&usage(60, 60), &Prices::default()).await.unwrap_err();
        assert!(error.message.contains("may take 600"), "{}", error.message);
        assert!(budget.reserve(&usage(40, 40), &Prices::default()).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn what_just_fits_is_not_waited_for() {
        // 0.1 + 0.2 - 0.1 - 0.2 leaves a residue in fractions.
        let prices = Prices { characters: Some(1.0), ..Prices::default() };
        let characters = |characters| Usage { characters, ..Usage::default() };
        let budget = Budget::new(Caps { cost: Some(1.0), ..Caps::default() });
        for _ in 0..3 {
            let first = budget.reserve(&characters(100_000), &prices).await.unwrap();
            let second = budget.reserve(&characters(200_000), &prices).await.unwrap();
            first.settle(&characters(100_000));
            second.settle(&characters(200_000));
        }
        let rest = characters(100_000);
        let last = tokio::time::timeout(Duration::from_secs(1), budget.reserve(&rest, &prices)).await;
        assert!(last.expect("nobody has reserved anything").is_ok());
    }
}
