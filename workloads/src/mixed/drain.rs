//! The drain: independent readers go through every partition from its start to its end, each in its own way.
//!
//! Losses are judged by these readers alone, so that a drain which did not come to every end says so and names
//! what it waits for. It may be repeated, for instance after all nodes lost their power.

use super::{
    MixedOptions, Scribe,
    asker::{Asker, Place},
    reading::{Polled, Stay},
};
use crate::history::SessionStart;
use std::{sync::Arc, time::Duration};
use tribunal_client::{OffsetSpec, RawReader};
use tribunal_env::{Env, Instant};

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers with nothing in them, before the end, after which a compacted log is taken to have nothing more.
const EMPTY_MAX: u32 = 3;

/// How a drain ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DrainOutcome {
    /// Whether every reader came to the end of every partition.
    pub complete: bool,
    /// What did not come to its end, and why, in words.
    pub waits_for: Vec<String>,
}

/// How a reader of the drain begins.
#[derive(Debug, Clone, Copy)]
enum Way {
    Start,
    Time,
    Middle,
}

/// Reads every partition to its end, and asks for ends, starts and epochs, within `limit`. Nobody may still produce.
pub async fn drain(
    env: &Env,
    bootstrap: &str,
    options: &MixedOptions,
    scribe: &Scribe,
    limit: Duration,
) -> DrainOutcome {
    let options = Arc::new(options.clone());
    let deadline = env.now() + limit;
    let readers = [Way::Start, Way::Time, Way::Middle, Way::Start].map(|way| {
        let asker = Asker::new(env, bootstrap, &options, scribe);
        env.spawn("mixed drain", read_all(asker, way, deadline))
    });
    let mut waits_for = Vec::new();
    for reader in readers {
        match reader.await {
            Ok(missing) => waits_for.extend(missing),
            Err(_gone) => waits_for.push("a reader's node stopped".to_owned()),
        }
    }
    waits_for.sort();
    waits_for.dedup();
    DrainOutcome { complete: waits_for.is_empty(), waits_for }
}

async fn read_all(asker: Asker, way: Way, deadline: Instant) -> Vec<String> {
    let raw = RawReader::new(&asker.client);
    let mut missing = Vec::new();
    for (topic, partition) in asker.options.partitions_of_topics() {
        let mut why = format!("{topic}-{partition}: no time was left");
        loop {
            if asker.env.now() >= deadline {
                missing.push(why);
                break;
            }
            match read_one(&asker, &raw, (&topic, partition), way, deadline).await {
                Ok(()) => break,
                Err(error) => why = error,
            }
            asker.env.sleep(PAUSE).await;
        }
    }
    missing
}

async fn read_one(
    asker: &Asker,
    raw: &RawReader,
    (topic, partition): (&str, i32),
    way: Way,
    deadline: Instant,
) -> Result<(), String> {
    let soon = deadline.min(asker.env.now() + asker.options.request_timeout());
    let place = asker.place(topic, partition, soon).await?;
    let (from, offset) = begin(asker, &place, way).await?;
    let mut stay = Stay::begin(asker, raw, &place, from, offset);
    let ended = to_the_end(asker, &place, &mut stay, deadline).await;
    stay.end(ended.is_ok());
    ended
}

/// Where a reader of this kind begins.
async fn begin(asker: &Asker, place: &Place, way: Way) -> Result<(SessionStart, i64), String> {
    let start = asker.list_some(place, OffsetSpec::Earliest).await?;
    match way {
        Way::Start => Ok((SessionStart::Earliest, start)),
        Way::Time => {
            let greatest = asker.list(place, OffsetSpec::MaxTimestamp).await?;
            // The time of the newest record: what is written out of order stands before it.
            let Some(time) = greatest.timestamp else { return Ok((SessionStart::Earliest, start)) };
            let back = asker.env.rng("mixed drain").range(0, 5_000);
            let time = time - i64::try_from(back).unwrap_or(0);
            let first = asker.list(place, OffsetSpec::Timestamp(time)).await?;
            Ok((SessionStart::Timestamp, first.offset.map_or(start, |offset| offset.0)))
        }
        Way::Middle => {
            let end = asker.list_some(place, OffsetSpec::Latest).await?;
            let span = u64::try_from(end - start).unwrap_or(0);
            let step = asker.env.rng("mixed drain").range(0, span);
            let epoch = asker.known_epoch(place);
            for epoch in [0, epoch] {
                asker.epoch_end(place, epoch).await?;
            }
            Ok((SessionStart::Seek, start + i64::try_from(step).unwrap_or(0)))
        }
    }
}

async fn to_the_end(
    asker: &Asker,
    place: &Place,
    stay: &mut Stay<'_>,
    deadline: Instant,
) -> Result<(), String> {
    let end = asker.list_some(place, OffsetSpec::Latest).await?;
    let mut rng = asker.env.rng("mixed drain");
    let mut empty = 0;
    loop {
        let bytes_max = 1_i32 << rng.range(12, 20);
        let why = match stay.poll(bytes_max, Duration::from_millis(10)).await {
            Polled::Read { end: now, .. } if stay.next >= end.max(now) => return Ok(()),
            // The tail of a compacted log may be gone as far as its end, which was told before it was asked for.
            Polled::Read { nothing: true, .. } if place.compacted && empty >= EMPTY_MAX => {
                stay.pass_to(end);
                empty = 0;
                continue;
            }
            // Damage at the very end leaves nothing to be shown behind it.
            Polled::Damaged if stay.next + 1 >= end => return Ok(()),
            Polled::Read { nothing, .. } => {
                empty = if nothing { empty + 1 } else { 0 };
                format!("{}: read to {} of {end}", place.to, stay.next)
            }
            Polled::Damaged => {
                stay.pass();
                format!("{}: offset {} is damaged", place.to, stay.next)
            }
            Polled::OutOfRange => return Err(format!("{}: offset {} is refused", place.to, stay.next)),
            Polled::Failed(why) => {
                asker.env.sleep(PAUSE).await;
                why
            }
        };
        if asker.env.now() >= deadline {
            return Err(why);
        }
    }
}
