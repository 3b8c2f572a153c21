//! Memory usage and memory limit of the instance.

use std::fs;

/// Memory in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory {
    /// Resident memory of this process.
    pub(crate) used: u64,
    /// Memory limit of the container, else the memory of the machine.
    pub(crate) total: u64,
}

/// Reads /proc and the control group. Values that are not available there are 0.
pub(crate) fn now() -> Memory {
    Memory {
        used: resident().unwrap_or_default(),
        total: limit().or_else(machine).unwrap_or_default(),
    }
}

fn resident() -> Option<u64> {
    kibibytes(&fs::read_to_string("/proc/self/status").ok()?, "VmRSS:")
}

fn limit() -> Option<u64> {
    // The file contains `max` if there is no limit.
    fs::read_to_string("/sys/fs/cgroup/memory.max")
        .ok()?
        .trim()
        .parse()
        .ok()
}

fn machine() -> Option<u64> {
    kibibytes(&fs::read_to_string("/proc/meminfo").ok()?, "MemTotal:")
}

fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let number: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(number * 1024)
}
