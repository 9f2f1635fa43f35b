//! Kafka's names as Rust spells them.

/// `TransactionalId` as `transactional_id`. `KRaft` counts as one word.
#[must_use]
pub fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.replace("KRaft", "Kraft").chars().collect();
    let mut text = String::new();
    for (index, &letter) in letters.iter().enumerate() {
        if letter.is_ascii_uppercase() && index > 0 {
            let after_word = !letters[index - 1].is_ascii_uppercase();
            let before_word = letters.get(index + 1).is_some_and(char::is_ascii_lowercase);
            if after_word || before_word {
                text.push('_');
            }
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

/// A field's name in Rust: snake case, raw where it is a keyword.
#[must_use]
pub fn field(name: &str) -> String {
    let text = snake_case(name);
    match text.as_str() {
        "type" | "match" | "move" | "ref" | "where" | "use" | "loop" | "in" | "fn" | "impl" => {
            format!("r#{text}")
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_in_snake_case() {
        for (name, expected) in [
            ("TransactionalId", "transactional_id"),
            ("V3AndBelowTopics", "v3_and_below_topics"),
            ("KRaftVersion", "kraft_version"),
            ("protocolType", "protocol_type"),
            ("Acks", "acks"),
        ] {
            assert_eq!(snake_case(name), expected);
        }
        assert_eq!(field("Type"), "r#type");
    }
}
