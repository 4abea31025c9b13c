//! What was seen, minute by minute, and what to think of it.

use std::sync::Mutex;
use std::time::Duration;

use super::work::Task;

const MINUTE: u64 = 60;
/// How many errors are shown in full.
const SHOWN: usize = 10;
/// Open files may vary with the connections in use.
const FILES: usize = 16;

#[derive(Default)]
pub struct Record(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    /// The minute in which each was answered, and its time.
    requests: Vec<(u64, Duration)>,
    errors: Vec<(u64, String)>,
    samples: Vec<Sample>,
}

#[derive(Clone, Copy)]
struct Sample {
    at: Duration,
    memory: u64,
    files: usize,
}

impl Record {
    pub fn note(&self, at: Duration, took: Duration, task: &Task, status: Option<u16>) {
        let mut seen = self.0.lock().unwrap();
        let minute = at.as_secs() / MINUTE;
        seen.requests.push((minute, took));
        if status != Some(task.status) {
            seen.errors.push((minute, format!("{}: {status:?} instead of {}", task.name, task.status)));
        }
    }

    pub fn sample(&self, at: Duration, memory: u64, files: usize) {
        self.0.lock().unwrap().samples.push(Sample { at, memory, files });
    }

    pub fn print(&self) {
        let seen = self.0.lock().unwrap();
        println!();
        println!("| minute | requests | errors | p99 ms | memory MB | open files |");
        println!("|---|---|---|---|---|---|");
        for minute in 0..=seen.requests.iter().map(|(minute, _)| *minute).max().unwrap_or(0) {
            let mut times: Vec<Duration> =
                seen.requests.iter().filter(|(at, _)| *at == minute).map(|(_, time)| *time).collect();
            times.sort_unstable();
            let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
            let errors = seen.errors.iter().filter(|(at, _)| *at == minute).count();
            let samples: Vec<&Sample> =
                seen.samples.iter().filter(|sample| sample.at.as_secs().saturating_sub(1) / MINUTE == minute).collect();
            let memory = samples.iter().map(|sample| sample.memory).max().unwrap_or(0);
            let files = samples.iter().map(|sample| sample.files).max().unwrap_or(0);
            println!(
                "| {} | {} | {errors} | {:.1} | {memory} | {files} |",
                minute + 1,
                times.len(),
                p99.as_secs_f64() * 1e3
            );
        }
        println!();
        for (_, error) in seen.errors.iter().take(SHOWN) {
            println!("error: {error}");
        }
    }

    /// Compares the last third with the middle one: by then caches have filled.
    pub fn verdict(&self) -> String {
        let seen = self.0.lock().unwrap();
        let third = seen.samples.len() / 3;
        if third < 3 {
            return format!("{} errors; too short to tell about memory and files", seen.errors.len());
        }
        let (middle, last) = (&seen.samples[third..2 * third], &seen.samples[2 * third..]);
        let memory =
            |samples: &[Sample]| samples.iter().map(|sample| sample.memory).sum::<u64>() as f64 / samples.len() as f64;
        let files = |samples: &[Sample]| samples.iter().map(|sample| sample.files).max().unwrap_or(0);
        let is_memory_flat = memory(last) <= memory(middle) * 1.05 + 2.0;
        let is_files_flat = files(last) <= files(middle) + FILES;
        let is_good = seen.errors.is_empty() && is_memory_flat && is_files_flat;
        format!(
            "{}: {} errors; memory {:.0} MB in the middle third, {:.0} MB in the last; open files {} and {}",
            if is_good { "good" } else { "NOT GOOD" },
            seen.errors.len(),
            memory(middle),
            memory(last),
            files(middle),
            files(last)
        )
    }
}
