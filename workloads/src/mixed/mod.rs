//! The mixed workload: producers of both kinds, readers that tail, start over and begin at a time, questions of every
//! sort, deletions; against any cluster that speaks the protocol, over [`Env`] alone.
//!
//! [`set_up`] makes the topics, [`load`] does the work, [`drain`] reads everything to its end. All that clients ask
//! and see goes into one history through a [`Scribe`]; nothing is judged here.
//!
//! Always holds: a record is written down before it can leave, and an outcome after it was told; whatever left
//! doubt is told as doubt; every wait has a deadline; all choices come from named random streams.

mod actors;
mod asker;
mod drain;
mod opened;
mod options;
mod payload;
mod reading;
mod scribe;
mod sending;
mod setup;

pub use drain::{DrainOutcome, drain};
pub use options::MixedOptions;
pub use reading::values_in;
pub use scribe::Scribe;
pub use setup::set_up;

use actors::Shared;
use asker::Asker;
use std::sync::{Arc, atomic::Ordering};
use tribunal_env::{BoxFuture, Env, watch};

/// How a load ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadOutcome {
    /// Produce requests that were made.
    pub requests: u64,
    /// Whether it was told to stop.
    pub stopped: bool,
    /// Actors that ended before their time, and why, in words.
    pub gave_up: Vec<String>,
}

/// Runs all actors, spread over `envs`, until the producers have done their share or `stop` says so, and until the
/// fate of what was sent is known.
///
/// # Panics
/// When there is no environment.
pub async fn load(
    envs: &[Env],
    bootstrap: &str,
    options: &MixedOptions,
    scribe: &Scribe,
    stop: watch::Receiver<bool>,
) -> LoadOutcome {
    assert!(!envs.is_empty(), "somebody has to do the work");
    let options = Arc::new(options.clone());
    let producers = u64::from(options.idempotent_producers) + u64::from(options.plain_producers);
    let shared = Shared::new(stop, producers);
    let mut tasks = Vec::new();
    let mut start = |act: &dyn Fn(Asker) -> BoxFuture<'static, actors::Ended>| {
        let env = &envs[tasks.len() % envs.len()];
        let asker = Asker::new(env, bootstrap, &options, scribe);
        tasks.push(env.spawn("mixed actor", act(asker)));
    };
    for number in 0..producers {
        let idempotent = number < u64::from(options.idempotent_producers);
        // The first ones take what does not divide.
        let share =
            options.produce_requests / producers + u64::from(number < options.produce_requests % producers);
        let sequence = options.first_sequence.filter(|_| number == 0);
        start(&|asker| Box::pin(actors::produce(asker, shared.clone(), idempotent, sequence, share)));
    }
    for _ in 0..options.tailing_readers {
        start(&|asker| Box::pin(actors::tail(asker, shared.clone())));
    }
    for _ in 0..options.start_readers {
        start(&|asker| Box::pin(actors::from_start(asker, shared.clone())));
    }
    for _ in 0..options.time_readers {
        start(&|asker| Box::pin(actors::from_time(asker, shared.clone())));
    }
    for _ in 0..options.probers {
        start(&|asker| Box::pin(actors::probe(asker, shared.clone())));
    }
    if options.recreate_topics {
        start(&|asker| Box::pin(actors::churn(asker, shared.clone())));
    }
    let mut gave_up = Vec::new();
    for task in tasks {
        match task.await {
            Ok(Ok(())) => (),
            Ok(Err(why)) => gave_up.push(why),
            Err(_gone) => gave_up.push("the node of a client stopped".to_owned()),
        }
    }
    LoadOutcome { requests: shared.requests.load(Ordering::Relaxed), stopped: shared.stopped(), gave_up }
}
