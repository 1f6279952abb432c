//! What the parts do together, as a caller of [`Pace::request`] sees it.

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use futures::future::join_all;
use tokio::time::timeout;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn pace(settings: PaceSettings) -> Arc<Pace> {
    Arc::new(Pace::new(PaceSettings { seed: Some(1), ..settings }))
}

fn fixed(concurrency: usize) -> PaceSettings {
    PaceSettings { concurrency: Some(concurrency), ..PaceSettings::default() }
}

/// One request with nothing particular about it.
async fn ask<T, Future>(pace: &Pace, priority: u64, attempt: impl Fn() -> Future) -> Result<T, EngineError>
where
    Future: std::future::Future<Output = Result<T, EngineError>>,
{
    let ticket = Ticket { priority, tokens: 100 };
    let asked = pace.request(ticket, || Ok(()), attempt, |_| Usage::default(), |_, _| {});
    asked.await.map(|(reply, _room)| reply)
}

async fn answer_after(pause: Duration) -> Result<(), EngineError> {
    sleep(pause).await;
    Ok(())
}

fn error(class: ErrorClass) -> EngineError {
    EngineError::new(class, "no")
}

fn is_idle(pace: &Pace) -> bool {
    let snapshot = pace.snapshot();
    snapshot.in_flight == 0 && snapshot.queued == 0
}

#[tokio::test(start_paused = true)]
async fn each_class_is_tried_as_often_as_it_should_be() {
    for (class, expected) in [
        (ErrorClass::Retry, 5),
        (ErrorClass::Wait(None), 12),
        (ErrorClass::Split, 1),
        (ErrorClass::NextEngine, 1),
        (ErrorClass::Stop, 1),
    ] {
        // So patient that attempts run out first, and so rarely open that each fault counts.
        let breaker = BreakerSettings { faults: 6, patience: 9_000 * SECOND, ..BreakerSettings::default() };
        let pace = pace(PaceSettings { breaker, ..fixed(2) });
        let made = AtomicUsize::new(0);
        let result: Result<(), _> = ask(&pace, 0, || async {
            made.fetch_add(1, Ordering::Relaxed);
            Err(error(class))
        })
        .await;
        assert_eq!(result.unwrap_err().class, class);
        assert_eq!(made.load(Ordering::Relaxed), expected, "{class:?}");
        assert!(pace.stopped().is_none() && is_idle(&pace));
    }
}

