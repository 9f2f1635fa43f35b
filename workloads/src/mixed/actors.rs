//! What the clients of a mixed run do, each in a loop of its own until the producers are done or the run is stopped.
//!
//! Every wait is bounded: by the client's request and delivery timeouts, or by a pause of this file.

use super::{
    asker::{Asker, Place},
    reading::{Polled, Stay},
    sending::Sender,
    setup,
};
use crate::history::SessionStart;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tribunal_client::{OffsetSpec, RawReader};
use tribunal_env::{Rng, watch};

/// How long an actor looks for the topics before it gives up.
const FIND: Duration = Duration::from_secs(60);
/// How long a fetch waits for records.
const WAIT: Duration = Duration::from_millis(200);

/// Configs that are changed while a topic is used. None of them changes what a client may see.
const CONFIGS: [&str; 2] = ["index.interval.bytes", "flush.ms"];

/// What the actors of one load share.
#[derive(Clone)]
pub(crate) struct Shared {
    stop: watch::Receiver<bool>,
    /// Producers that still have something to send.
    producing: Arc<AtomicU64>,
    /// Produce requests so far.
    pub(crate) requests: Arc<AtomicU64>,
}

impl Shared {
    pub(crate) fn new(stop: watch::Receiver<bool>, producers: u64) -> Shared {
        Shared { stop, producing: Arc::new(AtomicU64::new(producers)), requests: Arc::default() }
    }

    pub(crate) fn stopped(&self) -> bool {
        self.stop.get()
    }

    fn over(&self) -> bool {
        self.stopped() || self.producing.load(Ordering::Relaxed) == 0
    }

    fn producer_ended(&self) {
        self.producing.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Why an actor ended before its time.
pub(crate) type Ended = Result<(), String>;

fn pick<'a, T>(rng: &mut Rng, of: &'a [T]) -> Option<&'a T> {
    let last = (of.len() as u64).checked_sub(1)?;
    of.get(rng.range(0, last) as usize)
}

async fn pause(asker: &Asker, rng: &mut Rng, least_ms: u64, most_ms: u64) {
    asker.env.sleep(Duration::from_millis(rng.range(least_ms, most_ms))).await;
}

/// Sends its share.
pub(crate) async fn produce(
    asker: Asker,
    shared: Shared,
    idempotent: bool,
    first_sequence: Option<i32>,
    share: u64,
) -> Ended {
    let result = produce_share(&asker, &shared, idempotent, first_sequence, share).await;
    shared.producer_ended();
    result
}

async fn produce_share(
    asker: &Asker,
    shared: &Shared,
    idempotent: bool,
    first_sequence: Option<i32>,
    share: u64,
) -> Ended {
    let places = asker.places(asker.env.now() + FIND).await?;
    let mut sender = Sender::new(asker, idempotent, first_sequence)?;
    let mut rng = asker.env.rng("mixed producer");
    for _ in 0..share {
        let Some(place) = pick(&mut rng, &places).filter(|_| !shared.stopped()) else { break };
        sender.send(place).await;
        shared.requests.fetch_add(1, Ordering::Relaxed);
        if asker.options.pause_ms_max > 0 {
            pause(asker, &mut rng, 0, asker.options.pause_ms_max).await;
        }
    }
    sender.close().await;
    Ok(())
}

/// Stays at the end of one partition after another for a long while.
pub(crate) async fn tail(asker: Asker, shared: Shared) -> Ended {
    let places = asker.places(asker.env.now() + FIND).await?;
    let raw = RawReader::new(&asker.client);
    let mut rng = asker.env.rng("mixed reader");
    while let Some(place) = pick(&mut rng, &places).filter(|_| !shared.over()) {
        let Ok(end) = asker.list_some(place, OffsetSpec::Latest).await else {
            pause(&asker, &mut rng, 50, 200).await;
            continue;
        };
        let mut stay = Stay::begin(&asker, &raw, place, SessionStart::Latest, end);
        for _ in 0..200 {
            if shared.over() {
                break;
            }
            match stay.poll(1 << 20, WAIT).await {
                Polled::OutOfRange => break,
                Polled::Damaged => stay.pass(),
                Polled::Read { .. } | Polled::Failed(_) => (),
            }
            pause(&asker, &mut rng, 0, 20).await;
        }
        stay.end(false);
    }
    Ok(())
}

