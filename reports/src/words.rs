//! Numbers, spans of time and verdicts as people read them.
//!
//! Records are untrusted, so nothing here assumes that a float is finite or that a count is small.

use tribunal_workloads::record::Verdict;

/// A count with its thousands apart.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count and its noun, `1 run` or `7 runs`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

/// A number with three figures that matter; whole numbers stay whole.
pub(crate) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let size = value.abs();
    if size >= 100.0 || value.fract().abs() < 1e-9 {
        let sign = if value < -0.5 { "−" } else { "" };
        // Saturates: a figure beyond 2^64 is nonsense, but not a reason to fail.
        return format!("{sign}{}", count(size.round() as u64));
    }
    match size {
        10.0.. => format!("{value:.1}"),
        1.0.. => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// A span of nanoseconds in the unit that suits it.
pub(crate) fn nanoseconds(ns: u64) -> String {
    let value = ns as f64;
    match ns {
        0..1_000 => format!("{ns} ns"),
        1_000..1_000_000 => format!("{} µs", number(value / 1e3)),
        1_000_000..1_000_000_000 => format!("{} ms", number(value / 1e6)),
        _ => format!("{} s", number(value / 1e9)),
    }
}

/// A span of seconds: milliseconds below one, hours above many.
pub(crate) fn seconds(value: f64) -> String {
    if !value.is_finite() || value < 0.0 {
        return "–".to_owned();
    }
    let whole = value.round() as u64;
    match value {
        _ if value == 0.0 => "0 s".to_owned(),
        ..1.0 => format!("{} ms", number(value * 1e3)),
        ..120.0 => format!("{} s", number(value)),
        ..7_200.0 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", count(whole / 3_600), whole / 60 % 60),
    }
}

/// A moment of the run's own clock.
pub(crate) fn moment(ns: u64) -> String {
    format!("t+{}.{:03} s", ns / 1_000_000_000, ns / 1_000_000 % 1_000)
}

/// A moment to the microsecond, where operations are told apart.
pub(crate) fn fine_moment(ns: u64) -> String {
    format!("{}.{:06}", ns / 1_000_000_000, ns / 1_000 % 1_000_000)
}

/// A moment under an axis whose marks are `step` nanoseconds apart.
pub(crate) fn axis_seconds(ns: u64, step: u64) -> String {
    let decimals = (0..9).take_while(|&power| step < 10u64.pow(9 - power)).count();
    format!("{:.decimals$} s", ns as f64 / 1e9)
}

/// A verdict's word.
pub(crate) const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "Pass",
        Verdict::Violation => "Violation",
        Verdict::Incomplete => "Incomplete",
        Verdict::Crash => "Crash",
        Verdict::Error => "Error",
    }
}

/// The sign before the word, so that colour is not all that tells verdicts apart.
pub(crate) const fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✓",
        Verdict::Violation => "✕",
        Verdict::Incomplete => "…",
        Verdict::Crash => "!",
        Verdict::Error => "?",
    }
}

/// The class that colours it.
pub(crate) const fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Violation => "violation",
        Verdict::Incomplete => "incomplete",
        Verdict::Crash => "crash",
        Verdict::Error => "error",
    }
}

/// A percentile's name from thousandths of a percent.
pub(crate) fn percentile(thousandths: u32) -> String {
    if thousandths >= 100_000 {
        return "longest".to_owned();
    }
    let text = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
    format!("p{}", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_their_thousands_apart() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
        assert_eq!(counted(1, "run"), "1 run");
    }

    #[test]
    fn numbers_keep_what_matters() {
        assert_eq!(number(0.12345), "0.123");
        assert_eq!(number(12.345), "12.3");
        assert_eq!(number(21_834.4), "21,834");
        assert_eq!(number(-3.0), "−3");
        assert_eq!(number(f64::NAN), "–");
    }

    #[test]
    fn spans_find_their_unit() {
        assert_eq!(nanoseconds(999), "999 ns");
        assert_eq!(nanoseconds(1_500), "1.50 µs");
        assert_eq!(nanoseconds(41_203_000_000), "41.2 s");
        assert_eq!(seconds(0.25), "250 ms");
        assert_eq!(seconds(130.0), "2 min 10 s");
        assert_eq!(seconds(18_000.0), "5 h 0 min");
        assert_eq!(seconds(f64::INFINITY), "–");
        assert_eq!(moment(41_203_999_999), "t+41.203 s");
    }

    #[test]
    fn percentiles_have_their_usual_names() {
        assert_eq!(percentile(50_000), "p50");
        assert_eq!(percentile(99_990), "p99.99");
        assert_eq!(percentile(100_000), "longest");
    }
}
