//! `quorum-state`: who leads the metadata log in which epoch, durable before the epoch's first record.
//!
//! The file is Kafka's, with data version 0 (voters fixed by configuration). A quorum of one always votes for
//! itself, so that of its fields only the epoch is read back; the rest is written as Kafka writes it.

/// The file's name, in the directory of the metadata log.
pub(crate) const FILE_NAME: &str = "quorum-state";

/// The file's text.
pub(crate) fn to_text(node_id: i32, leader_epoch: i32) -> String {
    format!(
        "{{\"clusterId\":\"\",\"leaderId\":{node_id},\"leaderEpoch\":{leader_epoch},\"votedId\":-1,\
         \"appliedOffset\":0,\"currentVoters\":[{{\"voterId\":{node_id}}}],\"data_version\":0}}"
    )
}

/// The epoch that the file names; `None` when it is no such file.
pub(crate) fn parse_epoch(text: &str) -> Option<i32> {
    let (_, after) = text.split_once("\"leaderEpoch\":")?;
    let digits: String =
        after.trim_start().chars().take_while(|next| next.is_ascii_digit() || *next == '-').collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_kafkas() {
        let kafkas = "{\"clusterId\":\"\",\"leaderId\":1,\"leaderEpoch\":2,\"votedId\":-1,\"appliedOffset\":0,\
                      \"currentVoters\":[{\"voterId\":1}],\"data_version\":0}";
        assert_eq!(to_text(1, 2), kafkas);
        assert_eq!(parse_epoch(kafkas), Some(2));
        assert_eq!(parse_epoch("{}"), None);
        assert_eq!(parse_epoch("\"leaderEpoch\":x"), None);
    }
}
