//! What a broker does to its logs without being asked: old segments go, silent producers are forgotten.
//!
//! One task for all partitions. Every interval it walks through them, one after the other and each in bounded steps; the
//! rules are the log's own. [`Schedule`] says what is due when, so that the task only sleeps and walks.
//!
//! Always holds: an interval is counted from the end of a walk, so walks never overlap; a stop waits for one step at most.

use crate::{broker::BrokerState, config::BrokerConfig, partitions::LocalPartition};
use std::{sync::Arc, time::Duration};
use tribunal_env::{Instant, Timestamp, warn, watch};
use tribunal_log::{ChangeError, Partition};

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chore {
    /// Old segments go.
    Retention,
    /// Silent producers are forgotten.
    ProducerExpiry,
}

/// When each chore is due.
#[derive(Debug, Clone, Copy)]
struct Schedule {
    retention: Instant,
    retention_every: Duration,
    expiry: Instant,
    expiry_every: Duration,
}

impl Schedule {
    fn new(config: &BrokerConfig, now: Instant) -> Schedule {
        Schedule {
            retention: now + config.retention_first_after,
            retention_every: config.retention_check_interval,
            expiry: now + config.producer_expiration_check_interval,
            expiry_every: config.producer_expiration_check_interval,
        }
    }

    /// The next chore, and when it is due.
    fn next(&self) -> (Chore, Instant) {
        if self.retention <= self.expiry {
            (Chore::Retention, self.retention)
        } else {
            (Chore::ProducerExpiry, self.expiry)
        }
    }

    /// A chore is done at `now`.
    fn done(&mut self, chore: Chore, now: Instant) {
        match chore {
            Chore::Retention => self.retention = now + self.retention_every,
            Chore::ProducerExpiry => self.expiry = now + self.expiry_every,
        }
    }
}

/// Does the chores until `stopped`.
pub(crate) async fn run(broker: Arc<BrokerState>, mut stopped: watch::Receiver<bool>) {
    let env = &broker.env;
    let mut schedule = Schedule::new(&broker.config, env.now());
    loop {
        let (chore, due) = schedule.next();
        tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => return,
            () = env.sleep_until(due) => {}
        }
        for (topic, index, partition) in broker.partitions.all() {
            if stopped.see() {
                return;
            }
            if !needs(&partition, chore, env.wall()) {
                continue;
            }
            // One that cannot be opened has told so.
            let Ok(log) = partition.wake().await else { continue };
            match look_after(&broker, log, chore, &mut stopped).await {
                // A partition that was deleted or closed meanwhile needs nothing.
                Ok(()) | Err(ChangeError::Closed) => {}
                Err(_) if log.is_fenced() => {}
                Err(error) => warn!(env, "{topic}-{index}: old segments could not be deleted: {error:?}"),
            }
        }
        schedule.done(chore, env.now());
    }
}

/// Whether a chore has something to do for a partition. One that is asleep is woken only to delete records.
fn needs(partition: &LocalPartition, chore: Chore, now: Timestamp) -> bool {
    let Some(summary) = partition.if_asleep() else { return true };
    let config = partition.settings().log();
    let too_old = |keep: u64| {
        let age = now.as_millis().saturating_sub(summary.oldest_timestamp);
        summary.log_end > summary.log_start && u64::try_from(age).is_ok_and(|age| age > keep)
    };
    chore == Chore::Retention
        && (config.retention_bytes.is_some_and(|keep| summary.bytes > keep)
            || config.retention_ms.is_some_and(too_old))
}

/// Does a chore for one partition.
async fn look_after(
    broker: &BrokerState,
    log: &Partition,
    chore: Chore,
    stopped: &mut watch::Receiver<bool>,
) -> Result<(), ChangeError> {
    let now = broker.env.wall();
    match chore {
        Chore::Retention => while log.retain(now).await?.more && !stopped.see() {},
        Chore::ProducerExpiry => {
            let _count = log.expire_producers(now, broker.config.producer_expiration_ms).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn chores_come_at_their_own_pace() {
        let given = BTreeMap::from(
            [
                ("log.initial.task.delay.ms", "5"),
                ("log.retention.check.interval.ms", "30"),
                ("producer.id.expiration.check.interval.ms", "50"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let config = BrokerConfig::from_properties(&given).expect("legal properties").config;
        let at = |millis: u64| Instant::from_nanos(millis * 1_000_000);
        let mut schedule = Schedule::new(&config, at(0));
        let mut walked = Vec::new();
        for _ in 0..6 {
            let (chore, due) = schedule.next();
            walked.push((chore == Chore::Retention, due.as_nanos() / 1_000_000));
            // Each walk takes two milliseconds.
            schedule.done(chore, due + Duration::from_millis(2));
        }
        let expected = [(true, 5), (true, 37), (false, 50), (true, 69), (true, 101), (false, 102)];
        assert_eq!(walked, expected);
    }
}
