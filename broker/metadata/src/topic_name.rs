//! Topic names: which are legal, and which get in each other's way.
//!
//! Leaves out: which names belong to the broker itself beyond `__cluster_metadata`; the coordinators know theirs.

/// The most bytes that a topic's name may have.
pub const NAME_BYTES_MAX: usize = 249;

/// The metadata log's own name: no topic can be created or deleted under it.
pub const CLUSTER_METADATA: &str = "__cluster_metadata";

/// The topics that the broker keeps for itself, marked as internal in Metadata.
pub const INTERNAL: [&str; 3] = ["__consumer_offsets", "__transaction_state", "__share_group_state"];

/// Whether Metadata marks this topic as internal.
#[must_use]
pub fn is_internal(name: &str) -> bool {
    INTERNAL.contains(&name)
}

/// Why a name is no legal topic name; the text is Kafka's answer.
pub fn validate(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("Topic name is invalid: the empty string is not allowed".to_owned());
    }
    if name == "." || name == ".." {
        return Err(format!("Topic name is invalid: '{name}' is not allowed"));
    }
    if name.len() > NAME_BYTES_MAX {
        return Err(format!(
            "Topic name is invalid: the length of '{name}' is longer than the max allowed length {NAME_BYTES_MAX}"
        ));
    }
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if !name.bytes().all(legal) {
        return Err(format!(
            "Topic name is invalid: '{name}' contains one or more characters other than ASCII alphanumerics, '.', \
             '_' and '-'"
        ));
    }
    Ok(())
}

/// What two names share when they collide: metrics cannot tell `.` from `_`.
#[must_use]
pub fn collision_key(name: &str) -> String {
    name.replace('.', "_")
}

/// Whether a name has a character that can make it collide.
#[must_use]
pub fn may_collide(name: &str) -> bool {
    name.contains(['.', '_'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_legal_or_say_why_not() {
        for name in ["a", "a.b-c_D9", &"x".repeat(249), "..."] {
            assert_eq!(validate(name), Ok(()), "{name}");
        }
        for (name, part) in [
            ("", "empty string"),
            (".", "'.' is not allowed"),
            ("..", "'..' is not allowed"),
            (&"x".repeat(250), "longer than the max"),
            ("a/b", "other than ASCII alphanumerics"),
            ("a b", "other than ASCII alphanumerics"),
            ("ü", "other than ASCII alphanumerics"),
            ("a\0", "other than ASCII alphanumerics"),
        ] {
            let message = validate(name).expect_err("illegal");
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn dots_and_underscores_collide() {
        assert_eq!(collision_key("a.b_c"), collision_key("a_b.c"));
        assert_ne!(collision_key("a-b"), collision_key("a_b"));
        assert!(may_collide("a.b") && !may_collide("ab"));
    }
}
