//! Instances are started on demand, take turns, and are frozen, killed, replaced and ended.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use hallpass_platform::InstanceState;
use hallpass_test_support::{client::get, eventually};
use hyper::StatusCode;

use crate::client::{id, pid};
use crate::site::Site;

fn lives(pid: u32) -> bool {
    let pid = nix::unistd::Pid::from_raw(i32::try_from(pid).unwrap());
    nix::sys::signal::kill(pid, None).is_ok()
}

#[tokio::test]
async fn instances_start_at_their_first_request_and_take_turns() {
    let site = Site::new();
    let platform = site.platform().instances(3).start().await.unwrap();
    let url = format!("{}/api/echo", platform.url());
    assert!(platform.instances("echo").await.is_empty());
    let mut pids = Vec::new();
    for _ in 0..6 {
        pids.push(pid(&get(&url).await));
    }
    assert_eq!(pids[..3], pids[3..]);
    assert_eq!(pids.iter().collect::<BTreeSet<_>>().len(), 3);
    let known: Vec<_> = platform
        .instances("echo")
        .await
        .iter()
        .map(|it| u64::from(it.pid))
        .collect();
    assert_eq!(known, pids[..3]);
    platform.stop().await;
}

#[tokio::test]
async fn concurrent_requests_share_one_start() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let url = format!("{}/api/echo?sleep=50", platform.url());
    let begun = Instant::now();
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let url = url.clone();
        requests.spawn(async move { pid(&get(&url).await) });
    }
    let pids: BTreeSet<_> = requests.join_all().await.into_iter().collect();
    assert_eq!(pids.len(), 1, "one process serves several requests at once");
    assert!(begun.elapsed() < Duration::from_secs(10));
    platform.stop().await;
}

#[tokio::test]
async fn a_killed_instance_is_replaced_at_the_next_request() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let url = format!("{}/api/echo", platform.url());
    let first = pid(&get(&url).await);
    platform.kill("echo", 0).await.unwrap();
    assert!(platform.instances("echo").await.is_empty());
    assert!(
        platform.kill("echo", 0).await.is_err(),
        "there is nothing left to kill"
    );
    let second = pid(&get(&url).await);
    assert_ne!(first, second);
    platform.stop().await;
}

#[tokio::test]
async fn a_request_to_a_process_that_is_killed_is_a_502() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    platform.warm("echo", 0).await.unwrap();
    let url = format!("{}/api/echo?log=begun&sleep=20000", platform.url());
    let request = tokio::spawn(async move { get(&url).await });
    eventually("the request began", async || {
        platform.logs().iter().any(|line| line.text == "begun")
    })
    .await;
    platform.kill("echo", 0).await.unwrap();
    let answer = request.await.unwrap();
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert_eq!(
        answer.header("x-vercel-error"),
        Some("NO_RESPONSE_FROM_FUNCTION")
    );
    platform.stop().await;
}

#[tokio::test]
async fn a_frozen_instance_is_thawed_by_its_next_request() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let url = format!("{}/api/echo", platform.url());
    let before = pid(&get(&url).await);
    platform.freeze("echo", 0).await.unwrap();
    assert_eq!(
        platform.instances("echo").await[0].state,
        InstanceState::Frozen
    );
    assert_eq!(pid(&get(&url).await), before);
    assert_eq!(
        platform.instances("echo").await[0].state,
        InstanceState::Running
    );
    platform.stop().await;
}

#[tokio::test]
async fn a_hung_instance_keeps_its_requests_waiting_until_it_is_thawed() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let url = format!("{}/api/echo", platform.url());
    let before = pid(&get(&url).await);
    platform.hang("echo", 0).await.unwrap();
    let mut request = tokio::spawn(async move { get(&url).await });
    assert!(
        tokio::time::timeout(Duration::from_millis(500), &mut request)
            .await
            .is_err()
    );
    platform.thaw("echo", 0).await.unwrap();
    assert_eq!(pid(&request.await.unwrap()), before);
    platform.stop().await;
}

#[tokio::test]
async fn a_terminated_instance_finishes_its_work_after_the_response() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let answer = get(&format!("{}/api/echo?after=400", platform.url())).await;
    assert!(
        platform
            .terminate("echo", 0, Duration::from_secs(5))
            .await
            .unwrap()
    );
    platform
        .wait_for_end(id(&answer), Duration::from_secs(1))
        .await
        .expect("an end");
    platform.stop().await;
}

#[tokio::test]
async fn no_process_is_left_when_the_platform_stops() {
    let site = Site::new();
    let platform = site.platform().instances(2).start().await.unwrap();
    for index in 0..2 {
        platform.warm("echo", index).await.unwrap();
    }
    platform.freeze("echo", 1).await.unwrap();
    let pids: Vec<_> = platform
        .instances("echo")
        .await
        .iter()
        .map(|it| it.pid)
        .collect();
    let (url, begun) = (platform.url().to_owned(), Instant::now());
    platform.stop().await;
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(pids.len(), 2);
    for pid in pids {
        assert!(!lives(pid), "process {pid} lives on");
    }
    let port = url.rsplit(':').next().unwrap().parse::<u16>().unwrap();
    assert!(
        std::net::TcpStream::connect(("127.0.0.1", port)).is_err(),
        "the port is closed"
    );
}

#[tokio::test]
async fn dropping_a_platform_ends_its_processes() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let pid = pid(&get(&format!("{}/api/echo", platform.url())).await);
    drop(platform);
    let pid = u32::try_from(pid).unwrap();
    eventually("the process ended", async || !lives(pid)).await;
}
