//! A cache of PostgreSQL's results, valid as long as no data has changed. Many people look at the same pages, and a
//! query costs the database server more than everything else a page does.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// An upper limit on the age of a result: a server that was replaced by a copy may reuse transaction ids.
const AT_MOST: Duration = Duration::from_secs(1);

/// The maximum number of cached results.
const MOST: usize = 256;

/// The snapshot of a query, which identifies the transactions that had ended. Equal snapshots mean equal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment(pub(in crate::storage) String);

#[derive(Default)]
pub struct Answers {
    kept: Mutex<HashMap<(TypeId, String), Kept>>,
}

struct Kept {
    answer: Arc<dyn Any + Send + Sync>,
    moment: Moment,
    asked_at: Instant,
}

impl std::fmt::Debug for Answers {
    /// Omits the results, which may contain keys and personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answers").finish_non_exhaustive()
    }
}

impl Answers {
    /// The cached result of a query, if nothing has changed since.
    pub fn get<T: Clone + Send + Sync + 'static>(&self, question: &str, now: &Moment) -> Option<T> {
        let key = (TypeId::of::<T>(), question.to_owned());
        let answer = {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = kept.get(&key).filter(|kept| kept.is_young() && kept.moment == *now)?;
            Arc::clone(&kept.answer)
        };
        answer.downcast_ref::<T>().cloned()
    }

    /// Caches a result that was read at `moment` or later.
    pub fn keep<T: Clone + Send + Sync + 'static>(&self, question: String, moment: Moment, answer: T) {
        let asked_at = Instant::now();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.retain(|_, kept| kept.is_young() && kept.moment == moment);
        }
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert((TypeId::of::<T>(), question), Kept { answer: Arc::new(answer), moment, asked_at });
    }
}

impl Kept {
    fn is_young(&self) -> bool {
        self.asked_at.elapsed() < AT_MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_holds_while_no_transaction_has_ended_since() {
        let (answers, before, after) = (Answers::default(), Moment("10:12:10".into()), Moment("12:12:".into()));
        assert_eq!(answers.get::<u32>("a page", &before), None);
        answers.keep("a page".to_owned(), before.clone(), 7_u32);
        assert_eq!(answers.get::<u32>("a page", &before), Some(7));
        assert_eq!(answers.get::<u32>("another page", &before), None);
        assert_eq!(answers.get::<String>("a page", &before), None, "another part of the page");
        assert_eq!(answers.get::<u32>("a page", &after), None);
    }

    #[test]
    fn many_answers_make_room_for_new_ones() {
        let (answers, moment) = (Answers::default(), Moment("10:10:".into()));
        for number in 0..3 * MOST {
            answers.keep(format!("page {number}"), moment.clone(), number);
            assert_eq!(answers.get::<usize>(&format!("page {number}"), &moment), Some(number));
        }
        let kept = answers.kept.lock().unwrap_or_else(PoisonError::into_inner).len();
        assert!(kept <= MOST, "{kept} answers are kept");
    }
}
