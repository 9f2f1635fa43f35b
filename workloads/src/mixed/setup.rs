//! Makes the topics, and waits until each partition has a leader.

use super::{
    MixedOptions, Scribe,
    asker::{Asker, Place},
    sending::Sender,
};
use crate::history::{AdminAnswer, AdminCall, hexadecimal};
use std::{sync::Arc, time::Duration};
use tribunal_client::{AdminError, NewTopic};
use tribunal_env::{Env, Instant};

/// How long the cluster may take until all topics are there.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(250);
const TOPIC_ALREADY_EXISTS: i16 = 36;

/// Makes the topics of a mixed run. Nothing else is done before, and nothing of the run may be under way.
///
/// # Errors
/// When a topic cannot be made, or has no leaders, within a minute: why not, in words.
pub async fn set_up(
    env: &Env,
    bootstrap: &str,
    options: &MixedOptions,
    scribe: &Scribe,
) -> Result<(), String> {
    let options = Arc::new(options.clone());
    let asker = Asker::new(env, bootstrap, &options, scribe);
    let deadline = env.now() + PATIENCE;
    for index in 0..options.topics {
        make_topic(&asker, &options.topic(index), options.partitions, deadline).await?;
    }
    let places = asker.places(deadline).await?;
    if options.first_sequence.is_some() {
        // A partition that was never written takes no producer that begins to count at another number than 0.
        let mut sender = Sender::new(&asker, false, None)?;
        for place in &places {
            sender.send(place).await;
        }
        sender.close().await;
    }
    Ok(())
}

/// Makes one topic. A first attempt without an answer may have made it, so that "exists" is as good as "made".
pub(crate) async fn make_topic(
    asker: &Asker,
    topic: &str,
    partitions: i32,
    deadline: Instant,
) -> Result<(), String> {
    loop {
        match create(asker, topic, partitions).await {
            Ok(()) => return Ok(()),
            Err(error) if error.code() == Some(TOPIC_ALREADY_EXISTS) => return Ok(()),
            Err(error) if asker.env.now() >= deadline => {
                return Err(format!("topic {topic} cannot be made: {error}"));
            }
            Err(error) if is_final(&error) => return Err(format!("topic {topic} cannot be made: {error}")),
            Err(_) => asker.env.sleep(PAUSE).await,
        }
    }
}

/// Whether asking again gives the same answer: what was asked for is not legal there.
fn is_final(error: &AdminError) -> bool {
    // INVALID_TOPIC, the authorization errors, INVALID_PARTITIONS to INVALID_CONFIG, INVALID_REQUEST, POLICY_VIOLATION.
    matches!(error.code(), Some(17 | 29 | 31 | 37..=40 | 42 | 44))
}

async fn create(asker: &Asker, topic: &str, partitions: i32) -> Result<(), AdminError> {
    let configs = asker.options.configs_of(topic);
    let call = AdminCall::CreateTopic { topic: topic.to_owned(), partitions, configs: configs.clone() };
    let op = asker.invoke_admin(call, None);
    let wanted = NewTopic {
        name: topic.to_owned(),
        partitions,
        replication_factor: asker.options.replication_factor,
        configs,
    };
    let answer = asker.admin.create_topic(&wanted).await;
    let told = answer
        .as_ref()
        .map_or(AdminAnswer::Nothing, |id| AdminAnswer::Topic { topic_id: hexadecimal(&id.0), partitions });
    asker.complete_admin(op, &answer, told);
    answer.map(|_| ())
}

/// Deletes a topic by name: one attempt.
pub(crate) async fn delete_topic(asker: &Asker, topic: &str) -> Result<(), AdminError> {
    let op = asker.invoke_admin(AdminCall::DeleteTopic { topic: topic.to_owned() }, None);
    let answer = asker.admin.delete_topic(&tribunal_client::TopicName::Name(topic.to_owned())).await;
    asker.complete_admin(op, &answer, AdminAnswer::Nothing);
    answer
}

/// The topic's first partition with the id that it has now.
pub(crate) async fn first_place(asker: &Asker, topic: &str, deadline: Instant) -> Result<Place, String> {
    asker.place(topic, 0, deadline).await
}
