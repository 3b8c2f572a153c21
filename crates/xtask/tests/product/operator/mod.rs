//! Tests of the operator's command with a running deployment: the real `hallpass` and the real functions.

mod certs;
mod command;
mod deployment;
mod other_servers;
mod secrets;
mod smoke;
mod smoke_account;
mod tls;
mod uninstall;
mod warm;
mod watch;
