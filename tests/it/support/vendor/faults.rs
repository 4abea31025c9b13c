//! What goes wrong, and when.

use std::collections::VecDeque;

use super::account::Account;
use super::calls::Kind;
use super::http::Answer;
use super::limits::too_many;

/// How a call goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done, and this is answered.
    Says(u16),
    /// It is done, and this is answered.
    DoesAndSays(u16),
    /// Nothing is done, and the line is cut.
    HangsUp,
    /// It is done, and the line is cut.
    DoesAndHangsUp,
    /// It is done, and what is answered is no JSON.
    DoesAndStammers,
    /// Nothing is done: too many calls, come back in so many seconds.
    TooMany(i64),
}

impl Fault {
    /// Whether the call is done all the same.
    pub(super) fn is_done(self) -> bool {
        matches!(self, Self::DoesAndSays(_) | Self::DoesAndHangsUp | Self::DoesAndStammers)
    }

    /// What is answered without doing anything.
    pub(super) fn instead(self) -> Option<Answer> {
        match self {
            Self::Says(status) => Some(Answer::error(status, "INTERNAL_SERVER_ERROR", "Something went wrong")),
            Self::TooMany(wait) => Some(too_many(wait)),
            _ => None,
        }
    }

    /// What is answered in place of this; none where the line is cut.
    pub(super) fn afterwards(self, answer: Answer) -> Option<Answer> {
        match self {
            Self::DoesAndSays(status) => Some(Answer::error(status, "INTERNAL_SERVER_ERROR", "Something went wrong")),
            Self::DoesAndStammers => Some(Answer { body: "<html>Bad gate".to_owned(), ..answer }),
            Self::DoesAndHangsUp | Self::HangsUp => None,
            Self::Says(_) | Self::TooMany(_) => Some(answer),
        }
    }
}

/// When a call is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Before anything is done.
    Before,
    /// Once it is done and before it is answered.
    After,
}

type Act = Box<dyn FnOnce(&mut Account) + Send>;
type Choose = Box<dyn FnMut(Kind) -> Option<Fault> + Send>;

#[derive(Default)]
pub(super) struct Faults {
    next: Vec<(Kind, Fault, usize)>,
    pub choose: Option<Choose>,
    pub held: Option<(Kind, Moment)>,
    /// The calls that wait to be done.
    pub held_calls: Vec<Kind>,
    pub between_pages: VecDeque<Act>,
}

impl Faults {
    pub fn add(&mut self, kind: Kind, fault: Fault, times: usize) {
        self.next.push((kind, fault, times));
    }

    /// What goes wrong with this call.
    pub fn next(&mut self, kind: Kind) -> Option<Fault> {
        let due = self.next.iter_mut().find(|(of, _, left)| *of == kind && *left > 0);
        if let Some((_, fault, left)) = due {
            *left -= 1;
            return Some(*fault);
        }
        self.choose.as_mut().and_then(|choose| choose(kind))
    }

    pub fn is_held(&self, kind: Kind, moment: Moment) -> bool {
        self.held == Some((kind, moment))
    }

    /// How many calls of that kind wait to be done.
    pub fn waiting(&self, kind: Kind) -> usize {
        self.held_calls.iter().filter(|held| **held == kind).count()
    }
}
