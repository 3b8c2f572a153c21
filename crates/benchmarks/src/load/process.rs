//! CPU time and memory of other processes, from `/proc` (proc(5)).

use std::fs;

use super::Failure;

/// Clock ticks a second of the times in `/proc/PID/stat`: `USER_HZ`, 100 on every architecture that we run on.
const TICKS: f64 = 100.0;

/// The values behind the name of the program in `/proc/PID/stat`, which may contain spaces. The first one is field 3.
fn stat(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

/// Seconds of user and system time that a process has used, in steps of 10 ms.
pub(super) fn cpu_time(pid: u32) -> Result<f64, Failure> {
    let fields = stat(pid).ok_or_else(|| format!("process {pid} has ended"))?;
    let ticks: f64 = [11, 12].iter().map(|field| number(&fields, *field)).sum();
    Ok(ticks / TICKS)
}

/// Seconds of user and system time of a PostgreSQL server: its own, of the processes that it has started, and of those that have
/// ended.
pub(super) fn server_cpu_time(postmaster: u32) -> Result<f64, Failure> {
    let own = stat(postmaster).ok_or("the server has ended")?;
    let mut ticks: f64 = [11, 12, 13, 14]
        .iter()
        .map(|field| number(&own, *field))
        .sum();
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        let Some(fields) = stat(pid) else { continue };
        if fields.get(1).and_then(|parent| parent.parse().ok()) == Some(postmaster) {
            ticks += number(&fields, 11) + number(&fields, 12);
        }
    }
    Ok(ticks / TICKS)
}

fn number(fields: &[String], field: usize) -> f64 {
    fields
        .get(field)
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}

/// Peak memory of a process (`VmHWM`) in MiB.
pub(super) fn peak_memory(pid: u32) -> Result<f64, Failure> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes: f64 = line
        .and_then(|line| line.trim().strip_suffix(" kB"))
        .ok_or("the kernel reports no VmHWM")?
        .parse()?;
    Ok(kibibytes / 1024.0)
}
