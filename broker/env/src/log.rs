//! Lines for people. A line is a sentence that says what happened and, where it went wrong, what to do.

use std::{fmt, str::FromStr};

/// How much a line matters, the most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something failed and a person should look.
    Error,
    /// Something is not as it should be; the node goes on.
    Warn,
    /// A change of state that an operator wants to know of.
    Info,
    /// For whoever follows one request through the node.
    Debug,
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Level::Error => "error",
            Level::Warn => "warn",
            Level::Info => "info",
            Level::Debug => "debug",
        })
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "error" => Ok(Level::Error),
            "warn" => Ok(Level::Warn),
            "info" => Ok(Level::Info),
            "debug" => Ok(Level::Debug),
            other => Err(format!("`{other}` is no log level: use error, warn, info or debug")),
        }
    }
}

/// Logs an [`Level::Error`] line: `error!(env, "format", args...)`.
#[macro_export]
macro_rules! error {
    ($env:expr, $($line:tt)+) => { $env.log($crate::Level::Error, format_args!($($line)+)) };
}

/// Logs a [`Level::Warn`] line.
#[macro_export]
macro_rules! warn {
    ($env:expr, $($line:tt)+) => { $env.log($crate::Level::Warn, format_args!($($line)+)) };
}

/// Logs an [`Level::Info`] line.
#[macro_export]
macro_rules! info {
    ($env:expr, $($line:tt)+) => { $env.log($crate::Level::Info, format_args!($($line)+)) };
}

/// Logs a [`Level::Debug`] line.
#[macro_export]
macro_rules! debug {
    ($env:expr, $($line:tt)+) => { $env.log($crate::Level::Debug, format_args!($($line)+)) };
}
