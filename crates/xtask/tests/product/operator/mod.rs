//! Tests of the operator's command with a running deployment: the real `hallpass` and the real functions.

mod certs;
mod deployment;
mod other_servers;
mod secrets;
mod smoke;
mod smoke_account;
mod standby;
mod tls;
mod uninstall;
mod warm;
mod watch;

use hallpass_test_support::Call;

use crate::test_app::binaries;

/// The command with these arguments and nothing of this process's environment.
fn hallpass(arguments: &[&str]) -> Call {
    Call::new(binaries().join("hallpass"), arguments)
}
