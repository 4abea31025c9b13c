//! What became of something that an account said, and who asked it.

/// What became of something that the account said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applied {
    /// It was known.
    Unchanged,
    /// Something newer is known.
    Older,
    Created,
    Changed,
    /// The grant is new here, and its entitlement or its customer is not known yet.
    NeedsEntitlement,
    NeedsCustomer,
    /// It is none of the grants that are mirrored: not of a license key, over before it was ever seen, of somebody who was
    /// erased, or not of this connection.
    NotOurs,
    /// Its key is being supplied at this moment; whoever does that reads what became of it.
    InFlight,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Poll,
    /// A poll that has read the grant once more, after it was known here as it is.
    Reading,
    /// The message that supplies its key, which is not in flight therefore.
    Supply,
}
