//! Pagination by page number, as the API's contract requires.

/// A page's number and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageNumber {
    size: u32,
    /// Counts from 0.
    index: u32,
}

impl PageNumber {
    pub const DEFAULT_SIZE: u32 = 10;
    pub const MAX_SIZE: u32 = 100;

    /// `None` unless `size` is 1 to 100; `index` counts from 0.
    pub fn new(size: u32, index: u32) -> Option<Self> {
        (1..=Self::MAX_SIZE).contains(&size).then_some(Self { size, index })
    }

    pub fn limit(self) -> i64 {
        i64::from(self.size)
    }

    pub fn offset(self) -> i64 {
        i64::from(self.size) * i64::from(self.index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_page_number_does_not_overflow() {
        let page = PageNumber::new(100, u32::MAX).unwrap();
        assert_eq!((page.limit(), page.offset()), (100, 429_496_729_500));
        assert_eq!(PageNumber::new(0, 0), None);
        assert_eq!(PageNumber::new(101, 0), None);
    }
}
