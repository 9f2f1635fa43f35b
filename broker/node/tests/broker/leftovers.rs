//! What a start does with directories that are no topic's any more.

use crate::support::{Client, in_directory};
use std::{fs, path::Path};
use tribunal_wire::message::{
    CreateTopicsRequest, DeleteTopicsRequest, create_topics::CreatableTopic, delete_topics::DeleteTopicState,
};

async fn make(client: &mut Client, name: &str) {
    let topics = vec![CreatableTopic {
        name: name.to_owned(),
        num_partitions: 1,
        replication_factor: 1,
        ..Default::default()
    }];
    let made = client.ask(&CreateTopicsRequest { topics, ..Default::default() }, 7).await;
    assert_eq!(made.topics[0].error_code, 0);
}

async fn delete(client: &mut Client, name: &str) {
    let topics = vec![DeleteTopicState { name: Some(name.to_owned()), ..Default::default() }];
    let gone = client.ask(&DeleteTopicsRequest { topics, ..Default::default() }, 6).await;
    assert_eq!(gone.responses[0].error_code, 0);
}

fn names(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).expect("it is there");
    let name = |entry: Result<fs::DirEntry, _>| entry.expect("it is there").file_name();
    entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect()
}

#[test]
fn a_deletion_that_a_stop_interrupted_is_ended_and_strangers_are_set_aside() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let (data, kept) = (directory.path().join("data"), directory.path().join("kept"));
    in_directory(&data, |mut client| async {
        make(&mut client, "old").await;
        client
    });
    fs::rename(data.join("old-0"), &kept).expect("it is there");
    in_directory(&data, |mut client| async {
        delete(&mut client, "old").await;
        client
    });
    // As a kill leaves it between the deletion of the topic and that of its files.
    fs::rename(&kept, data.join("old-0")).expect("the place is free");
    fs::create_dir(data.join("stranger-0")).expect("the place is free");
    in_directory(&data, |client| async { client });
    let found = names(&data);
    assert!(!found.iter().any(|name| name.starts_with("old-0")), "{found:?}");
    let stray = |name: &String| name.starts_with("stranger-0.") && name.ends_with("-stray");
    assert!(found.iter().any(stray), "{found:?}");
}
