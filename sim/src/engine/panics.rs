//! Panics inside a run: caught, with their message and place, and not printed.
//!
//! The process's panic hook is the only place that learns where a panic happened. It is wrapped once: on a thread that
//! is inside [`catch`] it keeps the message for the run's failure; everywhere else the hook of before speaks.

use std::{
    any::Any,
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Once,
};

static WRAPPED: Once = Once::new();

thread_local! {
    /// Depth of [`catch`] on this thread, and the last message.
    static CAUGHT: RefCell<(u32, Option<String>)> = const { RefCell::new((0, None)) };
}

/// A panic's payload as text.
pub(crate) fn message(payload: &(dyn Any + Send)) -> String {
    match payload.downcast_ref::<&str>() {
        Some(text) => (*text).to_owned(),
        None => payload
            .downcast_ref::<String>()
            .cloned()
            .unwrap_or_else(|| "a panic without a message".to_owned()),
    }
}

fn wrap() {
    WRAPPED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let kept = CAUGHT.try_with(|caught| {
                let Ok(mut caught) = caught.try_borrow_mut() else { return false };
                if caught.0 == 0 {
                    return false;
                }
                let place =
                    info.location().map_or(String::new(), |at| format!(" (at {}:{})", at.file(), at.line()));
                caught.1 = Some(format!("{}{place}", message(info.payload())));
                true
            });
            if kept != Ok(true) {
                before(info);
            }
        }));
    });
}

/// Runs `act`; a panic becomes an error that says what and where.
pub(crate) fn catch<T>(act: AssertUnwindSafe<impl FnOnce() -> T>) -> Result<T, String> {
    wrap();
    CAUGHT.with(|caught| caught.borrow_mut().0 += 1);
    let outcome = catch_unwind(act);
    let said = CAUGHT.with(|caught| {
        let mut caught = caught.borrow_mut();
        caught.0 -= 1;
        if outcome.is_err() { caught.1.take() } else { None }
    });
    outcome.map_err(|payload| said.unwrap_or_else(|| message(payload.as_ref())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_says_what_and_where() {
        let caught = catch(AssertUnwindSafe(|| panic!("number {}", 7)));
        let message = caught.expect_err("it panicked");
        assert!(message.starts_with("number 7 (at "), "{message}");
        assert!(message.contains("panics.rs:"), "{message}");
        assert_eq!(catch(AssertUnwindSafe(|| 5)), Ok(5));
    }
}