#[tokio::test(start_paused = true)]
async fn a_named_pause_holds_every_request_and_is_capped() {
    for (asked, held) in [(20, 20), (3_600, 60)] {
        let pace = pace(fixed(8));
        let began = Instant::now();
        let refused_once = AtomicUsize::new(0);
        let refused = ask(&pace, 0, || async {
            match refused_once.fetch_add(1, Ordering::Relaxed) {
                0 => Err(error(ErrorClass::Wait(Some(asked * SECOND)))),
                _ => Ok(began.elapsed()),
            }
        });
        let other = async {
            sleep(SECOND).await;
            assert!(pace.snapshot().paused.is_some_and(|left| left <= (held - 1) * SECOND));
            ask(&pace, 0, || async { Ok(began.elapsed()) }).await
        };
        for left_at in <[_; 2]>::from(tokio::join!(refused, other)) {
            let left_at = left_at.unwrap();
            assert!((held * SECOND..(held + 1) * SECOND).contains(&left_at), "{left_at:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_longest_of_several_pauses_counts() {
    let pace = pace(fixed(8));
    let began = Instant::now();
    let requests = [3, 30, 10].map(|asked| {
        let (pace, refused_once) = (&pace, AtomicUsize::new(0));
        async move {
            let attempt = || async {
                match refused_once.fetch_add(1, Ordering::Relaxed) {
                    0 => Err(error(ErrorClass::Wait(Some(asked * SECOND)))),
                    _ => Ok(began.elapsed()),
                }
            };
            ask(pace, 0, attempt).await.unwrap()
        }
    });
    assert!(join_all(requests).await.iter().all(|left_at| *left_at >= 30 * SECOND));
}

#[tokio::test(start_paused = true)]
async fn after_a_pause_requests_do_not_leave_in_the_same_millisecond() {
    let pace = pace(fixed(40));
    join_all((0..40).map(|_| ask(&pace, 0, || answer_after(SECOND)))).await;
    let once = AtomicUsize::new(0);
    let refused_once = ask(&pace, 0, || async {
        match once.fetch_add(1, Ordering::Relaxed) {
            0 => Err(error(ErrorClass::Wait(Some(5 * SECOND)))),
            _ => Ok(()),
        }
    });
    refused_once.await.unwrap();
    let began = Instant::now();
    let left = join_all((0..40).map(|_| ask(&pace, 0, || async { Ok(began.elapsed().as_millis()) }))).await;
    let mut left: Vec<_> = left.into_iter().map(Result::unwrap).collect();
    left.dedup();
    assert!(left.len() >= 35, "{left:?}");
    assert!(left.iter().max() < Some(&1_100), "{left:?}");
}

#[tokio::test(start_paused = true)]
async fn the_highest_priority_goes_first_and_equals_in_order_of_arrival() {
    let pace = pace(fixed(1));
    let order = std::sync::Mutex::new(Vec::new());
    let requests = [(1, 'a'), (5, 'b'), (3, 'c'), (5, 'd'), (9, 'e'), (1, 'f')].map(|(priority, name)| {
        let (pace, order) = (&pace, &order);
        async move {
            let attempt = || async {
                order.lock().unwrap().push(name);
                answer_after(SECOND).await
            };
            ask(pace, priority, attempt).await
        }
    });
    join_all(requests).await;
    // The first found the place free.
    assert_eq!(order.into_inner().unwrap(), ['a', 'e', 'b', 'd', 'c', 'f']);
}

#[tokio::test(start_paused = true)]
async fn priority_holds_while_a_pause_or_a_rate_holds_everybody() {
    let pace = pace(PaceSettings { requests_per_minute: Some(60), ..fixed(64) });
    let order = std::sync::Mutex::new(Vec::new());
    let requests = (0..20_u64).map(|priority| {
        let (pace, order) = (&pace, &order);
        async move {
            let attempt = || async {
                order.lock().unwrap().push(priority);
                Ok(())
            };
            ask(pace, priority, attempt).await
        }
    });
    join_all(requests).await;
    let order = order.into_inner().unwrap();
    // The first found the place free, the second had the turn before the others came.
    assert_eq!(order[..3], [0, 1, 19]);
    assert!(order[2..].is_sorted_by(|before, after| before > after), "{order:?}");
}

#[tokio::test(start_paused = true)]
async fn no_more_than_the_limit_are_under_way() {
    for settings in [fixed(7), PaceSettings { start: 3, ceiling: 7, ..PaceSettings::default() }] {
        let pace = pace(settings);
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let attempt = || async {
            most.fetch_max(now.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
            sleep(SECOND).await;
            now.fetch_sub(1, Ordering::Relaxed);
            Ok(())
        };
        join_all((0..200).map(|_| ask(&pace, 0, attempt))).await;
        assert_eq!(most.load(Ordering::Relaxed), 7);
    }
}

/// Polls a request, lets `between` pass, and so on, dropping it after `polls` polls. Says whether it ended.
async fn drop_after(polls: usize, request: impl Future<Output = Result<(), EngineError>>) -> bool {
    let mut request = pin!(request);
    for _ in 0..polls {
        let mut context = Context::from_waker(Waker::noop());
        if request.as_mut().poll(&mut context).is_ready() {
            return true;
        }
        sleep(Duration::from_millis(300)).await;
    }
    false
}

#[tokio::test(start_paused = true)]
async fn a_request_dropped_at_any_await_gives_everything_back() {
    let mut ended = 0;
    for (busy, class) in [
        (false, ErrorClass::Retry),
        (false, ErrorClass::Wait(Some(SECOND))),
        (true, ErrorClass::Retry),
        (true, ErrorClass::Wait(Some(SECOND))),
    ] {
        for polls in 0..40 {
            let pace = pace(fixed(1));
            let other = {
                let pace = Arc::clone(&pace);
                tokio::spawn(async move {
                    if busy {
                        ask(&pace, 1, || answer_after(2 * SECOND)).await.unwrap();
                    }
                })
            };
            tokio::task::yield_now().await;
            let failures = AtomicUsize::new(0);
            let request = ask(&pace, 0, || async {
                sleep(SECOND).await;
                match failures.fetch_add(1, Ordering::Relaxed) {
                    0 | 1 => Err(error(class)),
                    _ => Ok(()),
                }
            });
            ended += usize::from(drop_after(polls, request).await);
            other.await.unwrap();
            assert!(is_idle(&pace), "{class:?} after {polls} polls: {:?}", pace.snapshot());
            ask(&pace, 0, || answer_after(SECOND)).await.unwrap();
        }
    }
    assert!(ended > 0, "no request got to its end: the polls are too few to drop at every await");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_turn_and_a_dropped_probe_go_to_the_next() {
    let pace = pace(fixed(4));
    let failing: Result<(), _> = {
        let faults = AtomicUsize::new(0);
        let attempt = || async {
            match faults.fetch_add(1, Ordering::Relaxed) {
                // Opens the breaker; the probe then hangs.
                0..5 => Err(error(ErrorClass::Retry)),
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            result = ask(&pace, 9, attempt) => result,
            () = sleep(20 * SECOND) => Ok(()),
        }
    };
    failing.unwrap();
    // The probe was dropped with its request: this one is the next probe, and closes the breaker.
    assert!(pace.snapshot().failing.is_some());
    ask(&pace, 0, || answer_after(SECOND)).await.unwrap();
    assert!(pace.snapshot().failing.is_none());
}

/// An endpoint that is down between two instants of the run.
struct Endpoint {
    began: Instant,
    down: std::ops::Range<Duration>,
    asked: std::sync::Mutex<Vec<Duration>>,
}

impl Endpoint {
    fn down(from: u32, to: u32) -> Self {
        let down = from * SECOND..to * SECOND;
        Self { began: Instant::now(), down, asked: std::sync::Mutex::default() }
    }

    async fn answer(&self) -> Result<(), EngineError> {
        let elapsed = self.began.elapsed();
        self.asked.lock().unwrap().push(elapsed);
        sleep(Duration::from_millis(50)).await;
        if self.down.contains(&elapsed) {
            return Err(EngineError::new(ErrorClass::Retry, "connection refused"));
        }
        Ok(())
    }

    fn asked_between(&self, from: u32, to: u32) -> usize {
        let span = from * SECOND..to * SECOND;
        self.asked.lock().unwrap().iter().filter(|at| span.contains(*at)).count()
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_where_nobody_lives_is_given_up_after_15_seconds_for_everybody() {
    for concurrency in [1, 8, 64] {
        let pace = pace(fixed(concurrency));
        let endpoint = Endpoint::down(0, 9_999);
        let results = join_all((0..100).map(|_| ask(&pace, 0, || endpoint.answer()))).await;
        let took = endpoint.began.elapsed();
        assert!((15 * SECOND..18 * SECOND).contains(&took), "{took:?} at {concurrency}");
        for result in results {
            let error = result.unwrap_err();
            assert_eq!(error.class, ErrorClass::Stop);
            assert!(error.message.contains("connection refused"), "{error}");
        }
        assert!(endpoint.asked.lock().unwrap().len() < concurrency + 12);
        let later = ask(&pace, 0, || endpoint.answer()).await;
        assert_eq!(later.unwrap_err(), *pace.stopped().unwrap());
        assert!(is_idle(&pace) && pace.snapshot().stopped);
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_away_for_a_minute_loses_no_request_and_is_probed_by_one_at_a_time() {
    for concurrency in [1, 8, 64] {
        let pace = pace(fixed(concurrency));
        let endpoint = Endpoint::down(10, 70);
        let requests = (0..concurrency * 1_000).map(|_| ask(&pace, 0, || endpoint.answer()));
        assert!(join_all(requests).await.iter().all(Result::is_ok));
        let while_down = endpoint.asked_between(20, 70);
        assert!((3..=12).contains(&while_down), "{while_down} at {concurrency}");
        assert!(endpoint.began.elapsed() < 150 * SECOND, "{:?}", endpoint.began.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_dies_after_answering_is_given_up_after_patience() {
    let pace = pace(fixed(8));
    let endpoint = Endpoint::down(10, 9_999);
    let results = join_all((0..10_000).map(|_| ask(&pace, 0, || endpoint.answer()))).await;
    let took = endpoint.began.elapsed();
    assert!((130 * SECOND..136 * SECOND).contains(&took), "{took:?}");
    assert!(results.iter().filter(|result| result.is_ok()).count() >= 8 * 190);
    assert!(results.iter().all(|result| result.as_ref().err().is_none_or(|e| e.class == ErrorClass::Stop)));
}

#[tokio::test(start_paused = true)]
async fn requests_that_break_the_server_fail_alone() {
    // One fails between the answers to others; seven come first of all and open the breaker, whose probes
    // must then be borne by others in spite of their lower priority.
    for (concurrency, breaking) in [(1, 1), (4, 1), (1, 7)] {
        let pace = pace(fixed(concurrency));
        ask(&pace, 1, || answer_after(SECOND)).await.unwrap();
        let attempt = || async {
            sleep(SECOND).await;
            Err::<(), _>(EngineError::new(ErrorClass::Retry, "status 500 for this one"))
        };
        let breaks = join_all((0..breaking).map(|_| ask(&pace, 99, attempt)));
        let others = join_all((0..200).map(|_| ask(&pace, 1, || answer_after(SECOND))));
        let (broken, others) = tokio::join!(breaks, others);
        assert!(pace.stopped().is_none());
        assert!(broken.iter().all(|result| result.as_ref().is_err_and(|e| e.message.ends_with("this one"))));
        assert!(others.iter().all(Result::is_ok));
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_fails_now_and_then_keeps_its_level() {
    let pace = pace(PaceSettings { ceiling: 64, ..PaceSettings::default() });
    let made = AtomicUsize::new(0);
    let attempt = || async {
        let number = made.fetch_add(1, Ordering::Relaxed);
        sleep(SECOND / 5).await;
        // One in five, never two in a row.
        if number.is_multiple_of(5) { Err(error(ErrorClass::Retry)) } else { Ok(()) }
    };
    let requests = join_all((0..6_000).map(|_| ask(&pace, 0, attempt)));
    let look = async {
        sleep(10 * SECOND).await;
        pace.snapshot().limit
    };
    let began = Instant::now();
    let (results, limit) = tokio::join!(requests, look);
    assert_eq!(limit, 64);
    assert!(results.iter().filter(|result| result.is_err()).count() < 10);
    // 7,500 attempts at 320 a second.
    assert!(began.elapsed() < 30 * SECOND, "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn endless_refusals_end_with_a_stop_after_patience() {
    for asked in [None, Some(2 * SECOND), Some(600 * SECOND)] {
        let pace = pace(PaceSettings::default());
        let began = Instant::now();
        let refuse = || async { Err::<(), _>(error(ErrorClass::Wait(asked))) };
        let results = join_all((0..50).map(|_| ask(&pace, 0, refuse))).await;
        assert!(results.iter().all(Result::is_err));
        assert_eq!(pace.stopped().map(|error| error.class), Some(ErrorClass::Stop), "{asked:?}");
        assert!((100 * SECOND..400 * SECOND).contains(&began.elapsed()), "{asked:?}: {:?}", began.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn stop_wakes_all_who_wait_and_lets_those_under_way_come_back() {
    let pace = pace(fixed(2));
    let began = Instant::now();
    let requests = join_all((0..20).map(|_| ask(&pace, 0, || answer_after(10 * SECOND))));
    let pausing = async {
        // Backing off when the stop comes.
        sleep(10 * SECOND).await;
        ask::<(), _>(&pace, 100, || async { Err(error(ErrorClass::Wait(Some(50 * SECOND)))) }).await
    };
    let stop = async {
        sleep(15 * SECOND).await;
        pace.stop(EngineError::new(ErrorClass::Stop, "the key was refused"));
        pace.stop(EngineError::new(ErrorClass::Stop, "too late"));
    };
    let (results, paused, ()) = tokio::join!(requests, pausing, stop);
    let answered = results.iter().filter(|result| result.is_ok()).count();
    assert!((2..=4).contains(&answered), "{answered}");
    for error in results.into_iter().filter_map(Result::err).chain([paused.unwrap_err()]) {
        assert_eq!(error.message, "the key was refused");
    }
    assert!(began.elapsed() <= 25 * SECOND, "{:?}", began.elapsed());
    assert!(is_idle(&pace));
}

#[tokio::test(start_paused = true)]
async fn the_budget_is_asked_before_each_attempt_and_its_no_is_final() {
    let pace = pace(fixed(2));
    let (admitted, made) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let admit = || match admitted.fetch_add(1, Ordering::Relaxed) {
        0..3 => Ok(()),
        _ => Err(EngineError::new(ErrorClass::Stop, "the budget is spent")),
    };
    let attempt = || async {
        made.fetch_add(1, Ordering::Relaxed);
        Err::<(), _>(error(ErrorClass::Retry))
    };
    let result = pace.request(Ticket::default(), admit, attempt, |()| Usage::default(), |_, _| {}).await;
    assert_eq!(result.unwrap_err().message, "the budget is spent");
    assert_eq!(made.load(Ordering::Relaxed), 3);
    assert!(pace.stopped().is_none() && is_idle(&pace));
    ask(&pace, 0, || answer_after(SECOND)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn tokens_per_minute_go_by_the_replies_own_count() {
    // 6,000 a minute are 100 a second; estimated at 100, the requests use 300 each.
    let pace = pace(PaceSettings { tokens_per_minute: Some(6_000), ..fixed(64) });
    let began = Instant::now();
    let usage = |_: &()| Usage { tokens_in: 200, tokens_out: 100, ..Usage::default() };
    let ticket = Ticket { priority: 0, tokens: 100 };
    for _ in 0..20 {
        pace.request(ticket, || Ok(()), || async { Ok(()) }, usage, |_, _| {}).await.unwrap();
    }
    let took = began.elapsed();
    assert!((52 * SECOND..62 * SECOND).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn an_engine_of_this_machine_has_a_limit_and_nothing_else() {
    let pace = pace(PaceSettings::local(3));
    for _ in 0..50 {
        let made = AtomicUsize::new(0);
        let result = ask(&pace, 0, || async {
            made.fetch_add(1, Ordering::Relaxed);
            Err::<(), _>(error(ErrorClass::Retry))
        });
        assert_eq!(result.await.unwrap_err().message, "no");
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }
    assert!(pace.stopped().is_none());
    assert_eq!(pace.snapshot().limit, 3);
}

#[tokio::test(start_paused = true)]
async fn the_snapshot_says_how_things_stand() {
    let pace = pace(fixed(2));
    let requests = join_all((0..5).map(|_| ask(&pace, 0, || answer_after(SECOND))));
    let look = async {
        sleep(SECOND / 2).await;
        pace.snapshot()
    };
    let (_, seen) = tokio::join!(requests, look);
    let expected =
        PaceSnapshot { limit: 2, in_flight: 2, queued: 3, paused: None, failing: None, stopped: false };
    assert_eq!(seen, expected);
}

#[tokio::test(start_paused = true)]
async fn a_call_of_several_requests_goes_on_before_others() {
    let (pace, order) = (pace(fixed(1)), Mutex::new(Vec::new()));
    let call = async |name: &'static str, requests: usize| {
        let left = AtomicUsize::new(requests);
        let attempt = || async {
            sleep(SECOND).await;
            order.lock().unwrap().push(name);
            let last = left.fetch_sub(1, Ordering::Relaxed) == 1;
            if last { Ok(()) } else { Err(error(ErrorClass::Again { answered: true })) }
        };
        ask(&pace, 5, attempt).await.unwrap();
    };
    tokio::join!(call("first", 3), call("second", 2));
    assert_eq!(*order.lock().unwrap(), ["first", "first", "first", "second", "second"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_stored_takes_its_room() {
    let adaptive = PaceSettings { start: 8, ceiling: 8, ..PaceSettings::default() };
    for (settings, most) in [(fixed(2), 2), (adaptive, 8)] {
        let pace = pace(settings);
        let answer = || {
            pace.request(
                Ticket::default(),
                || Ok(()),
                || answer_after(SECOND),
                |()| Usage::default(),
                |_, _| {},
            )
        };
        let mut unstored = Vec::new();
        for _ in 0..most {
            unstored.push(answer().await.unwrap().1);
        }
        let mut next = Box::pin(answer());
        assert!(timeout(60 * SECOND, &mut next).await.is_err(), "nothing is stored");
        assert_eq!((pace.snapshot().in_flight, pace.snapshot().queued), (0, 1));
        unstored.pop();
        assert!(next.await.is_ok());
        drop(unstored);
        ask(&pace, 0, || answer_after(SECOND)).await.unwrap();
        assert!(is_idle(&pace));
    }
}
