//! Whose fault a refusal of a recipient or a message is. Nobody's grant may fail because of our own settings, our
//! reputation or a full mailbox, so that only what clearly speaks of the address counts as the customer's.

/// Whose fault a refusal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blame {
    /// The address: sending again cannot help.
    Recipient,
    /// The server has a passing problem.
    Server,
    /// Our settings, our reputation, or anything else that admins must look at; the address may be right.
    Ours,
}

/// Words of refusals that are not about whether the address exists: policy, relaying, reputation, authentication, the
/// sender, the message, and full mailboxes.
const NOT_THE_ADDRESS: &str = "\
    relay|helo|ehlo|block|blacklist|dnsbl|spam|virus|malware|policy|policies|authenti|authoriz|authoris|\
    auth required|credential|permitted|allowed|denied|forbidden|reputation|spf|dkim|dmarc|sender|client host|\
    reverse dns|rdns|rate limit|too many|greylist|graylist|quota|full|exceed|storage|insufficient|too large|\
    too big|size|content|tls|encrypt|banned|temporar|try again|later|service unavailable|service refused|\
    mail from";

/// Words that name the recipient.
const THE_ADDRESS: &str = "\
    user unknown|unknown user|user not found|user does not exist|user doesn't exist|user not known|no such user|\
    no such mailbox|no such recipient|no such address|no such account|no such person|no such domain|no mailbox|\
    no account|not our customer|mailbox unavailable|mailbox not available|mailbox not found|mailbox unknown|\
    unknown mailbox|mailbox disabled|mailbox is disabled|mailbox inactive|mailbox is inactive|invalid mailbox|\
    account disabled|account is disabled|account inactive|account has been disabled|does not exist|doesn't exist|\
    recipient unknown|unknown recipient|unknown address|address unknown|unknown local part|unknown local-part|\
    recipient not found|recipient rejected|recipient address rejected|invalid recipient|invalid address|\
    bad recipient|bad destination|no valid recipient|not a valid recipient|not a valid mailbox|not a valid user|\
    unrouteable address|unroutable address|undeliverable address|user disabled|user is disabled|is not known|\
    no longer valid|no longer available";

/// Decides about a reply of at least 400 to RCPT, to DATA or to the message: its code and all its words on one line.
/// An enhanced status code decides alone; words count only where there is none.
pub(super) fn blame(code: u16, words: &str) -> Blame {
    if code < 500 {
        return Blame::Server;
    }
    let words = plain_words(words);
    let code = words.iter().find_map(|word| enhanced_code(word));
    let text = words.join(" ").replace("relay recipient table", "");
    let has_any = |phrases: &str| phrases.split('|').any(|phrase| text.contains(phrase));
    let is_recipient = match code {
        Some((4, ..)) => return Blame::Server,
        // 5.1.7 and 5.1.8 are about the sender's address.
        Some((5, 1, detail)) => !matches!(detail, 7 | 8) && !text.contains("sender address rejected"),
        Some(code) => code == (5, 2, 1),
        None => !has_any(NOT_THE_ADDRESS) && has_any(THE_ADDRESS),
    };
    if is_recipient { Blame::Recipient } else { Blame::Ours }
}

/// The words in lower case without addresses and links, which may contain anything.
fn plain_words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split_whitespace()
        .filter(|word| !word.contains('@') && !word.contains("://"))
        .map(|word| word.replace('’', "'"))
        .collect()
}

