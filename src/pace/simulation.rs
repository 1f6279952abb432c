//! Simulated servers under tokio's paused clock, asked through the whole of [`Pace`]: how near it comes to
//! what each could do. The servers named "tuned on" were looked at while the rules of [`super::adaptive`] were
//! made; those named "judged on" were not, and no rule or constant was changed so that they come out better.
//!
//! `cargo test --lib pace::simulation -- --nocapture` prints the tables.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use super::{Pace, PaceSettings, Ticket};
use crate::engine::{EngineError, ErrorClass, Usage};

/// Who asks at once: more than any server here has slots.
const CLIENTS: usize = 1_100;
/// A refusal takes so long, whatever the service time.
const REFUSAL: Duration = Duration::from_millis(5);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Beyond {
    /// 429, with the pause named in seconds where there is one.
    Refuses(Option<u64>),
    Queues,
    /// So many requests in each minute of the clock; then 429 with the time to the next minute.
    Quota(usize),
    /// So many requests a minute, a tenth of them at once; then 429 without a word.
    Bucket(usize),
}
use Beyond::{Bucket, Queues, Quota, Refuses};

/// How much the service time of requests differs.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Spread {
    /// Uniformly, by so many hundredths either way.
    Jitter(u32),
    /// Requests differ in size: a quarter of the mean, and the rest exponentially distributed.
    Sizes,
}
use Spread::{Jitter, Sizes};

#[derive(Debug, Clone, Copy)]
struct Server {
    slots: usize,
    milliseconds: u64,
    beyond: Beyond,
    spread: Spread,
}

/// From `at` on, the server has `slots` and takes `slower` times its time.
#[derive(Debug, Clone, Copy)]
struct Change {
    at: Duration,
    slots: usize,
    slower: f64,
}

struct Running {
    server: Server,
    changes: Vec<Change>,
    began: Instant,
    busy: AtomicUsize,
    room: Semaphore,
    refused: AtomicUsize,
    /// What a rate has counted: since when, and how much.
    counted: Mutex<(f64, f64)>,
    answers: Mutex<Vec<Duration>>,
    random: Mutex<SmallRng>,
}

impl Running {
    fn start(server: Server, changes: &[Change], seed: u64) -> Arc<Self> {
        let running = Arc::new(Self {
            server,
            changes: changes.to_vec(),
            began: Instant::now(),
            busy: AtomicUsize::new(0),
            room: Semaphore::new(server.slots),
            refused: AtomicUsize::new(0),
            counted: Mutex::default(),
            answers: Mutex::default(),
            random: Mutex::new(SmallRng::seed_from_u64(seed)),
        });
        if server.beyond == Queues && !changes.is_empty() {
            let running = Arc::clone(&running);
            tokio::spawn(async move { running.change_room().await });
        }
        running
    }

    async fn change_room(&self) {
        let mut slots = self.server.slots;
        for change in &self.changes {
            tokio::time::sleep_until(self.began + change.at).await;
            if change.slots > slots {
                self.room.add_permits(change.slots - slots);
            } else {
                let fewer = u32::try_from(slots - change.slots).unwrap();
                self.room.acquire_many(fewer).await.unwrap().forget();
            }
            slots = change.slots;
        }
    }

    fn now(&self) -> (usize, f64) {
        let elapsed = self.began.elapsed();
        let change = self.changes.iter().rev().find(|change| change.at <= elapsed);
        change.map_or((self.server.slots, 1.0), |change| (change.slots, change.slower))
    }

    fn service_time(&self) -> Duration {
        let drawn: f64 = self.random.lock().unwrap().random();
        let share = match self.server.spread {
            Jitter(hundredths) => 1.0 + f64::from(hundredths) / 100.0 * (2.0 * drawn - 1.0),
            Sizes => 0.25 - 0.75 * (1.0 - drawn).ln(),
        };
        Duration::from_millis(self.server.milliseconds).mul_f64(share * self.now().1)
    }

    /// Whether the rate allows one more request; otherwise the pause that the refusal names.
    fn rate_allows(&self) -> Result<(), Option<Duration>> {
        let elapsed = self.began.elapsed().as_secs_f64();
        let mut counted = self.counted.lock().unwrap();
        match self.server.beyond {
            Quota(a_minute) => {
                let minute = (elapsed / 60.0).floor();
                if counted.0 < minute || counted.1 == 0.0 {
                    *counted = (minute, 0.0);
                }
                if counted.1 >= a_minute as f64 {
                    return Err(Some(Duration::from_secs_f64((minute + 1.0) * 60.0 - elapsed)));
                }
                counted.1 += 1.0;
            }
            Bucket(a_minute) => {
                let a_second = a_minute as f64 / 60.0;
                let level = (counted.1 - (elapsed - counted.0) * a_second).max(0.0);
                *counted = (elapsed, level);
                if level + 1.0 > (a_minute as f64 / 10.0).max(1.0) {
                    return Err(None);
                }
                counted.1 += 1.0;
            }
            Refuses(_) | Queues => {}
        }
        Ok(())
    }

