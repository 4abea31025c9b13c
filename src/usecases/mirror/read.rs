//! Reading an account within a budget. Pages have no total and shift while they are read: a walk ends with the first page
//! that is not full, and what it misses is seen by the next one.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use super::budget::Budget;
use crate::dodo::objects::{RemoteCustomer, RemoteEntitlement, RemoteGrant};
use crate::dodo::{Account, CallError, GrantsQuery, PAGE_SIZE};

/// Why reading stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ReadError {
    /// As much as polling may use in this minute was used.
    OutOfBudget,
    Call(CallError),
}

impl From<CallError> for ReadError {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

/// So many calls take at least [`BURST_TIME`]: accounts allow 40 a second.
const BURST: i32 = 10;
const BURST_TIME: Duration = Duration::from_millis(300);
/// No walk is longer.
const MOST_PAGES: usize = 10_000;

/// Reads an account within a budget.
pub(super) struct Reader {
    account: Account,
    /// `None` for reading what somebody waits for.
    budget: Option<Budget>,
    burst_began: Cell<Instant>,
    /// Customers that were read.
    book: HashMap<String, RemoteCustomer>,
    /// The next page of all customers, unless they were all read or cannot be listed.
    customers_page: Option<usize>,
}

impl Reader {
    pub(super) fn new(account: Account, budget: Option<Budget>) -> Self {
        let burst_began = Cell::new(Instant::now());
        Self { account, budget, burst_began, book: HashMap::new(), customers_page: Some(0) }
    }

    pub(super) fn account(&self) -> &Account {
        &self.account
    }

    /// Fails if no more calls may be made in this minute, and keeps calls apart.
    pub(super) fn check(&self) -> Result<(), ReadError> {
        let calls = self.account.calls();
        if self.budget.is_some_and(|budget| !budget.allows(calls, self.account.budget())) {
            return Err(ReadError::OutOfBudget);
        }
        if calls > 0 && calls % BURST == 0 {
            std::thread::sleep(BURST_TIME.saturating_sub(self.burst_began.get().elapsed()));
            self.burst_began.set(Instant::now());
        }
        Ok(())
    }

    /// All license-key entitlements.
    pub(super) fn entitlements(&self) -> Result<Vec<RemoteEntitlement>, ReadError> {
        let mut all: Vec<RemoteEntitlement> = Vec::new();
        for page in 0..MOST_PAGES {
            self.check()?;
            let items = self.account.entitlements(page)?;
            let is_last = items.len() < PAGE_SIZE;
            all.extend(items);
            if is_last {
                break;
            }
        }
        let mut seen = HashSet::new();
        all.retain(|entitlement| seen.insert(entitlement.id.clone()));
        Ok(all)
    }

    /// Walks over an entitlement's grants; each page comes to `each` without those that an earlier page had.
    pub(super) fn walk<E: From<ReadError>>(
        &mut self,
        entitlement_id: &str,
        query: GrantsQuery<'_>,
        mut each: impl FnMut(&mut Self, Vec<RemoteGrant>) -> Result<(), E>,
    ) -> Result<HashSet<String>, E> {
        let mut seen = HashSet::new();
        for page in 0..MOST_PAGES {
            self.check()?;
            let mut items = self.account.grants(entitlement_id, query, page).map_err(ReadError::from)?;
            let is_last = items.len() < PAGE_SIZE;
            items.retain(|grant| grant.entitlement_id == entitlement_id && seen.insert(grant.id.clone()));
            each(self, items)?;
            if is_last {
                break;
            }
        }
        Ok(seen)
    }

    /// A customer that was read in this round.
    pub(super) fn customer(&self, id: &str) -> Option<&RemoteCustomer> {
        self.book.get(id)
    }

    /// Reads these customers, unless they were read before. Many are found by listing all of them, which takes fewer calls.
    /// One that the account does not know is left out.
    pub(super) fn read_customers(&mut self, ids: &[&str]) -> Result<(), ReadError> {
        let missing = |book: &HashMap<String, RemoteCustomer>| {
            ids.iter().filter(|id| !book.contains_key(**id)).map(|id| (*id).to_owned()).collect::<HashSet<String>>()
        };
        let mut pages = missing(&self.book).len();
        while pages > 0 && missing(&self.book).len() > 3 {
            let Some(page) = self.customers_page else { break };
            self.check()?;
            match self.account.customers(page) {
                Ok(items) => {
                    self.customers_page = (items.len() == PAGE_SIZE).then_some(page + 1);
                    self.book.extend(items.into_iter().map(|customer| (customer.id.clone(), customer)));
                }
                Err(CallError::NotFound | CallError::Rejected { .. } | CallError::Forbidden) => {
                    self.customers_page = None;
                }
                Err(error) => return Err(error.into()),
            }
            pages -= 1;
        }
        for id in missing(&self.book) {
            self.check()?;
            match self.account.customer(&id) {
                Ok(customer) => drop(self.book.insert(id, customer)),
                Err(CallError::NotFound | CallError::Rejected { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// A grant as the account has it now. No call reads one grant: those of its customer are listed.
pub(crate) fn grant(
    account: &Account,
    entitlement_id: &str,
    customer_id: &str,
    id: &str,
) -> Result<Option<RemoteGrant>, CallError> {
    let query = GrantsQuery { status: None, customer_id: Some(customer_id) };
    for page in 0..MOST_PAGES {
        let items = account.grants(entitlement_id, query, page)?;
        let is_last = items.len() < PAGE_SIZE;
        if let Some(found) = items.into_iter().find(|grant| grant.id == id) {
            return Ok(Some(found));
        }
        if is_last {
            break;
        }
    }
    Ok(None)
}
