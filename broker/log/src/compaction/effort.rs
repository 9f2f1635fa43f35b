//! What passes may cost: memory for keys, and bytes each second.
//!
//! Owns: the count of bytes since the last pause, and the word of whoever wants passes to stop.
//!
//! Always holds: a pass hears of a stop within one chunk, sleeping or not; others run between two chunks.

use super::Unfinished;
use super::offset_map::{LOAD_ONE, OffsetMap};
use std::time::Duration;
use tribunal_env::{Env, Instant, watch, yield_now};

/// The settings of passes, for all logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EffortConfig {
    /// `log.cleaner.dedupe.buffer.size`: memory for the newest offset of each key.
    pub map_bytes: usize,
    /// `log.cleaner.io.buffer.load.factor`, in billionths: how full that memory may be.
    pub map_load: u64,
    /// `log.cleaner.io.max.bytes.per.second`: bytes read and written, together; `None` sets no bound.
    pub bytes_per_second: Option<u64>,
}

impl Default for EffortConfig {
    fn default() -> Self {
        EffortConfig { map_bytes: 128 << 20, map_load: LOAD_ONE / 10 * 9, bytes_per_second: None }
    }
}

/// See the head of the file.
#[derive(Debug)]
pub struct Effort {
    env: Env,
    config: EffortConfig,
    stopped: watch::Receiver<bool>,
    /// Until when what was read and written is paid for.
    paid_until: Instant,
}

impl Effort {
    /// Passes within `config`, until `stopped`.
    #[must_use]
    pub fn new(env: &Env, config: EffortConfig, stopped: watch::Receiver<bool>) -> Effort {
        Effort { env: env.clone(), config, stopped, paid_until: env.now() }
    }

    pub(super) fn new_map(&self, keys_max: u64, hash_keys: [u64; 2]) -> OffsetMap {
        OffsetMap::new(self.config.map_bytes, self.config.map_load, keys_max, hash_keys)
    }

    /// Pays for `bytes` that were read or written: with time, where that is bounded.
    pub(super) async fn spend(&mut self, bytes: u64) -> Result<(), Unfinished> {
        const NANOS: u128 = 1_000_000_000;
        if self.stopped.see() {
            return Err(Unfinished::Stopped);
        }
        let Some(rate) = self.config.bytes_per_second else {
            yield_now().await;
            return Ok(());
        };
        let nanos = u128::from(bytes) * NANOS / u128::from(rate.max(1));
        let pause = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        // What was not used in time is not saved up.
        self.paid_until = self.paid_until.max(self.env.now()) + pause;
        let slept = self.env.sleep_until(self.paid_until);
        tokio::select! { biased;
            _ = self.stopped.wait_for(|stopped| *stopped) => Err(Unfinished::Stopped),
            () = slept => Ok(()),
        }
    }
}
