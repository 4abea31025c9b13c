//! Hands over to the command line.

/// A page is a thousand small pieces of memory: this gives and takes them back quicker than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    keydesk::cli::run()
}
