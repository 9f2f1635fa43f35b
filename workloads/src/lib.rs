//! What clients do, what they saw, and whether it was legal.
//!
//! [`mixed`] is a workload that any cluster can be given; [`history`] records every operation of a run; [`promise`] says what the system under test promised;
//! [`checkers`] judge the one by the other; [`summary`] makes of that the [`record`] that a run leaves behind.
//! Histories can be stored and judged later or elsewhere: `HISTORY.md` describes the format.
//!
//! Checkers know nothing of the broker. What excuses a loss comes from the fault log, from what the simulated
//! disk knows was unsynced, and from the operations that the workload itself asked for; never from the broker.

pub mod checkers;
pub mod history;
pub mod mixed;
pub mod promise;
pub mod record;
pub mod story;
pub mod summary;
pub mod vacuity;
