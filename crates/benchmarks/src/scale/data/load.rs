//! Writes the rows by `copy`. Each chunk of rows and its entry in the list of finished chunks are one transaction, so an
//! interrupted run leaves whole chunks.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};

use sqlx::{Connection as _, Executor as _, PgConnection};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::progress::Progress;
use super::rows::{Rows, Source, Table};
use crate::Result;

/// Rows of a transaction: some megabytes.
const CHUNK: u64 = 10_000;

type Chunk = (u64, Vec<u8>);
type Receiver = Arc<tokio::sync::Mutex<mpsc::Receiver<Chunk>>>;

/// Writes the rows of a table that are missing.
pub(super) async fn fill(url: &str, table: Table, source: &Source) -> Result<()> {
    let finished = finished(url, table).await?;
    let count = table.count(&source.size);
    let progress = Arc::new(Progress::begin(table.name(), count));
    progress.skip((u64::try_from(finished.len())? * CHUNK).min(count));
    let missing: Vec<_> = (0..count.div_ceil(CHUNK))
        .filter(|chunk| !finished.contains(chunk))
        .collect();

    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let (sender, receiver) = mpsc::channel(processors);
    let receiver: Receiver = Arc::new(tokio::sync::Mutex::new(receiver));
    let waiting = Arc::new(Mutex::new(missing.into_iter()));
    for _ in 0..processors {
        let (sender, waiting, source) = (sender.clone(), waiting.clone(), source.clone());
        std::thread::spawn(move || generate(&sender, &waiting, table, &source));
    }
    drop(sender);
    let mut writers = JoinSet::new();
    for _ in 0..processors {
        let (url, receiver) = (url.to_owned(), receiver.clone());
        let progress = progress.clone();
        writers.spawn(async move { write(&url, table, receiver, &progress, count).await });
    }
    while let Some(outcome) = writers.join_next().await {
        outcome??;
    }
    if let Some(progress) = Arc::into_inner(progress) {
        progress.end();
    }
    Ok(())
}

async fn finished(url: &str, table: Table) -> Result<BTreeSet<u64>> {
    let mut connection = PgConnection::connect(url).await?;
    let chunks: Vec<i64> =
        sqlx::query_scalar("select chunk from benchmark.finished_chunks where table_name = $1")
            .bind(table.name())
            .fetch_all(&mut connection)
            .await?;
    connection.close().await?;
    Ok(chunks.into_iter().map(i64::cast_unsigned).collect())
}

/// Makes chunks until there are no more, or nobody writes them.
fn generate(
    sender: &mpsc::Sender<Chunk>,
    waiting: &Mutex<impl Iterator<Item = u64>>,
    table: Table,
    source: &Source,
) {
    let next = || {
        waiting
            .lock()
            .expect("no thread panics with the lock")
            .next()
    };
    while let Some(chunk) = next() {
        let mut rows = Rows::new();
        let end = ((chunk + 1) * CHUNK).min(table.count(&source.size));
        for number in chunk * CHUNK..end {
            table.push(&mut rows, number, source);
        }
        if sender.blocking_send((chunk, rows.into_bytes())).is_err() {
            return;
        }
    }
}

async fn write(
    url: &str,
    table: Table,
    receiver: Receiver,
    progress: &Progress,
    count: u64,
) -> Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    connection
        .execute("set synchronous_commit = off; set search_path = ''; set statement_timeout = 0")
        .await?;
    // Without triggers: the rows hold what they would write. Calling them millions of times takes minutes, and inserting
    // words one by one takes hours.
    connection
        .execute("set session_replication_role = replica")
        .await?;
    let copy = format!("copy {} ({}) from stdin", table.name(), table.columns());
    loop {
        let Some((chunk, bytes)) = receiver.lock().await.recv().await else {
            break;
        };
        let mut transaction = connection.begin().await?;
        let mut rows = transaction.copy_in_raw(&copy).await?;
        rows.send(bytes).await?;
        rows.finish().await?;
        sqlx::query("insert into benchmark.finished_chunks values ($1, $2)")
            .bind(table.name())
            .bind(i64::try_from(chunk)?)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        progress.advance(CHUNK.min(count - chunk * CHUNK));
    }
    Ok(connection.close().await?)
}
