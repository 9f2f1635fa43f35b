//! Clocks, sleeps and time limits.

use super::{Node, World, run};
use crate::{Env, yield_now};
use std::{sync::Arc, time::Duration};
use tokio::sync::oneshot;

/// Every check of this module.
pub async fn all(world: &Arc<dyn World>) {
    now_is_strictly_monotonic(world).await;
    sleeps_end_in_order_and_never_early(world).await;
    deadlines_of_the_past_are_over(world).await;
    timeout_gives_the_output_or_drops_the_future(world).await;
    clocks_move_on(world).await;
    random_streams_are_named(world).await;
}

/// Two calls never return the same instant, whichever task calls, and never go backwards.
pub async fn now_is_strictly_monotonic(world: &Arc<dyn World>) {
    let env = world.env(Node::First);
    run(world, Node::First, async move {
        let mut last = env.now();
        for round in 0..2_000 {
            let next = env.now();
            assert!(next > last, "now() returned {next:?} after {last:?}");
            last = next;
            if round % 100 == 0 {
                let other = env.clone();
                let theirs = env.spawn("clock", async move { other.now() }).await.expect("the task runs");
                assert!(theirs > last, "another task saw {theirs:?} after {last:?}");
                last = theirs;
                yield_now().await;
            }
        }
    })
    .await;
}

/// A sleep lasts at least as long as asked for, and the shorter one ends first.
pub async fn sleeps_end_in_order_and_never_early(world: &Arc<dyn World>) {
    let env = world.env(Node::First);
    run(world, Node::First, async move {
        let begin = env.now();
        let sleeper = |millis: u64| {
            let env = env.clone();
            async move {
                env.sleep(Duration::from_millis(millis)).await;
                env.now()
            }
        };
        let long = env.spawn("long", sleeper(60));
        let short = env.spawn("short", sleeper(5));
        let (long, short) = (long.await.expect("long ends"), short.await.expect("short ends"));
        assert!(short.since(begin) >= Duration::from_millis(5), "slept {:?} of 5 ms", short.since(begin));
        assert!(long.since(begin) >= Duration::from_millis(60), "slept {:?} of 60 ms", long.since(begin));
        assert!(short < long, "the shorter sleep ended last");
        let deadline = env.now() + Duration::from_millis(3);
        env.sleep_until(deadline).await;
        assert!(env.now() >= deadline, "woke before the deadline");
    })
    .await;
}

/// A deadline that has passed does not wait, and does not panic.
pub async fn deadlines_of_the_past_are_over(world: &Arc<dyn World>) {
    let env = world.env(Node::First);
    run(world, Node::First, async move {
        let past = env.now();
        env.sleep(Duration::from_millis(2)).await;
        env.sleep_until(past).await;
        env.sleep(Duration::ZERO).await;
        assert_eq!(env.timeout_at(past, std::future::pending::<()>()).await, None);
    })
    .await;
}

/// Sets its flag when dropped.
struct Bell(Option<oneshot::Sender<()>>);

impl Drop for Bell {
    fn drop(&mut self) {
        if let Some(sender) = self.0.take() {
            // Nobody has to listen.
            let _unheard = sender.send(());
        }
    }
}

/// `timeout` prefers the output, gives up no earlier than asked, and drops what it gave up on.
pub async fn timeout_gives_the_output_or_drops_the_future(world: &Arc<dyn World>) {
    let env = world.env(Node::First);
    run(world, Node::First, async move {
        assert_eq!(env.timeout(Duration::from_secs(10), async { 7 }).await, Some(7));
        assert_eq!(env.timeout(Duration::ZERO, async { 8 }).await, Some(8), "what is ready is taken");
        let inner = env.clone();
        let slow = async move {
            inner.sleep(Duration::from_millis(2)).await;
            9
        };
        assert_eq!(env.timeout(Duration::from_secs(10), slow).await, Some(9));

        let (bell, dropped) = oneshot::channel();
        let begin = env.now();
        let outcome = env.timeout(Duration::from_millis(5), hold(Bell(Some(bell)))).await;
        assert_eq!(outcome, None);
        assert!(env.now().since(begin) >= Duration::from_millis(5), "gave up early");
        dropped.await.expect("the future was dropped, which rang its bell");
    })
    .await;
}

async fn hold(bell: Bell) {
    std::future::pending::<()>().await;
    drop(bell);
}

/// Both clocks pass at roughly the pace of the sleeps.
pub async fn clocks_move_on(world: &Arc<dyn World>) {
    let env = world.env(Node::First);
    run(world, Node::First, async move {
        let wall = env.wall().as_millis();
        assert!(wall > 946_684_800_000, "the wall clock says {wall} ms, which is before the year 2000");
        let begin = env.now();
        env.sleep(Duration::from_millis(20)).await;
        assert!(env.now().since(begin) >= Duration::from_millis(20));
        let passed = env.wall().as_millis() - wall;
        assert!(passed >= 10, "the wall clock moved {passed} ms in 20 ms");
    })
    .await;
}

/// Draws answer, differ, and come in the ranges asked for.
pub async fn random_streams_are_named(world: &Arc<dyn World>) {
    let env: Env = world.env(Node::First);
    run(world, Node::First, async move {
        let (mut one, mut other) = (env.rng("conformance-one"), env.rng("conformance-other"));
        let first: Vec<u64> = (0..8).map(|_| one.next_u64()).collect();
        let second: Vec<u64> = (0..8).map(|_| other.next_u64()).collect();
        assert_ne!(first, second, "two streams gave the same numbers");
        assert!(first.windows(2).any(|pair| pair[0] != pair[1]), "a stream repeats itself");
        for _ in 0..100 {
            assert!((3..=5).contains(&one.range(3, 5)));
        }
        assert!(!one.chance(0, 10) && one.chance(10, 10));
    })
    .await;
}