    async fn serve(&self) -> Result<(), EngineError> {
        match self.server.beyond {
            Refuses(pause) => {
                if self.busy.load(Ordering::Relaxed) >= self.now().0 {
                    self.refused.fetch_add(1, Ordering::Relaxed);
                    sleep(REFUSAL).await;
                    let pause = pause.map(Duration::from_secs);
                    return Err(EngineError::new(ErrorClass::Wait(pause), "429"));
                }
                self.busy.fetch_add(1, Ordering::Relaxed);
                sleep(self.service_time()).await;
                self.busy.fetch_sub(1, Ordering::Relaxed);
            }
            Quota(_) | Bucket(_) => {
                if let Err(pause) = self.rate_allows() {
                    self.refused.fetch_add(1, Ordering::Relaxed);
                    sleep(REFUSAL).await;
                    return Err(EngineError::new(ErrorClass::Wait(pause), "429"));
                }
                sleep(self.service_time()).await;
            }
            Queues => {
                let _slot = self.room.acquire().await;
                sleep(self.service_time()).await;
            }
        }
        self.answers.lock().unwrap().push(self.began.elapsed());
        Ok(())
    }
}

#[derive(Debug)]
struct Outcome {
    requests: usize,
    seconds: f64,
    refused: usize,
    lost: usize,
    /// Of what the server could have done with every slot busy from the first moment on.
    of_ideal: f64,
    level: usize,
    highest: usize,
    answers: Answers,
}

/// When each answer came. Not shown: there are many.
struct Answers(Vec<Duration>);

impl std::fmt::Debug for Answers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} answers", self.0.len())
    }
}

impl Outcome {
    /// Answers a second between two instants of the run.
    fn rate(&self, from: u64, to: u64) -> f64 {
        let span = Duration::from_secs(from)..Duration::from_secs(to);
        self.answers.0.iter().filter(|at| span.contains(*at)).count() as f64 / (to - from) as f64
    }
}

