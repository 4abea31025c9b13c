//! A seeded random number generator (`SplitMix64`). Not for secrets.

use jiff::SignedDuration;

use crate::domain::ids::{ALPHABET, RANDOM_LENGTH};

#[derive(Debug)]
pub(crate) struct Rng {
    state: u64,
}

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// `true` in this percentage of cases.
    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        choices.get(self.below(choices.len()))
    }

    pub(crate) fn pick_text(&mut self, choices: &[&'static str]) -> &'static str {
        self.pick(choices).copied().unwrap_or_default()
    }

    /// The index of one of these weights, chosen in proportion.
    pub(crate) fn weighted(&mut self, weights: &[usize]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (place, weight) in weights.iter().enumerate() {
            if left < *weight {
                return place;
            }
            left -= weight;
        }
        0
    }

    pub(crate) fn minutes(&mut self, low: usize, high: usize) -> SignedDuration {
        let seconds = self.between(low * 60, high * 60);
        SignedDuration::new(i64::try_from(seconds).unwrap_or(0), i32::try_from(self.below(1_000_000_000)).unwrap_or(0))
    }

    /// A random word of an ASCII alphabet.
    pub(crate) fn word(&mut self, alphabet: &str, length: usize) -> String {
        let mut word = String::with_capacity(length);
        self.append(&mut word, alphabet.as_bytes(), length);
        word
    }

    pub(crate) fn id(&mut self, prefix: &str) -> String {
        let mut id = String::with_capacity(prefix.len() + RANDOM_LENGTH);
        id.push_str(prefix);
        self.append(&mut id, ALPHABET, RANDOM_LENGTH);
        id
    }

    /// One random number yields several letters.
    fn append(&mut self, word: &mut String, alphabet: &[u8], length: usize) {
        const AT_ONCE: usize = 8;
        let count = u64::try_from(alphabet.len()).unwrap_or(1);
        let mut drawn = 0;
        for place in 0..length {
            if place % AT_ONCE == 0 {
                drawn = self.next();
            }
            if let Some(letter) = usize::try_from(drawn % count).ok().and_then(|place| alphabet.get(place)) {
                word.push(char::from(*letter));
            }
            drawn /= count;
        }
    }
}
