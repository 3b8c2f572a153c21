//! The local platform: a real PostgreSQL, and a gateway that runs the function executables as Vercel does.
//!
//! `cargo dev`, the tests, the drills and the benchmarks use this library, so that what runs on a developer's machine
//! is what runs after a deployment: routes come from `vercel.json`, and every function is a process of the real
//! executable that is controlled over the runtime's own protocol.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use hallpass_platform::{Platform, Postgres};
//!
//! // A temporary server, which does not sync data to disk.
//! let mut postgres = Postgres::temporary().start().await?;
//! postgres.execute("postgres", "create database hallpass").await?;
//!
//! let platform = Platform::builder()
//!     .root("../..") //                   vercel.json, api/*.rs
//!     .functions_dir("../../target/debug") // the output of `cargo build --bins -p hallpass`
//!     .env("DATABASE_URL", postgres.superuser_url("hallpass"))
//!     .env("HALLPASS_SECRET", hallpass_platform::random_secret()?)
//!     .instances(2) //                    processes for each function, which take turns
//!     .start()
//!     .await?;
//!
//! // Any HTTP client can be used: `http://localhost:PORT`, with a free port unless `.port(..)` sets one.
//! println!("{}/health", platform.url());
//!
//! platform.freeze("login", 0).await?; // SIGSTOP; the next request continues it, as on Vercel
//! platform.kill("login", 1).await?; //   SIGKILL; the next request starts a new process
//! for line in platform.logs() {
//!     println!("{} {}", line.function, line.text);
//! }
//!
//! platform.stop().await;
//! postgres.stop().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Each response has the header `x-vercel-id`. [`Platform::wait_for_end`] takes its value and waits until the function
//! has reported the end of that request, including `wait_until` work.
//!
//! The gateway reports the address of the peer as the client's address. A test that needs several clients connects from
//! several loopback addresses (`127.0.0.2`, …). [`PlatformBuilder::place`] sets the location of an address.

mod error;
mod functions;
mod gateway;
mod hex;
pub mod pgbouncer;
mod platform;
mod postgres;
pub mod processes;
mod proxy;
mod random;
mod routes;

pub use error::Error;
pub use functions::{Ended, InstanceState, InstanceStatus, LogLine, LogStream, Output, api_files};
pub use gateway::{Listeners, bind};
pub use hex::hex;
pub use platform::{Platform, PlatformBuilder};
pub use postgres::{Postgres, PostgresBuilder, PostgresVersion, client_programs, free_port};
pub use processes::finish_guard;
pub use proxy::{Direction, Proxy};
pub use random::{random_password, random_secret};
pub use routes::{Destination, Routes, VercelJson};