/// Reads from the log's start, over and over.
pub(crate) async fn from_start(asker: Asker, shared: Shared) -> Ended {
    let places = asker.places(asker.env.now() + FIND).await?;
    let raw = RawReader::new(&asker.client);
    let mut rng = asker.env.rng("mixed reader");
    while let Some(place) = pick(&mut rng, &places).filter(|_| !shared.over()) {
        if let Ok(start) = asker.list_some(place, OffsetSpec::Earliest).await {
            read_on(&asker, &shared, &raw, (place, SessionStart::Earliest, start), &mut rng).await;
        }
        pause(&asker, &mut rng, 20, 400).await;
    }
    Ok(())
}

/// Reads from a timestamp of this run, over and over.
pub(crate) async fn from_time(asker: Asker, shared: Shared) -> Ended {
    let places = asker.places(asker.env.now() + FIND).await?;
    let raw = RawReader::new(&asker.client);
    let mut rng = asker.env.rng("mixed reader");
    let began = asker.env.wall().as_millis();
    while let Some(place) = pick(&mut rng, &places).filter(|_| !shared.over()) {
        let most = asker.env.wall().as_millis().saturating_sub(began).max(0);
        let back = i64::try_from(rng.range(0, most.unsigned_abs() + 100)).unwrap_or(0);
        let time = asker.env.wall().as_millis() - back;
        if let Ok(listed) = asker.list(place, OffsetSpec::Timestamp(time)).await
            && let Some(offset) = listed.offset
        {
            let from = (place, SessionStart::Timestamp, offset.0);
            read_on(&asker, &shared, &raw, from, &mut rng).await;
        }
        pause(&asker, &mut rng, 20, 400).await;
    }
    Ok(())
}

/// Reads some way in answers of many sizes.
async fn read_on(
    asker: &Asker,
    shared: &Shared,
    raw: &RawReader,
    (place, from, offset): (&Place, SessionStart, i64),
    rng: &mut Rng,
) {
    let mut stay = Stay::begin(asker, raw, place, from, offset);
    let mut failures = 0;
    for _ in 0..rng.range(1, 60) {
        let bytes_max = 1_i32 << rng.range(9, 18);
        match stay.poll(bytes_max, Duration::from_millis(10)).await {
            Polled::Read { end, .. } if stay.next >= end => break,
            Polled::Read { .. } => (),
            Polled::OutOfRange => break,
            Polled::Damaged => stay.pass(),
            Polled::Failed(_) if failures >= 5 || shared.stopped() => break,
            Polled::Failed(_) => {
                failures += 1;
                pause(asker, rng, 20, 200).await;
            }
        }
    }
    stay.end(false);
}

/// Asks what can be asked, and deletes records where the options say so.
pub(crate) async fn probe(asker: Asker, shared: Shared) -> Ended {
    let places = asker.places(asker.env.now() + FIND).await?;
    let mut rng = asker.env.rng("mixed prober");
    while let Some(place) = pick(&mut rng, &places).filter(|_| !shared.over()) {
        // Failures are in the history; there is nothing else to do about them.
        let _written_down = match rng.range(0, 13) {
            0..=2 => asker.list(place, OffsetSpec::Latest).await.map(|_| ()),
            3 | 4 => asker.list(place, OffsetSpec::Earliest).await.map(|_| ()),
            5 => asker.list(place, OffsetSpec::MaxTimestamp).await.map(|_| ()),
            6 | 7 => {
                let epoch = rng.range(0, asker.known_epoch(place).unsigned_abs().into());
                asker.epoch_end(place, i32::try_from(epoch).unwrap_or(0)).await.map(|_| ())
            }
            8 => asker.describe(&place.to.topic).await.map_err(|error| error.to_string()),
            9 => asker.new_producer_id().await.map_err(|error| error.to_string()),
            12 => configure(&asker, place, &mut rng).await,
            13 => {
                let key = pick(&mut rng, &CONFIGS).expect("there are some");
                asker.describe_config(&place.to.topic, key).await.map_err(|error| error.to_string())
            }
            _ if asker.options.delete_records => delete_some(&asker, place, &mut rng).await,
            _ => Ok(()),
        };
        pause(&asker, &mut rng, 5, 100).await;
    }
    Ok(())
}