async fn run(
    server: Server,
    changes: &[Change],
    requests: usize,
    settings: PaceSettings,
    seed: u64,
) -> Outcome {
    let pace = Arc::new(Pace::new(PaceSettings { seed: Some(seed), ..settings }));
    let running = Running::start(server, changes, seed);
    let (left, lost) = (Arc::new(AtomicUsize::new(requests)), Arc::new(AtomicUsize::new(0)));
    let highest = Arc::new(AtomicUsize::new(0));
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS.min(requests) {
        let (pace, running, left) = (Arc::clone(&pace), Arc::clone(&running), Arc::clone(&left));
        let (lost, highest) = (Arc::clone(&lost), Arc::clone(&highest));
        clients.spawn(async move {
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
            {
                let attempt = || async {
                    highest.fetch_max(pace.snapshot().limit, Ordering::Relaxed);
                    running.serve().await
                };
                let asked =
                    pace.request(Ticket::default(), || Ok(()), attempt, |()| Usage::default(), |_, _| {});
                if asked.await.is_err() {
                    lost.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
    clients.join_all().await;
    let seconds = running.began.elapsed().as_secs_f64();
    let answers = running.answers.lock().unwrap().clone();
    // Up to the point where the server begins to run dry: the last requests leave slots idle, whoever asks.
    let most = requests.saturating_sub(server.slots).max(1);
    let ideal = most as f64 * server.milliseconds as f64 / 1_000.0 / server.slots as f64;
    let took = answers.get(most - 1).map_or(seconds, Duration::as_secs_f64);
    Outcome {
        requests,
        seconds,
        refused: running.refused.load(Ordering::Relaxed),
        lost: lost.load(Ordering::Relaxed),
        of_ideal: ideal / took,
        level: pace.snapshot().limit,
        highest: highest.load(Ordering::Relaxed),
        answers: Answers(answers),
    }
}

const fn server(slots: usize, milliseconds: u64, beyond: Beyond, spread: Spread) -> Server {
    Server { slots, milliseconds, beyond, spread }
}

const TUNED: [Server; 26] = [
    server(3, 50, Refuses(Some(1)), Jitter(20)),
    server(8, 50, Refuses(Some(1)), Jitter(20)),
    server(20, 300, Refuses(Some(1)), Jitter(20)),
    server(20, 300, Refuses(None), Jitter(20)),
    server(128, 2_000, Refuses(Some(1)), Jitter(20)),
    server(128, 2_000, Refuses(None), Sizes),
    server(8, 1_000, Queues, Jitter(20)),
    server(20, 300, Queues, Sizes),
    server(128, 2_000, Queues, Sizes),
    server(256, 100, Queues, Jitter(20)),
    // The first list to judge on: what it showed changed three rules, so it judges no more.
    server(3, 1_000, Refuses(Some(1)), Jitter(20)),
    server(5, 10_000, Refuses(Some(5)), Jitter(50)),
    server(12, 80, Refuses(Some(1)), Jitter(0)),
    server(40, 500, Refuses(None), Sizes),
    server(64, 10_000, Refuses(Some(1)), Sizes),
    server(100, 1_000, Refuses(Some(1)), Jitter(50)),
    server(200, 300, Refuses(Some(2)), Jitter(20)),
    server(300, 3_000, Refuses(None), Jitter(50)),
    server(512, 50, Refuses(Some(1)), Jitter(20)),
    server(512, 10_000, Refuses(Some(1)), Jitter(20)),
    server(3, 50, Queues, Sizes),
    server(6, 10_000, Queues, Jitter(20)),
    server(32, 1_000, Queues, Jitter(0)),
    server(64, 200, Queues, Sizes),
    server(200, 3_000, Queues, Jitter(50)),
    server(512, 10_000, Queues, Sizes),
];

const JUDGED: [Server; 16] = [
    server(3, 10_000, Refuses(Some(1)), Sizes),
    server(4, 700, Refuses(Some(1)), Jitter(30)),
    server(7, 5_000, Refuses(None), Sizes),
    server(16, 150, Refuses(Some(2)), Jitter(10)),
    server(25, 8_000, Refuses(Some(1)), Jitter(50)),
    server(50, 250, Refuses(Some(1)), Sizes),
    server(90, 4_000, Refuses(None), Jitter(20)),
    server(150, 600, Refuses(Some(1)), Sizes),
    server(400, 100, Refuses(Some(1)), Jitter(50)),
    server(480, 6_000, Refuses(Some(3)), Jitter(20)),
    server(3, 10_000, Queues, Sizes),
    server(4, 400, Queues, Jitter(50)),
    server(10, 2_500, Queues, Sizes),
    server(48, 90, Queues, Jitter(20)),
    server(120, 10_000, Queues, Jitter(20)),
    server(350, 1_500, Queues, Sizes),
];

/// As many requests as the server answers in two minutes, or in 100 service times where that is longer; at
/// most 250,000.
fn requests(server: Server) -> usize {
    let seconds = (0.1 * server.milliseconds as f64).max(120.0);
    (seconds * 1_000.0 / server.milliseconds as f64 * server.slots as f64).min(250_000.0) as usize
}

fn heading() {
    line("| slots | time | beyond | spread | requests | s | of ideal | refused | lost | level (highest) |");
    line("|--:|--:|---|---|--:|--:|--:|--:|--:|--:|");
}

fn row(server: Server, outcome: &Outcome) {
    line(&format!(
        "| {} | {} ms | {:?} | {:?} | {} | {:.1} | {:.1} % | {} | {} | {} ({}) |",
        server.slots,
        server.milliseconds,
        server.beyond,
        server.spread,
        outcome.requests,
        outcome.seconds,
        100.0 * outcome.of_ideal,
        outcome.refused,
        outcome.lost,
        outcome.level,
        outcome.highest,
    ));
}

#[expect(clippy::print_stdout, reason = "the table is what this test is run for by hand")]
fn line(text: &str) {
    println!("{text}");
}

/// Asks each server once with each seed.
async fn reach_nine_tenths(servers: &[Server], seeds: &[u64]) {
    heading();
    let mut short = Vec::new();
    for server in servers {
        let mut shares = 0.0;
        for seed in seeds {
            let outcome = run(*server, &[], requests(*server), PaceSettings::default(), *seed).await;
            row(*server, &outcome);
            shares += outcome.of_ideal;
            if outcome.refused > (outcome.requests / 50).max(20) || outcome.lost > 0 {
                short.push(*server);
            }
        }
        if shares / (seeds.len() as f64) < 0.9 {
            short.push(*server);
        }
    }
    assert!(short.is_empty(), "{short:?}");
}

#[tokio::test(start_paused = true)]
async fn servers_tuned_on_give_nine_tenths_of_their_pace() {
    reach_nine_tenths(&TUNED, &[7]).await;
}

#[tokio::test(start_paused = true)]
async fn servers_judged_on_give_nine_tenths_of_their_pace() {
    reach_nine_tenths(&JUDGED, &[31, 32, 33]).await;
}

/// Answers a second, as a share of what the server could do, before, during and after a minute of trouble.
async fn weather(server: Server, slots: usize, slower: f64) -> [f64; 3] {
    let trouble = [
        Change { at: Duration::from_secs(120), slots, slower },
        Change { at: Duration::from_secs(180), slots: server.slots, slower: 1.0 },
    ];
    let normal = server.slots as f64 * 1_000.0 / server.milliseconds as f64;
    let hard = slots as f64 * 1_000.0 / server.milliseconds as f64 / slower;
    let requests = (normal * 260.0 + hard * 60.0) as usize;
    let outcome = run(server, &trouble, requests, PaceSettings::default(), 7).await;
    let shares =
        [outcome.rate(60, 120) / normal, outcome.rate(140, 180) / hard, outcome.rate(240, 300) / normal];
    line(&format!(
        "| {} -> {slots} x {slower} | {} ms | {:?} | {:?} | {:.0} % | {:.0} % | {:.0} % | {} | {} |",
        server.slots,
        server.milliseconds,
        server.beyond,
        server.spread,
        100.0 * shares[0],
        100.0 * shares[1],
        100.0 * shares[2],
        outcome.refused,
        outcome.lost,
    ));
    assert_eq!(outcome.lost, 0);
    assert!(outcome.refused * 50 < outcome.requests, "{outcome:?}");
    shares
}

fn weather_heading() {
    line(
        "| slots, times slower from 120 to 180 s | time | beyond | spread | 60-120 s | 140-180 s | 240-300 s | refused | lost |",
    );
    line("|---|--:|---|---|--:|--:|--:|--:|--:|");
}

#[tokio::test(start_paused = true)]
async fn a_brown_out_to_a_tenth_of_the_slots_is_recovered_from() {
    weather_heading();
    for server in [
        server(30, 300, Refuses(Some(1)), Jitter(20)),
        server(60, 1_000, Refuses(Some(1)), Sizes),
        server(100, 500, Refuses(None), Jitter(20)),
        server(60, 1_000, Queues, Jitter(20)),
    ] {
        let [before, during, after] = weather(server, server.slots / 10, 1.0).await;
        assert!(before > 0.9 && during > 0.75 && after > 0.9, "{server:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_becomes_three_times_slower_keeps_its_level() {
    // Asking once whether it queues or is slow costs half the level for some round trips.
    weather_heading();
    for server in [
        server(20, 300, Refuses(Some(1)), Jitter(20)),
        server(64, 1_000, Refuses(None), Sizes),
        server(40, 2_000, Queues, Jitter(20)),
        server(512, 1_000, Queues, Jitter(20)),
    ] {
        let [before, during, after] = weather(server, server.slots, 3.0).await;
        assert!(before > 0.9 && during > 0.7 && after > 0.9, "{server:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_limits_the_rate_is_not_asked_in_vain_for_long() {
    line("| limit a minute | time | concurrency | requests | s | of the rate | refused | lost |");
    line("|---|--:|---|--:|--:|--:|--:|--:|");
    for (beyond, a_minute) in [
        (Quota(60), 60.0),
        (Quota(1_200), 1_200.0),
        (Bucket(20), 20.0),
        (Bucket(60), 60.0),
        (Bucket(600), 600.0),
        (Bucket(6_000), 6_000.0),
    ] {
        for concurrency in [None, Some(1), Some(64)] {
            let server = server(0, 800, beyond, Jitter(20));
            let settings = PaceSettings { concurrency, ..PaceSettings::default() };
            // Ten minutes' worth.
            let outcome = run(server, &[], a_minute as usize * 10, settings, 7).await;
            // A fixed concurrency allows 75 a minute each.
            let most = concurrency.map_or(a_minute, |level| f64::min(a_minute, 75.0 * level as f64));
            let share = outcome.requests as f64 * 60.0 / most / outcome.seconds;
            line(&format!(
                "| {beyond:?} | 800 ms | {concurrency:?} | {} | {:.0} | {:.0} % | {} | {} |",
                outcome.requests,
                outcome.seconds,
                100.0 * share,
                outcome.refused,
                outcome.lost
            ));
            assert!(share > 0.95 && outcome.lost == 0, "{beyond:?} {outcome:?}");
            assert!(outcome.refused <= 120 + outcome.requests / 4, "{beyond:?} {outcome:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn too_high_a_fixed_concurrency_loses_no_request() {
    heading();
    for pause in [None, Some(1)] {
        let server = server(20, 300, Refuses(pause), Jitter(20));
        let settings = PaceSettings { concurrency: Some(64), ..PaceSettings::default() };
        let outcome = run(server, &[], 4_000, settings, 7).await;
        row(server, &outcome);
        assert_eq!(outcome.lost, 0);
        assert!(outcome.of_ideal > 0.2, "{outcome:?}");
    }
}
