//! Hands over to the command line.

/// A page is a thousand small pieces of memory: this gives and takes them back quicker than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    // Whatever is written, by whichever command and library, is for its owner alone.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    keydesk::cli::run()
}