/// Gives a topic another config, or its default again.
async fn configure(asker: &Asker, place: &Place, rng: &mut Rng) -> Ended {
    let key = pick(rng, &CONFIGS).expect("there are some");
    let value = rng.chance(3, 4).then(|| (256_u64 << rng.range(0, 5)).to_string());
    asker.alter_config(&place.to.topic, key, value).await.map_err(|error| error.to_string())
}

/// Deletes a few records from the front; now and then it asks for more than there are.
async fn delete_some(asker: &Asker, place: &Place, rng: &mut Rng) -> Ended {
    let start = asker.list_some(place, OffsetSpec::Earliest).await?;
    let end = asker.list_some(place, OffsetSpec::Latest).await?;
    let span = u64::try_from(end - start).unwrap_or(0);
    let before = match rng.range(0, 9) {
        0 => end + 1_000_000,
        1 => start,
        _ => start + i64::try_from(rng.range(0, span / 4)).unwrap_or(0),
    };
    asker.delete_records(place, before).await.map(|_| ()).map_err(|error| error.to_string())
}

/// Makes a topic, writes and reads it, deletes it while that goes on, and begins anew.
///
/// Nothing is sent to a topic once its deletion was asked for, and the next one is made only when the fate of
/// every record of the last is known, so that no record can end in a topic that it was not meant for.
pub(crate) async fn churn(asker: Asker, shared: Shared) -> Ended {
    let topic = asker.options.churned_topic();
    let mut rng = asker.env.rng("mixed churn");
    while !shared.over() {
        // A client of its own knows nothing of the topic that was.
        let asker = asker.again();
        let deadline = asker.env.now() + FIND;
        setup::make_topic(&asker, &topic, 1, deadline).await?;
        let place = setup::first_place(&asker, &topic, deadline).await?;
        live_and_die(&asker, &shared, &topic, &place, &mut rng).await?;
        pause(&asker, &mut rng, 20, 300).await;
    }
    Ok(())
}

async fn live_and_die(asker: &Asker, shared: &Shared, topic: &str, place: &Place, rng: &mut Rng) -> Ended {
    let raw = RawReader::new(&asker.client);
    let mut sender = Sender::new(asker, rng.chance(1, 2), None)?;
    if rng.chance(1, 2) {
        // The new partitions are only asked for: where they are told to be is judged.
        let count = i32::try_from(rng.range(1, 4)).unwrap_or(1);
        let _written_down = asker.create_partitions(topic, count).await;
        let _written_down = asker.describe(topic).await;
    }
    let mut stay = Stay::begin(asker, &raw, place, SessionStart::Seek, 0);
    for _ in 0..rng.range(1, 30) {
        if shared.over() {
            break;
        }
        sender.send(place).await;
        if rng.chance(1, 3) {
            stay.poll(1 << 16, Duration::from_millis(10)).await;
        }
    }
    // What was sent last may still be under way.
    let deadline = asker.env.now() + FIND;
    while let Err(error) = setup::delete_topic(asker, topic).await {
        let gone = error.code() == Some(3);
        if gone || asker.env.now() >= deadline || shared.stopped() {
            break;
        }
        pause(asker, rng, 50, 300).await;
    }
    sender.close().await;
    // A reader that comes too late is told that the topic is gone.
    stay.poll(1 << 16, Duration::from_millis(10)).await;
    stay.end(false);
    let _written_down = asker.describe(topic).await;
    Ok(())
}