/// The parts of an enhanced status code such as `5.1.1`, `#5.1.1` or `(5.1.1)`.
fn enhanced_code(word: &str) -> Option<(u16, u16, u16)> {
    let mut parts = word.trim_matches(|c: char| !c.is_ascii_digit()).split('.');
    let mut number = || {
        let part = parts.next()?;
        let is_number = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| part.parse().ok())?
    };
    let code = (number()?, number()?, number()?);
    (matches!(code.0, 2 | 4 | 5) && parts.next().is_none()).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_speaks_of_the_address_is_the_customers() {
        for (code, words) in [
            (550, "5.1.1 <ada@example.com>: Recipient address rejected: User unknown in local recipient table"),
            (550, "5.1.1 <ada@example.com>: Recipient address rejected: User unknown in relay recipient table"),
            (550, "5.1.1 The email account that you tried to reach does not exist. Please try 5.7.1 later"),
            (550, "5.1.1 User unknown; see https://mail.example/spam-policy"),
            (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found"),
            (553, "5.1.2 We could not find the domain"),
            (553, "5.1.3 bad destination mailbox address syntax"),
            (550, "5.1.6 Recipient no longer on server"),
            (550, "#5.1.0 Address rejected."),
            (550, "[5.1.1] unknown"),
            (554, "delivery error: dd This user doesn't have an account (5.1.1)"),
            (550, "5.2.1 The email account that you tried to reach is disabled."),
            (550, "<spam@example.com>... User unknown"),
            (550, "No such user here"),
            (550, "Requested action not taken: mailbox unavailable"),
            (550, "User unknown in relay recipient table"),
            (550, "Unrouteable address"),
            (551, "User not local; no such mailbox"),
            (550, "This mailbox doesn’t exist"),
            (553, "Invalid recipient <ada@example.com>"),
            (554, "No valid recipients"),
        ] {
            assert_eq!(blame(code, words), Blame::Recipient, "{code} {words}");
        }
    }

    #[test]
    fn everything_else_that_is_permanent_is_ours_to_look_at() {
        for (code, words) in [
            (504, "5.5.2 <vm>: Helo command rejected: need fully-qualified hostname"),
            (554, "5.7.1 <ada@example.com>: Relay access denied"),
            (550, "5.7.1 Unable to relay"),
            (550, "5.7.1 User unknown"),
            (550, "5.7.1 <ada@example.com>: Recipient address rejected: Access denied. User unknown"),
            (554, "5.7.1 Service unavailable; Client host [203.0.113.5] blocked using zen.spamhaus.org"),
            (554, "5.7.1 Message rejected as spam"),
            (550, "5.7.26 This mail has been blocked because the sender is unauthenticated."),
            (550, "5.7.515 Access denied, sending domain does not meet the required authentication level"),
            (530, "5.7.0 Must issue a STARTTLS command first"),
            (535, "5.7.8 Authentication failed"),
            (552, "5.2.2 Mailbox full"),
            (552, "5.2.2 The email account that you tried to reach is over quota"),
            (552, "5.2.3 Message exceeds fixed limit"),
            (552, "5.3.4 Message size exceeds fixed limit"),
            (550, "5.4.1 Recipient address rejected: Access denied."),
            (553, "5.1.8 <keys@localhost>: Sender address rejected: Domain not found"),
            (553, "5.1.7 <keys@@localhost>: Sender address rejected"),
            (550, "5.1.0 <keys@localhost>: Sender address rejected: not owned by user"),
            (550, "5.0.0 rejected"),
            (550, "user unknown (policy 5.7.1)"),
            (552, "mailbox full"),
            (552, "Requested mail action aborted: exceeded storage allocation"),
            (550, "Mailbox unavailable: quota exceeded"),
            (550, "relaying denied, no such user"),
            (550, "Access denied - Invalid HELO name"),
            (550, "<ada@example.com>: mailbox unavailable, your host is on a blocklist"),
            (550, "Sender verify failed: no such user"),
            (554, "Transaction failed"),
            (554, "This message was classified as SPAM and may not be delivered"),
            (530, "Authentication required"),
            (503, "Bad sequence of commands"),
            (550, ""),
        ] {
            assert_eq!(blame(code, words), Blame::Ours, "{code} {words}");
        }
    }

    #[test]
    fn what_passes_by_itself_is_nobodys() {
        for (code, words) in [
            (450, "4.2.0 greylisted"),
            (451, "user unknown"),
            (452, "4.2.2 mailbox full"),
            (421, "too busy"),
            (550, "4.7.1 try again later"),
        ] {
            assert_eq!(blame(code, words), Blame::Server, "{code} {words}");
        }
    }
}
