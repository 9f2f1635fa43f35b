//! Compacts the logs whose topics ask for it, one after the other, the dirtiest first.
//!
//! One task for all partitions, as many passes as there is something to do, and a pause of `log.cleaner.backoff.ms` when
//! there is not. What is due, and what a pass does, are the log's own rules; [`Setbacks`] says which logs are left alone
//! for a while because a pass over them failed, so that the others get their turn.
//!
//! Always holds: one pass at a time; a stop is heard within a pass, and waits for one step of it at most.

use crate::{broker::BrokerState, partitions::LocalPartition};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tribunal_env::{Instant, PartitionKey, warn, watch};
use tribunal_log::{CompactionNeed, Effort, Unfinished};

/// How often the pause after a failure is doubled at most.
const DOUBLINGS_MAX: u32 = 8;
/// The least pause after a failure, where the backoff is shorter.
const SETBACK_MIN: Duration = Duration::from_millis(100);

/// Logs over which passes failed.
#[derive(Debug, Default)]
struct Setbacks(BTreeMap<PartitionKey, (u32, Instant)>);

impl Setbacks {
    /// Whether a log may have its turn at `now`.
    fn allows(&self, key: PartitionKey, now: Instant) -> bool {
        self.0.get(&key).is_none_or(|(_, until)| *until <= now)
    }

    /// A pass failed at `now`: the log waits, longer each time.
    fn note(&mut self, key: PartitionKey, now: Instant, backoff: Duration) {
        let (failures, until) = self.0.entry(key).or_insert((0, now));
        *until = now + backoff.max(SETBACK_MIN).saturating_mul(1 << *failures);
        *failures = (*failures + 1).min(DOUBLINGS_MAX);
    }

    /// A pass came to its end.
    fn forget(&mut self, key: PartitionKey) {
        self.0.remove(&key);
    }

    /// Logs that are not there any more have no setbacks.
    fn keep(&mut self, there: impl Fn(PartitionKey) -> bool) {
        self.0.retain(|key, _| there(*key));
    }
}

/// A log that is due, with its name.
struct Candidate {
    name: String,
    partition: Arc<LocalPartition>,
    need: CompactionNeed,
}

/// Compacts until `stopped`.
pub(crate) async fn run(broker: Arc<BrokerState>, mut stopped: watch::Receiver<bool>) {
    let env = &broker.env;
    let backoff = broker.config.cleaner.backoff;
    let mut effort = Effort::new(env, broker.config.cleaner.effort, stopped.clone());
    let mut setbacks = Setbacks::default();
    loop {
        let Some(dirtiest) = choose(&broker, &mut setbacks, &mut stopped).await else {
            tokio::select! {
                biased;
                _ = stopped.wait_for(|stopped| *stopped) => return,
                () = env.sleep(backoff) => continue,
            }
        };
        if stopped.see() {
            return;
        }
        let log = dirtiest.partition.log();
        match log.compact(env.wall(), &mut effort).await {
            Ok(_) => setbacks.forget(log.key()),
            Err(Unfinished::Stopped) => return,
            Err(unfinished) => {
                if let Some(why) = reason(&unfinished) {
                    warn!(env, "{} is not compacted for now: {why}", dirtiest.name);
                }
                setbacks.note(log.key(), env.now(), backoff);
            }
        }
    }
}

/// The dirtiest log of those that are due and may have their turn.
async fn choose(
    broker: &BrokerState,
    setbacks: &mut Setbacks,
    stopped: &mut watch::Receiver<bool>,
) -> Option<Candidate> {
    let all = broker.partitions.all();
    setbacks.keep(|key| all.iter().any(|(_, _, partition)| partition.key() == key));
    let mut dirtiest: Option<Candidate> = None;
    for (topic, index, partition) in all {
        if stopped.see() {
            return None;
        }
        let may_have_its_turn = setbacks.allows(partition.key(), broker.env.now());
        if !partition.settings().is_compacted() || !may_have_its_turn || !partition.may_be_dirty() {
            continue;
        }
        // One that cannot be opened has told so.
        let Ok(log) = partition.wake().await else { continue };
        // A log that was closed or deleted meanwhile needs nothing.
        let Ok(Some(need)) = log.compaction_need(broker.env.wall()).await else { continue };
        let before = dirtiest.as_ref().map(|candidate| candidate.need.dirtiness);
        if need.is_due && before.is_none_or(|before| need.dirtiness.is_above(&before)) {
            dirtiest = Some(Candidate { name: format!("{topic}-{index}"), partition, need });
        }
    }
    dirtiest
}

/// What an operator should know of a pass that did not come to its end.
fn reason(unfinished: &Unfinished) -> Option<String> {
    match unfinished {
        Unfinished::Nothing | Unfinished::Superseded | Unfinished::Stopped => None,
        Unfinished::Damaged(offset) => Some(format!(
            "it is damaged at offset {}, and what cannot be read must not be taken for compacted",
            offset.0
        )),
        Unfinished::TooLarge => {
            Some("compressed again, a segment would be larger than one may be".to_owned())
        }
        Unfinished::Failed(error) => Some(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_fails_waits_longer_each_time_and_the_others_do_not() {
        let key = |partition| PartitionKey { topic_id: [1; 16], partition };
        let at = |millis: u64| Instant::from_nanos(millis * 1_000_000);
        let backoff = Duration::from_millis(1_000);
        let mut setbacks = Setbacks::default();
        let mut now = 0;
        for wait in [1_000, 2_000, 4_000] {
            setbacks.note(key(0), at(now), backoff);
            assert!(!setbacks.allows(key(0), at(now + wait - 1)) && setbacks.allows(key(0), at(now + wait)));
            assert!(setbacks.allows(key(1), at(now)));
            now += wait;
        }
        for _ in 0..100 {
            setbacks.note(key(0), at(now), backoff);
        }
        assert!(setbacks.allows(key(0), at(now + 256_000)));
        setbacks.forget(key(0));
        assert!(setbacks.allows(key(0), at(now)));
        setbacks.note(key(1), at(now), Duration::ZERO);
        assert!(!setbacks.allows(key(1), at(now + 99)));
        setbacks.keep(|key| key.partition == 0);
        assert!(setbacks.allows(key(1), at(now)));
    }
}
