//! What clients do, what they saw, and whether it was legal.
//!
//! [`history`] records every operation of a run; [`promise`] says what the system under test promised;
//! [`checkers`] judge the one by the other; [`record`] is what a run leaves behind for machines and reports.
//! Histories can be stored and judged later or elsewhere: `HISTORY.md` describes the format.
//!
//! Checkers know nothing of the broker. What excuses a loss comes from the fault log, from what the simulated
//! disk knows was unsynced, and from the operations that the workload itself asked for; never from the broker.

pub mod checkers;
pub mod history;
pub mod promise;
pub mod record;
pub mod vacuity;
