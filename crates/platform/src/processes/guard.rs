//! The guard: a shell that waits for our end and then ends what we started.
//!
//! A parent killed by SIGKILL cannot clean up, and its children live on. The guard reads from a
//! pipe that only we hold; however we die, the pipe closes, and it signals whatever is still
//! registered. It is a few lines of POSIX sh, so it works wherever the rest does.

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

/// A process that the guard ends if we die; dropping this takes it off the list.
#[derive(Debug)]
pub struct Watched {
    entry: String,
}

/// Puts a process on the guard's list.
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

/// Ends the guard and waits for it. For programs that promise to leave no process behind;
/// whatever is still on its list is ended with it.
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
    // Without a guard everything still works; only our own sudden death would leave children.
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
