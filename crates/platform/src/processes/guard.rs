//! The guard: a shell that waits for the end of this process, and then ends the processes that it started.
//!
//! A parent process that is killed by SIGKILL cannot end its children. The guard reads from a pipe that only this
//! process holds open. However this process ends, the pipe is closed, and the guard signals all processes that are
//! still registered. The guard is a POSIX shell script, so it needs no other program.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::LastWord;

const SCRIPT: &str = r#"
trap '' INT TERM HUP
watched=' '
while read -r verb entry; do
  case $verb in
    add) watched="$watched$entry " ;;
    drop)
      kept=' '
      for other in $watched; do
        [ "$other" = "$entry" ] || kept="$kept$other "
      done
      watched=$kept ;;
  esac
done
for entry in $watched; do
  kill -s "${entry%%:*}" -- "${entry#*:}" 2>/dev/null
done
"#;

static GUARD: Mutex<Option<Guard>> = Mutex::new(None);

struct Guard {
    shell: Child,
    orders: ChildStdin,
}

/// A process that the guard ends if this process dies. Dropping the value unregisters the process.
#[derive(Debug)]
pub struct Watched {
    entry: String,
}

/// Registers a process with the guard.
#[must_use]
pub fn watch(pid: u32, last_word: LastWord) -> Watched {
    let entry = match last_word {
        LastWord::Kill => format!("KILL:{pid}"),
        LastWord::Interrupt => format!("INT:{pid}"),
        LastWord::TerminateGroup => format!("TERM:-{pid}"),
    };
    tell(&format!("add {entry}\n"));
    Watched { entry }
}

impl Drop for Watched {
    fn drop(&mut self) {
        tell(&format!("drop {}\n", self.entry));
    }
}

/// Ends the guard and waits for it; processes that are still registered are ended, too. For programs that must not
/// leave processes behind.
pub fn finish() {
    let guard = GUARD.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(Guard { mut shell, orders }) = guard {
        drop(orders);
        let _gone = shell.wait();
    }
}

fn tell(order: &str) {
    let mut guard = GUARD.lock().unwrap_or_else(PoisonError::into_inner);
    if guard.is_none() {
        *guard = start();
    }
    // Without a guard everything still works, but if this process is killed, its children are left behind.
    if let Some(guard) = guard.as_mut() {
        let _guard_died = guard.orders.write_all(order.as_bytes());
    }
}

fn start() -> Option<Guard> {
    let mut shell = Command::new("/bin/sh")
        .args(["-c", SCRIPT, "hallpass-guard"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .ok()?;
    let orders = shell.stdin.take()?;
    Some(Guard { shell, orders })
}
